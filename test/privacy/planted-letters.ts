import { LETTER_BYTES } from '../../src/mailbox/limits.ts'
import { letter, multipart, type Part } from '../mailbox/letters.ts'
import { phoneJpeg } from '../photos/pictures.ts'
import type { Dovecot } from '../support/dovecot.ts'

/** A word for every place of a letter that takes one; none stands anywhere else in the installation. */
export const planted = {
  sender: 'Xkmjgunnar Öqmwsson',
  address: 'kqmz.brev@example.org',
  subject: 'Zyqmfalk',
  plain: 'Gqmxord 0523-98 76 54',
  html: 'Hqmvmärkt',
  signature: 'Wqmjunderskrift',
  quoted: 'Tqmwcitat',
  fileName: 'Kqmzbild',
  messageId: 'vqmx.wkqm',
  camera: 'Telefonfabriken',
  serial: 'SERIAL-4711',
  replySubject: 'Nqmzåter',
  reply: 'Lqmzsvar',
  replyId: 'bqmk.wzqm',
  holiday: 'Fqmjsemester',
  holidayId: 'dqmz.vkqm',
  teacher: 'Pqmvlärare',
  teacherAddress: 'jqmp.lena@skolan.example',
  teacherWords: 'Rqmxkran',
  stranger: 'Cqmwfrämling',
  strangerAddress: 'sqmz.okand@example.com',
  strangerWords: 'Mqmvbrev',
  large: 'Qqmzlång',
} as const
export const everywhere: readonly string[] = [
  ...Object.values(planted),
  '0523-98 76 54',
  '523987654',
]
/** What staff reads of the first letter and of what followed it. */
export const own = ['sender', 'address', 'subject', 'plain', 'reply'] as const

export const OWN = 'felanmalan@strandkoping.example'
/** One that everybody may write to, and one of a school. */
export const mailboxes = (open: Dovecot, closed: Dovecot) => `
mailboxes:
  reports:
    host: 127.0.0.1
    port: ${open.port}
    tls: none
    user: ${open.user}
    secret: mail-password
    address: ${OWN}
    category: green-area
  schools:
    host: 127.0.0.1
    port: ${closed.port}
    tls: none
    user: ${closed.user}
    secret: mail-password
    address: vaktmastare@strandkoping.example
    category: building
    senders: ['@skolan.example']
`

const from = `"${planted.sender}" <${planted.address}>`
const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`

/** Words as text and as HTML, a signature, what it answers, and a photo with its camera's serial number. */
export async function firstLetter(): Promise<Buffer> {
  const said = `${planted.plain}\r\n\r\n> ${planted.quoted}\r\n-- \r\n${planted.signature}`
  const photo = await phoneJpeg({ width: 60, height: 40 })
  const parts: readonly Part[] = [
    { type: 'text/plain; charset=utf-8', body: said },
    { type: 'text/html; charset=utf-8', body: `<p title="${planted.html}">&nbsp;</p>` },
    { type: 'image/jpeg', body: photo, name: `${planted.fileName}.jpg` },
  ]
  const { headers, body } = multipart('mixed', parts)
  return letter({
    headers: {
      ...headers,
      From: from,
      To: OWN,
      Subject: encoded(planted.subject),
      'Message-ID': `<${planted.messageId}@example.org>`,
    },
    ...(body !== undefined && { body }),
  })
}

export function reply(about: string): Buffer {
  return letter({
    headers: {
      From: from,
      To: OWN,
      Subject: encoded(`Re: ${planted.replySubject}`),
      'Message-ID': `<${planted.replyId}@example.org>`,
      'In-Reply-To': about,
    },
    body: `${planted.reply}\n\n> ${planted.quoted}`,
  })
}

export const holiday = letter({
  headers: {
    From: from,
    To: OWN,
    Subject: planted.holiday,
    'Message-ID': `<${planted.holidayId}@example.org>`,
    'Auto-Submitted': 'auto-replied',
  },
  body: planted.holiday,
})

export const fromTeacher = letter({
  headers: {
    From: `${planted.teacher} <${planted.teacherAddress}>`,
    'Message-ID': '<teacher@skolan.example>',
  },
  body: planted.teacherWords,
})

export async function fromStranger(): Promise<Buffer> {
  const body = await phoneJpeg({ width: 60, height: 40 })
  const { headers, body: parts } = multipart('mixed', [
    { type: 'text/plain', body: planted.strangerWords },
    { type: 'image/jpeg', body, name: `${planted.fileName}.jpg` },
  ])
  return letter({
    headers: {
      ...headers,
      From: `${planted.stranger} <${planted.strangerAddress}>`,
      'Message-ID': '<stranger@example.com>',
    },
    ...(parts !== undefined && { body: parts }),
  })
}

export const endless = letter({
  headers: { From: from, Subject: planted.large, 'Message-ID': '<large@example.org>' },
  body: planted.large + 'x'.repeat(LETTER_BYTES),
})
