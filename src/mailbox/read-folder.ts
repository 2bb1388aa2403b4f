import { DatabaseBusyError } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import { Problem } from '../domain/problem.ts'
import { SECOND, type TimeUs } from '../domain/time.ts'
import {
  takeLetter,
  UnwantedLetterError,
  type IntakeParts,
  type MailboxOf,
} from './intake.ts'
import type { IncomingLetter } from './letter.ts'
import { BATCH, KNOWN, LETTER_BYTES, TRIES } from './limits.ts'
import { parseLetter, UnreadableLetterError } from './parse-letter.ts'
import {
  addProblem,
  nameOf,
  readCursor,
  writeCursor,
  type Cursor,
  type LetterName,
} from './rows.ts'
import type { SenderLimit } from './sender-limit.ts'
import { ConnectionLostError, type LetterOnServer, type LetterSource } from './source.ts'

export interface FolderParts extends IntakeParts {
  /** Guards the parser and stamps what the server stamps, whatever clock the service lives by. */
  readonly realTime: Clock
  readonly limit: SenderLimit
  /** Hears what became of a letter, for counters; ids and words of ours only. */
  readonly heard?: (news: {
    readonly box: MailboxOf
    readonly uid: number
    readonly what: 'report' | 'follow_up' | 'ignored' | 'known' | 'problem'
    readonly reason?: string
  }) => void
}

/** Tries of letters that failed for a reason of ours, by number. */
type Tries = Map<number, number>

/**
 * Reads every letter that is new in an open folder, in order; the cursor moves past each when its
 * effect is in the database. Rejects when a reason of ours stops it (the database is busy, the
 * connection lost): then the same letter comes again. A letter that itself is wrong never stops it.
 */
export async function readFolder(
  parts: FolderParts,
  box: MailboxOf,
  source: LetterSource,
  tries: Tries,
): Promise<number> {
  const { uidValidity, since, lastUid: start } = await startAt(parts, box, source)
  let lastUid = start
  let read = 0
  for (;;) {
    const uids = (await source.uidsAbove(lastUid)).slice(0, BATCH)
    if (uids.length === 0) return read
    for (const uid of uids) {
      const done = await readOne(parts, box, { source, uid, since, tries })
      lastUid = uid
      await move(parts, box, { uidValidity, since, lastUid })
      if (done !== 'gone') await source.mark(uid, done)
      read += 1
    }
  }
}

/** Where to go on. A folder that is seen first begins at its end; one that was numbered anew, at its start. */
async function startAt(
  parts: FolderParts,
  box: MailboxOf,
  source: LetterSource,
): Promise<Cursor> {
  const { organisation, name } = box
  const known = await readCursor(parts.database.read(organisation), name)
  if (known?.uidValidity === source.uidValidity) return known
  const { uidValidity } = source
  const cursor =
    known === undefined
      ? { uidValidity, lastUid: await source.highestUid(), since: parts.realTime.now() }
      : { uidValidity, lastUid: 0, since: known.since }
  await move(parts, box, cursor)
  return cursor
}

function move(parts: FolderParts, box: MailboxOf, cursor: Cursor): Promise<void> {
  return parts.database.write(box.organisation, 'normal', (work) =>
    writeCursor(work, box.name, { ...cursor, at: parts.clock.now() }),
  )
}

interface One {
  readonly source: LetterSource
  readonly uid: number
  readonly since: TimeUs
  readonly tries: Tries
}

async function readOne(
  parts: FolderParts,
  box: MailboxOf,
  one: One,
): Promise<'taken' | 'put_aside' | 'gone'> {
  const { source, uid, since } = one
  try {
    const there = await source.look(uid)
    if (there === undefined) return 'gone'
    if (isFromBefore(parts, there, since)) return 'gone'
    if (there.size > LETTER_BYTES) return await putAside(parts, box, one, 'too_large')
    const bytes = await source.read(uid)
    if (bytes === undefined) return 'gone'
    const letter = await parseLetter(bytes, parts.realTime)
    const name = nameOf(letter, bytes)
    if (!isWithinLimit(parts, letter, name)) {
      return await putAside(parts, box, one, 'too_many')
    }
    const outcome = await takeLetter(parts, box, { letter, name })
    const what = outcome === 'known' ? 'known' : outcome.kind
    const reason =
      outcome !== 'known' && outcome.kind === 'ignored' ? { reason: outcome.reason } : {}
    parts.heard?.({ box, uid, what, ...reason })
    one.tries.delete(uid)
    return 'taken'
  } catch (error) {
    return await failed(parts, box, one, error)
  }
}

/**
 * A server that numbers its letters anew shows those from before us again, and those that were taken so
 * long ago that nobody knows it any more: whoever wrote one may have been erased since.
 */
function isFromBefore(
  { realTime }: Pick<FolderParts, 'realTime'>,
  { arrivedMs }: LetterOnServer,
  since: TimeUs,
): boolean {
  const oldest = Math.max(since, realTime.now() - KNOWN)
  // The server counts seconds.
  return arrivedMs * 1_000 < oldest - SECOND
}

/** A mail server reports as many letters as came back, and nobody answers those. */
function isWithinLimit(
  { limit }: Pick<FolderParts, 'limit'>,
  { from, report }: IncomingLetter,
  { id }: LetterName,
): boolean {
  return from === null || report !== null || limit.allows(from.address, id)
}

/** Ours to try again, or the letter's own fault. */
async function failed(
  parts: FolderParts,
  box: MailboxOf,
  one: One,
  error: unknown,
): Promise<'put_aside'> {
  const reason = reasonOf(error)
  if (reason === undefined) {
    if (error instanceof ConnectionLostError) throw error
    const tried = (one.tries.get(one.uid) ?? 0) + 1
    one.tries.set(one.uid, tried)
    const busy = error instanceof DatabaseBusyError || isUnavailable(error)
    if (busy || tried < TRIES) throw error
  }
  one.tries.delete(one.uid)
  return await putAside(parts, box, one, reason ?? 'failed')
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof UnreadableLetterError) return error.reason
  if (error instanceof UnwantedLetterError) return 'sender'
  if (error instanceof Problem && !isUnavailable(error))
    return `refused_${error.details.kind}`
  return undefined
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.details.kind === 'unavailable'
}

async function putAside(
  parts: FolderParts,
  box: MailboxOf,
  { source, uid }: One,
  reason: string,
): Promise<'put_aside'> {
  const { uidValidity } = source
  const at = parts.clock.now()
  await parts.database.write(box.organisation, 'normal', (work) =>
    addProblem(work, { mailbox: box.name, uidValidity, uid, reason, at }),
  )
  parts.heard?.({ box, uid, what: 'problem', reason })
  return 'put_aside'
}
