import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { compose } from './compose.ts'
import { forgetOldestFiles } from './forget-files.ts'
import { AddressGoneError, UndeliverableError, type Transport } from './letter.ts'
import { isAddressGone, statusOfReply } from './reply-status.ts'

/** Letters hold what people said and where they are reached, so a folder of them is no archive. */
const lettersKept = 10_000
/** So many more there may be before somebody looks. */
const lettersBetween = 1_000

/**
 * Puts each letter as `<organisation>.<id>.eml` into a folder, for a demonstration and for tests.
 * A letter that is sent again replaces its own file; what has the name `.eml` is always whole. The
 * newest 10,000 stay.
 */
export function createFolderTransport(options: {
  readonly folder: string
  readonly from?: string
  /** Default: 10,000, looked at with the first letter and every 1,000. */
  readonly keeps?: { readonly letters: number; readonly between: number }
}): Transport {
  const { folder, from = 'Gatuvakt <no-reply@gatuvakt.invalid>' } = options
  const { keeps = { letters: lettersKept, between: lettersBetween } } = options
  const composer = onceAsked(async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  })
  let started = 0
  return {
    send: async (letter) => {
      const name = fileName(letter.organisation, letter.id)
      started += 1
      // Two at once for one letter happens when a lease runs out; each writes its own file.
      const unfinished = join(folder, `.${name}.${process.pid}-${started}.unfinished`)
      const { message } = await (await composer()).sendMail(compose(letter, from))
      await mkdir(folder, { recursive: true })
      if (started % keeps.between === 1 % keeps.between)
        await forgetOldestFiles(folder, keeps.letters)
      await writeThrough(unfinished, message)
      await rename(unfinished, join(folder, name))
      await syncFolder(folder)
    },
  }
}

/** Made with the first letter: nodemailer takes 20 MB, and many a process never sends one. */
function onceAsked<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

function fileName(organisation: string, id: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(id)) throw new Error('the id cannot be a file name')
  return `${organisation}.${id}.eml`
}

type Message = Parameters<Awaited<ReturnType<typeof open>>['writeFile']>[0]

async function writeThrough(path: string, message: Message): Promise<void> {
  await using file = await open(path, 'w', 0o600)
  await file.writeFile(message)
  await file.sync()
}

/** Only then does the new name survive a power cut. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}

/** In ms; the last one is silence, so a slow server is cut off by the outbox's own limit. */
const timeouts = {
  dnsTimeout: 5_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 15_000,
}

/**
 * A server that says for good that it does not take mail for this address, or not this letter (RFC
 * 5321, 4.2.1: 5yz is not to be repeated). What it has against us — a login, a sender — somebody may
 * still mend, so that is tried again, as is every 4yz.
 */
const refusedForGood = z.object({
  command: z.enum(['RCPT TO', 'DATA']),
  responseCode: z.int().min(500).max(599),
  response: z.string().default(''),
})

const refusals = {
  'RCPT TO': 'the mail server takes no letters for the address',
  DATA: 'the mail server does not take this letter',
} as const

/** Hands letters to a mail server: `smtp://` (with STARTTLS where offered) or `smtps://`. */
export function createSmtpTransport(options: {
  readonly url: string
  readonly from: string
}): Transport {
  const mailer = onceAsked(async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({ url: options.url, ...timeouts })
  })
  return {
    send: async (letter) => {
      const message = compose(letter, options.from)
      try {
        await (await mailer()).sendMail(message)
      } catch (error) {
        const refused = refusedForGood.safeParse(error)
        if (!refused.success) throw error
        const { command, responseCode, response } = refused.data
        const status = statusOfReply(response)
        const code = status === undefined ? responseCode : `${responseCode} ${status}`
        const words = `${refusals[command]} (${code})`
        if (command === 'RCPT TO' && status !== undefined && isAddressGone(status))
          throw new AddressGoneError(words, { status, address: letter.to, cause: error })
        throw new UndeliverableError(words, { cause: error })
      }
    },
  }
}
