import { once } from 'node:events'
import type { ImapFlow } from 'imapflow'
import type { Clock } from '../domain/clock.ts'
import { MS } from '../domain/time.ts'
import type { Mailbox } from './config.ts'
import { IDLE, LETTER_BYTES, POLL } from './limits.ts'
import { ConnectionLostError, type LetterSource } from './source.ts'

/** In ms. */
const timeouts = {
  connectionTimeout: 20_000,
  greetingTimeout: 15_000,
  socketTimeout: 120_000,
}

export interface ImapParts {
  readonly settings: Mailbox
  readonly password: string
  readonly realTime: Pick<Clock, 'after'>
}

/** Connects, logs in and opens the folder. Rejects when any of it fails. */
export async function openImapFolder(parts: ImapParts): Promise<LetterSource> {
  const client = await createClient(parts)
  // Without a listener an error of the socket would end the process; it shows in the next command.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { uidValidity } = await client.mailboxOpen(parts.settings.folder)
    return sourceOf(client, Number(uidValidity), parts)
  } catch (error) {
    client.close()
    throw error
  }
}

async function createClient({ settings, password }: ImapParts): Promise<ImapFlow> {
  // Loaded when the first mailbox is read: it takes 25 MB, and most organisations have none.
  const { ImapFlow: Client } = await import('imapflow')
  const { host, port, user, tls } = settings
  return new Client({
    host,
    port,
    secure: tls === 'implicit',
    ...(tls === 'starttls' && { doSTARTTLS: true }),
    ...(tls === 'none' && { doSTARTTLS: false }),
    auth: { user, pass: password },
    logger: false,
    maxIdleTime: IDLE / MS,
    // A letter and what stands around it, whatever a broken server announces.
    maxLiteralSize: LETTER_BYTES + 1_024,
    maxLineLength: 1_048_576,
    maxResponseSize: LETTER_BYTES + 2_097_152,
    ...timeouts,
  })
}

function sourceOf(
  client: ImapFlow,
  uidValidity: number,
  { settings, realTime }: ImapParts,
): LetterSource {
  return {
    uidValidity,
    async uidsAbove(after) {
      const found = await search(client, `${after + 1}:*`)
      // `*` is the last letter, also when its number is lower.
      return found.filter((uid) => uid > after).toSorted((a, b) => a - b)
    },
    highestUid: async () => Math.max(0, ...(await search(client, '*'))),
    async look(uid) {
      const asked = { uid: true, size: true, internalDate: true } as const
      const found = await client.fetchOne(String(uid), asked, { uid: true })
      if (!found) return await confirmGone(client, uid)
      const arrived = new Date(found.internalDate ?? 0).getTime()
      return { size: found.size ?? 0, arrivedMs: Number.isNaN(arrived) ? 0 : arrived }
    },
    async read(uid) {
      const source = { maxLength: LETTER_BYTES }
      const found = await client.fetchOne(String(uid), { source }, { uid: true })
      if (found && found.source !== undefined) return found.source
      return await confirmGone(client, uid)
    },
    async mark(uid, as) {
      const range = String(uid)
      if (as === 'taken' && settings.taken === 'delete') {
        await client.messageDelete(range, { uid: true })
        return
      }
      const flag = as === 'taken' ? '\\Seen' : '\\Flagged'
      await client.messageFlagsAdd(range, [flag], { uid: true })
      if (as === 'put_aside') {
        await client.messageFlagsRemove(range, ['\\Seen'], { uid: true })
      }
    },
    more: (stop) => more(client, stop, realTime),
    async [Symbol.asyncDispose]() {
      client.close()
    },
  }
}

/** The library gives false for every failure; an empty list only when there are none. */
async function search(client: ImapFlow, uid: string): Promise<readonly number[]> {
  const found = client.usable ? await client.search({ uid }, { uid: true }) : false
  if (found) return found
  throw new ConnectionLostError('the mail server does not answer')
}

/** That a letter was not given may mean anything: it is gone when the server says so. */
async function confirmGone(client: ImapFlow, uid: number): Promise<undefined> {
  const found = await search(client, String(uid))
  if (found.includes(uid)) throw new Error('the mail server does not give the letter')
  return undefined
}

/** The server calls (IDLE), is asked every minute, or closes. */
async function more(
  client: ImapFlow,
  stop: AbortSignal,
  realTime: Pick<Clock, 'after'>,
): Promise<void> {
  if (stop.aborted || !client.usable) return
  const waiting = new AbortController()
  const { signal } = waiting
  const polled = Promise.withResolvers<void>()
  const cancel = realTime.after(POLL, () => polled.resolve())
  const events = ['exists', 'close'].map(async (name) => once(client, name, { signal }))
  const stopped = once(stop, 'abort', { signal })
  // A command that comes next breaks it off.
  void client.idle().catch(() => undefined)
  try {
    await Promise.race([...events, stopped, polled.promise])
  } finally {
    cancel()
    waiting.abort()
    await Promise.allSettled([...events, stopped])
  }
}
