import type { SendMailOptions } from 'nodemailer'
import { UndeliverableError, type Letter } from './letter.ts'

const longestAddress = 254
const longestSubject = 500
const longestText = 100_000

// One address and nothing beside it: no white space, no list, no name, no comment.
const bareAddress = /^[^\s\p{C}@,;:<>"()[\]\\]+@[^\s\p{C}@,;:<>"()[\]\\]+$/u

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
    messageId: `<${letter.id}.${letter.organisation}@${domainOf(from)}>`,
    // Holiday answers to a machine help nobody (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function domainOf(from: string): string {
  return /@([a-z0-9.-]+)>?\s*$/i.exec(from)?.[1] ?? 'gatuvakt.invalid'
}
