import type { Clock, Random } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import { durationUs, MINUTE, type DurationUs } from '../domain/time.ts'
import { openImapFolder, type ImapParts } from './imap-source.ts'
import type { MailboxOf } from './intake.ts'
import { RETRY_FIRST, RETRY_LAST } from './limits.ts'
import { readFolder, type FolderParts } from './read-folder.ts'
import { createSenderLimit } from './sender-limit.ts'
import type { LetterSource } from './source.ts'

export interface MailboxParts extends Omit<FolderParts, 'limit'> {
  /** All that the configuration names now. */
  readonly mailboxes: () => Promise<readonly MailboxOf[]>
  /** By name; undefined for one that is not set. */
  readonly secretOf: (name: string) => string | undefined
  readonly random: Random
  /** Hears why a mailbox cannot be read now; never a password, never out of a letter. */
  readonly failed: (box: Pick<MailboxOf, 'organisation' | 'name'>, error: unknown) => void
  /** Hears why the configuration could not be read. */
  readonly stale: (error: unknown) => void
  /** Left out: IMAP. */
  readonly open?: (parts: ImapParts) => Promise<LetterSource>
}

/** Mailboxes being read. */
export interface Mailboxes extends AsyncDisposable {
  /** Begins and ends reading as the configuration says now; also done every minute. */
  refresh(): Promise<void>
}

interface Reader extends AsyncDisposable {
  readonly settings: string
}

/** Reads every mailbox of the configuration until it is disposed. */
export async function startMailboxes(parts: MailboxParts): Promise<Mailboxes> {
  const readers = new Map<string, Reader>()
  const refresh = async (): Promise<void> => {
    const wanted = new Map(
      (await parts.mailboxes()).map((box) => [`${box.organisation} ${box.name}`, box]),
    )
    for (const [key, reader] of readers) {
      const box = wanted.get(key)
      if (box !== undefined && JSON.stringify(box.settings) === reader.settings) continue
      readers.delete(key)
      await reader[Symbol.asyncDispose]()
    }
    for (const [key, box] of wanted) {
      if (!readers.has(key)) readers.set(key, startReader(parts, box))
    }
  }
  await refresh()
  // The configuration could not be read: what is read stays.
  const ask = every(MINUTE, parts.realTime, refresh, (error) => parts.stale(error))
  return {
    refresh,
    async [Symbol.asyncDispose]() {
      await ask[Symbol.asyncDispose]()
      await Promise.all(
        [...readers.values()].map((reader) => reader[Symbol.asyncDispose]()),
      )
    },
  }
}

/** One mailbox: connect, read, wait, and after a loss connect again. */
function startReader(parts: MailboxParts, box: MailboxOf): Reader {
  const stop = new AbortController()
  const { signal } = stop
  const ended = keepReading(parts, box, signal)
  return {
    settings: JSON.stringify(box.settings),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await ended
    },
  }
}

async function keepReading(
  parts: MailboxParts,
  box: MailboxOf,
  stop: AbortSignal,
): Promise<void> {
  const folder: FolderParts = { ...parts, limit: createSenderLimit(parts.realTime) }
  const tries = new Map<number, number>()
  let failures = 0
  while (!stop.aborted) {
    try {
      await using source = await connect(parts, box)
      await readUntilLost(source, stop, async () => {
        await readFolder(folder, box, source, tries)
        failures = 0
      })
    } catch (error) {
      if (stop.aborted) return
      failures += 1
      parts.failed(box, error)
      await pause(parts.realTime, waitAfter(failures, parts.random), stop)
    }
  }
}

/** Reads, waits for more, reads; ends when stopped, rejects when the connection is lost. */
async function readUntilLost(
  source: LetterSource,
  stop: AbortSignal,
  read: () => Promise<void>,
): Promise<void> {
  // A stop must not wait for a server that does not answer.
  const close = (): void => void source[Symbol.asyncDispose]()
  stop.addEventListener('abort', close, { once: true })
  try {
    while (!stop.aborted) {
      await read()
      await source.more(stop)
    }
  } finally {
    stop.removeEventListener('abort', close)
  }
}

async function connect(parts: MailboxParts, box: MailboxOf): Promise<LetterSource> {
  const { settings } = box
  const password = parts.secretOf(settings.secret)
  if (password === undefined) {
    throw new Error(
      `the password is not among the secrets of the process: set secrets.${settings.secret}`,
    )
  }
  const open = parts.open ?? openImapFolder
  return await open({ settings, password, realTime: parts.realTime })
}

/** Doubles from 2 s to 10 min, between half and the whole of it, so that many do not come at once. */
export function waitAfter(failures: number, random: Random): DurationUs {
  const full = Math.min(RETRY_LAST, RETRY_FIRST * 2 ** Math.min(failures - 1, 20))
  const [drawn = 0] = random.bytes(1)
  return durationUs(full * (0.5 + drawn / 512))
}

async function pause(
  realTime: Pick<Clock, 'after'>,
  delay: DurationUs,
  stop: AbortSignal,
): Promise<void> {
  const over = Promise.withResolvers<void>()
  const end = (): void => over.resolve()
  const cancel = realTime.after(delay, end)
  stop.addEventListener('abort', end, { once: true })
  await over.promise
  stop.removeEventListener('abort', end)
  cancel()
}
