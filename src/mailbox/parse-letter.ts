import type { AddressObject, HeaderLines, ParsedMail } from 'mailparser'
import type { Clock } from '../domain/clock.ts'
import { deliveryReport } from './delivery-report.ts'
import type { IncomingLetter } from './letter.ts'
import { ATTACHMENTS, HTML_CHARACTERS, PARSE_PATIENCE, REFERENCES } from './limits.ts'

/** It cannot be read; `reason` is a word of ours, never something out of the letter. */
export class UnreadableLetterError extends Error {
  override readonly name = 'UnreadableLetterError'
  readonly reason: 'damaged' | 'too_slow' | 'too_large'

  constructor(reason: UnreadableLetterError['reason'], options?: ErrorOptions) {
    super(`the letter is ${reason.replace('_', ' ')}`, options)
    this.reason = reason
  }
}

/** Headers by which machines tell that they wrote it, and those that name receivers. */
const kept: ReadonlySet<string> = new Set([
  'auto-submitted',
  'content-type',
  'list-id',
  'list-post',
  'precedence',
  'return-path',
  'x-auto-response-suppress',
  'x-autoreply',
  'x-autorespond',
  'x-failed-recipients',
])
const receivers: ReadonlySet<string> = new Set([
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
])

const address = /[^\s<>,;:"()]+@[^\s<>,;:"()]+/g
const RECIPIENTS = 1_000

/** Reads a letter as it stands on the wire. Throws UnreadableLetterError. */
export async function parseLetter(
  source: Uint8Array,
  clock: Pick<Clock, 'after'>,
): Promise<IncomingLetter> {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
  // HTML of any length is a reason to read less, not to read nothing.
  const mail = await inTime(clock, parse(bytes, false)).catch((error: unknown) => {
    if (error instanceof UnreadableLetterError) throw error
    return inTime(clock, parse(bytes, true)).catch((cause: unknown) => {
      if (cause instanceof UnreadableLetterError) throw cause
      throw new UnreadableLetterError('damaged', { cause })
    })
  })
  try {
    return letterOf(mail)
  } catch (cause) {
    throw new UnreadableLetterError('damaged', { cause })
  }
}

async function parse(bytes: Buffer, skipHtmlToText: boolean): Promise<ParsedMail> {
  // Loaded with the first letter: it takes 15 MB.
  const { simpleParser } = await import('mailparser')
  return await simpleParser(bytes, {
    skipHtmlToText,
    maxHtmlLengthToParse: HTML_CHARACTERS,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    keepCidLinks: true,
    // As a part of its own, not as words of a person.
    keepDeliveryStatus: true,
  })
}

async function inTime<T>(clock: Pick<Clock, 'after'>, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const cancel = clock.after(PARSE_PATIENCE, () => {
    late.reject(new UnreadableLetterError('too_slow'))
  })
  try {
    return await Promise.race([work, late.promise])
  } finally {
    cancel()
  }
}

function letterOf(mail: ParsedMail): IncomingLetter {
  const lines = mail.headerLines ?? []
  const marks = new Map(
    lines.filter(({ key }) => kept.has(key)).map(({ key, line }) => [key, valueOf(line)]),
  )
  return {
    messageId: idsIn(mail.messageId ?? '')[0] ?? null,
    references: referencesOf(mail),
    from: senderOf(mail),
    recipients: recipientsOf(mail, lines),
    subject: clean(mail.subject ?? '').slice(0, 300),
    text: clean(mail.text ?? ''),
    pictures: mail.attachments
      .slice(0, ATTACHMENTS)
      .filter(({ contentType, content }) => isPicture(contentType) && content.length > 0)
      .map(({ content }) => content),
    marks,
    report: deliveryReport(marks.get('content-type') ?? '', mail.attachments),
  }
}

function senderOf({ from }: ParsedMail): IncomingLetter['from'] {
  const [sender] = from?.value ?? []
  if (sender?.address?.includes('@') !== true) return null
  const name = sender.name.trim()
  return {
    address: sender.address.toLowerCase().slice(0, 254),
    name: name === '' ? null : name,
  }
}

/** A picture may be called a stream of bytes by the program that sent it; the bytes are sniffed later. */
function isPicture(type: unknown): boolean {
  // The parser says a text, and gives false where a letter is cut off.
  if (typeof type !== 'string') return false
  return type.startsWith('image/') || type === 'application/octet-stream'
}

function referencesOf({ references = [], inReplyTo = '' }: ParsedMail): readonly string[] {
  const named = idsIn([references].flat().join(' '))
  const all = [...new Set([...named, ...idsIn(inReplyTo)])]
  if (all.length <= REFERENCES) return all
  const half = REFERENCES / 2
  return [...all.slice(0, half), ...all.slice(-half)]
}

function idsIn(text: string): readonly string[] {
  const found = [...text.slice(0, 100_000).matchAll(/<([^<>\s]{1,900})>/g)]
  return found.map(([, id = '']) => id)
}

function recipientsOf(mail: ParsedMail, lines: HeaderLines): readonly string[] {
  const named = [mail.to ?? [], mail.cc ?? []].flat().flatMap((one) => addressesOf(one))
  const stamped = lines
    .filter(({ key }) => receivers.has(key))
    .flatMap(({ line }) => [...valueOf(line).matchAll(address)].map(([text]) => text))
  const all = [...stamped, ...named].slice(0, RECIPIENTS).map((one) => one.toLowerCase())
  return [...new Set(all)]
}

function addressesOf({ value }: AddressObject): readonly string[] {
  return value.flatMap(({ address: one, group }) => [
    ...(one === undefined ? [] : [one]),
    ...(group ?? []).flatMap((member) => member.address ?? []),
  ])
}

function valueOf(line: string): string {
  return line
    .slice(line.indexOf(':') + 1)
    .trim()
    .slice(0, 5_000)
}

/** Line ends of one kind, and nothing that a database or a screen cannot carry. */
function clean(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{C}\n\t]/gu, '')
    .trim()
}
