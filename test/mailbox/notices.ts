/**
 * Reports of mail servers in the forms that are about: after the examples of RFC 3464 (appendix E) and
 * RFC 6522, with the parts as Postfix, Exchange and others put them. Every name and address is invented.
 */

import { letter, OWN } from './letters.ts'

export interface NoticeParts {
  /** Message-ID of the letter that it is about. */
  readonly about: string
  readonly action?: string
  readonly status?: string
  readonly to?: string
  /** More fields of the recipient, or blocks of further ones. */
  readonly more?: readonly string[]
  /** How the letter comes back. */
  readonly back?: 'message/rfc822' | 'text/rfc822-headers' | 'in headers' | 'not'
  readonly headers?: Readonly<Record<string, string>>
}

/** Our letter as it comes back. */
function ours(about: string): string {
  return [
    `From: Kommunen <${OWN}>`,
    'To: anna@hem.example',
    'Subject: =?utf-8?Q?=C3=84rendet?= (NOR-2026-000001)',
    'Message-ID:',
    ` <${about}>`,
    '',
    'Lampan lagas.',
  ].join('\n')
}

export function notice({
  about,
  action = 'failed',
  status = '5.1.1',
  to = 'anna@hem.example',
  more = [],
  back = 'message/rfc822',
  headers = {},
}: NoticeParts): Buffer {
  const returns = back === 'message/rfc822' || back === 'text/rfc822-headers'
  const parts = [
    'Content-Type: text/plain; charset=us-ascii\n\nI am sorry to have to inform you.',
    [
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.hem.example',
      'Arrival-Date: Thu, 19 Nov 2026 14:03:00 +0100',
      '',
      `Final-Recipient: rfc822; ${to}`,
      `Action: ${action}`,
      `Status: ${status}`,
      'Diagnostic-Code: smtp; 550 5.1.1 <anna@hem.example>:',
      '    Recipient address rejected: User unknown',
      ...more,
      '',
    ].join('\n'),
    ...(returns ? [`Content-Type: ${back}\n\n${ours(about)}`] : []),
  ]
  return letter({
    headers: {
      From: 'Mail Delivery System <MAILER-DAEMON@mx.hem.example>',
      Subject: 'Undelivered Mail Returned to Sender',
      'Message-ID': `<${about.slice(0, 6)}-${action}-${status}@mx.hem.example>`,
      'Auto-Submitted': 'auto-replied',
      'Content-Type': 'multipart/report; report-type=delivery-status; boundary="edge"',
      ...(back === 'in headers' && { 'In-Reply-To': `<${about}>` }),
      ...headers,
    },
    body: `${parts.map((part) => `--edge\n${part}\n`).join('')}--edge--\n`,
  })
}
