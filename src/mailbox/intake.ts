import type { Cases, NewReport } from '../cases/cases.ts'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { Photos } from '../photos/photos.ts'
import { ignoredBecause } from './automatic.ts'
import type { Mailbox } from './config.ts'
import { findCase, type Known } from './find-case.ts'
import type { IncomingLetter } from './letter.ts'
import { PHOTOS, TEXT_CHARACTERS } from './limits.ts'
import { ownWords } from './own-words.ts'
import { addLetter, isKnown, type LetterName, type LetterOutcome } from './rows.ts'
import { takeReturned } from './take-returned.ts'

/** A mailbox of an organisation. */
export interface MailboxOf {
  readonly organisation: OrganisationId
  /** Its slug. */
  readonly name: string
  readonly settings: Mailbox
}

export interface IntakeParts {
  readonly database: Database
  readonly cases: Pick<Cases, 'report' | 'followUp'>
  readonly photos: Pick<Photos, 'take'>
  /** Finds reports and follow-ups by the address of whoever made them. */
  readonly people: {
    find(
      query: ScopedQueries,
      contact: { readonly email: string },
    ): Promise<readonly { readonly id: string; readonly case: string }[]>
  }
  readonly clock: Clock
  /** The installation's; tokens of answers are made with it. */
  readonly secret: Uint8Array
}

/** A letter of somebody who may not report here; people look at it. */
export class UnwantedLetterError extends Error {
  override readonly name = 'UnwantedLetterError'
}

const MAX_NAME = 120

/**
 * What a letter becomes: a report, a follow-up, or nothing. The same letter again, also after a crash
 * half-way, is the same: its hash is the key of the report or follow-up. Throws Problem, and
 * UnwantedLetterError for a stranger's letter to a closed circle.
 */
export async function takeLetter(
  parts: IntakeParts,
  box: MailboxOf,
  asked: { readonly letter: IncomingLetter; readonly name: LetterName },
): Promise<LetterOutcome | 'known'> {
  const { name } = asked
  const query = parts.database.read(box.organisation)
  if (await isKnown(query, name.id)) return 'known'
  const outcome = await outcomeOf(parts, box, { ...asked, query })
  await parts.database.write(box.organisation, 'normal', (work) =>
    addLetter(work, { ...name, mailbox: box.name, outcome, at: parts.clock.now() }),
  )
  return outcome
}

async function outcomeOf(
  parts: IntakeParts,
  box: MailboxOf,
  asked: {
    readonly letter: IncomingLetter
    readonly name: LetterName
    readonly query: ScopedQueries
  },
): Promise<LetterOutcome> {
  const { letter, name, query } = asked
  const reason = ignoredBecause(letter, box.settings.address)
  if (reason === 'bounce') {
    return { kind: 'ignored', reason: await takeReturned(parts, box, letter) }
  }
  if (reason !== undefined) return { kind: 'ignored', reason }
  const done = await doneBefore(query, name)
  if (done !== undefined) return done
  const known = await findCase(parts, query, { ...asked, box })
  // Before anything of a stranger's is kept.
  if (known === undefined) senderOf(box, letter)
  const photos = await takePhotos(parts, box, letter)
  if (known !== undefined) {
    const followed = await follow(parts, box, { ...asked, known, photos })
    if (followed !== undefined) return followed
  }
  const receipt = await parts.cases.report(box.organisation, reportOf(box, asked, photos))
  return { kind: 'report', case: receipt.case }
}

function keyOf({ id }: LetterName): string {
  return `letter-${id}`
}

/** A crash came between the effect and the note of it. */
async function doneBefore(
  query: ScopedQueries,
  name: LetterName,
): Promise<LetterOutcome | undefined> {
  for (const [table, kind] of [
    ['report', 'report'],
    ['follow_up', 'follow_up'],
  ] as const) {
    const row = await query
      .selectFrom(table)
      .select('case')
      .where('idempotency_key', '=', keyOf(name))
      .executeTakeFirst()
    if (row !== undefined) return { kind, case: row.case }
  }
  return undefined
}

/** Undefined when the case is over for good, so that the letter becomes a report of its own. */
async function follow(
  { cases }: IntakeParts,
  box: MailboxOf,
  asked: {
    readonly letter: IncomingLetter
    readonly name: LetterName
    readonly query: ScopedQueries
    readonly known: Known
    readonly photos: readonly string[]
  },
): Promise<LetterOutcome | undefined> {
  const { letter, name, query, known, photos } = asked
  const root = await query
    .selectFrom('case')
    .innerJoin('case as root', (join) =>
      join
        .onRef('root.organisation', '=', 'case.organisation')
        .onRef('root.id', '=', 'case.root'),
    )
    .select(['root.id', 'root.state'])
    .where('case.id', '=', known.case)
    .executeTakeFirst()
  if (root === undefined) return undefined
  try {
    await cases.followUp(box.organisation, known.case, {
      source: 'email',
      by: { role: 'reporter', name: 'reporter' },
      ...(known.report !== undefined && { report: known.report }),
      text: wordsOf(letter),
      photos,
      // Whoever writes about what was closed is not done with it: staff must answer.
      wish: root.state === 'closed' ? 'reopen' : 'none',
      idempotencyKey: keyOf(name),
    })
  } catch (error) {
    const over = error instanceof Problem && error.details.kind === 'conflict'
    if (over && root.state === 'closed') return undefined
    throw error
  }
  return { kind: 'follow_up', case: root.id }
}

function reportOf(
  box: MailboxOf,
  { letter, name }: { readonly letter: IncomingLetter; readonly name: LetterName },
  photos: readonly string[],
): NewReport {
  const { settings } = box
  const { subject } = letter
  const from = senderOf(box, letter)
  const text = [subject, ownWords(letter.text)].filter((part) => part !== '').join('\n\n')
  return {
    source: settings.senders === undefined ? 'email' : 'internal',
    sourceDetail: settings.address,
    category: categoryOf(settings, subject),
    photos,
    text: text === '' ? '–' : cut(text),
    language: settings.language,
    contact: {
      email: from.address,
      ...(from.name !== null && { name: from.name.slice(0, MAX_NAME) }),
    },
    wantsUpdates: true,
    idempotencyKey: keyOf(name),
    actor: 'email',
  }
}

/** Throws UnwantedLetterError for whoever may not report here. */
function senderOf(
  { settings: { senders } }: MailboxOf,
  { from }: IncomingLetter,
): NonNullable<IncomingLetter['from']> {
  if (from === null) throw new UnwantedLetterError('a letter without a sender')
  if (senders === undefined || mayReport(senders, from.address)) return from
  throw new UnwantedLetterError('the sender is not among those who may report here')
}

function mayReport(senders: readonly string[], address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@'))
  return senders.includes(address) || senders.includes(domain)
}

function categoryOf({ rules, category }: Mailbox, subject: string): string {
  const said = subject.toLowerCase()
  const rule = rules.find(({ words }) =>
    words.some((word) => said.includes(word.toLowerCase())),
  )
  return rule?.category ?? category
}

function wordsOf({ subject, text }: IncomingLetter): string {
  const own = ownWords(text)
  return cut(own === '' ? subject || '–' : own)
}

/** Whole characters, and a sign that there was more. */
function cut(text: string): string {
  if (text.length <= TEXT_CHARACTERS) return text
  const short = text.slice(0, TEXT_CHARACTERS - 2).replace(/[\uD800-\uDBFF]$/u, '')
  return `${short} …`
}

/** What is no photo is left out: a logo that is broken must not cost the report. */
async function takePhotos(
  { photos }: IntakeParts,
  { organisation }: MailboxOf,
  { pictures }: IncomingLetter,
): Promise<readonly string[]> {
  const taken: string[] = []
  for (const picture of pictures) {
    if (taken.length === PHOTOS) break
    try {
      taken.push((await photos.take(organisation, picture)).id)
    } catch (error) {
      if (!isRefusal(error)) throw error
    }
  }
  return taken
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Problem)) return false
  const { kind } = error.details
  return kind === 'invalid' || kind === 'too_large'
}
