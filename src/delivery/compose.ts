import type { SendMailOptions } from 'nodemailer'
import { UndeliverableError, type Letter } from './letter.ts'

const longestAddress = 254
const longestSubject = 500
const longestText = 100_000

// One address and nothing beside it: no white space, no list, no name, no comment.
const bareAddress = /^[^\s\p{C}@,;:<>"()[\]\\]+@[^\s\p{C}@,;:<>"()[\]\\]+$/u

// Nothing in it ends the angle brackets that it stands in, or the line.
const plainUrl = /^https?:\/\/[^\s\p{C}<>,"]{1,1000}$/u

/**
 * The letter as nodemailer takes it, with a Message-ID that names the row of the outbox. Throws
 * UndeliverableError when the address is more or less than one address, or the letter too long.
 */
export function compose(letter: Letter, from: string): SendMailOptions {
  if (letter.to.length > longestAddress || !bareAddress.test(letter.to)) {
    throw new UndeliverableError('the address is not one plain e-mail address')
  }
  if (letter.replyTo !== undefined && !bareAddress.test(letter.replyTo)) {
    throw new UndeliverableError('the address for answers is not one plain e-mail address')
  }
  if (letter.subject.length > longestSubject || letter.text.length > longestText) {
    throw new UndeliverableError('the subject or the text is too long')
  }
  return {
    from,
    to: letter.to,
    ...(letter.replyTo !== undefined && { replyTo: letter.replyTo }),
    // A line break would only be folded away by nodemailer; here it never gets that far.
    subject: letter.subject.replaceAll(/[\r\n]+/g, ' '),
    text: letter.text,
    date: new Date(letter.date / 1_000),
    messageId: messageId(letter, letter.id, from),
    ...threadOf(letter, from),
    headers: {
      // Holiday answers to a machine help nobody (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      ...unsubscribeHeaders(letter),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function messageId({ organisation }: Letter, id: string, from: string): string {
  return `<${id}.${organisation}@${domainOf(from)}>`
}

/** What mail programs put a conversation together by (RFC 5322, 3.6.4). */
function threadOf(
  letter: Letter,
  from: string,
): Pick<SendMailOptions, 'inReplyTo' | 'references'> {
  const { thread, id } = letter
  if (thread === undefined || thread === id) return {}
  const first = messageId(letter, thread, from)
  return { inReplyTo: first, references: first }
}

/** RFC 2369, 3.2, and for one click RFC 8058, 3.1, which asks for https. */
function unsubscribeHeaders({ unsubscribe }: Letter): Record<string, string> {
  if (unsubscribe === undefined) return {}
  if (!plainUrl.test(unsubscribe)) {
    // The setting of this process, which somebody may mend.
    throw new Error('the address for saying no is no plain URL')
  }
  return {
    'List-Unsubscribe': `<${unsubscribe}>`,
    ...(unsubscribe.startsWith('https:') && {
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  }
}

function domainOf(from: string): string {
  return /@([a-z0-9.-]+)>?\s*$/i.exec(from)?.[1] ?? 'gatuvakt.invalid'
}
