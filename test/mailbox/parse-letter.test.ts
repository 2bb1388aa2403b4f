import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { ignoredBecause } from '../../src/mailbox/automatic.ts'
import type { IncomingLetter } from '../../src/mailbox/letter.ts'
import { UnreadableLetterError, parseLetter } from '../../src/mailbox/parse-letter.ts'
import { letter, multipart, OWN } from './letters.ts'

function parse(source: Buffer): Promise<IncomingLetter> {
  return parseLetter(source, systemClock)
}

describe('a letter', () => {
  it('is read', async () => {
    const read = await parse(
      letter({
        headers: {
          'In-Reply-To': '<ours@kommun.example>',
          References: '<first@hem.example> <ours@kommun.example>',
          Cc: 'Bo <BO@hem.example>, ny@hem.example',
          'Delivered-To': 'felanmalan+token@lysekil.example',
        },
      }),
    )
    expect(read).toMatchObject({
      messageId: 'one@hem.example',
      references: ['first@hem.example', 'ours@kommun.example'],
      from: { address: 'anna@hem.example', name: 'Anna Ek' },
      recipients: [
        'felanmalan+token@lysekil.example',
        OWN,
        'bo@hem.example',
        'ny@hem.example',
      ],
      subject: 'Trasig lampa',
      text: 'Lampan utanför skolan är trasig.',
      pictures: [],
    })
  })

  const words = 'Å, ä och ö är kvar'
  it.each([
    [
      'ISO-8859-1',
      letter({
        headers: {
          Subject: '=?iso-8859-1?Q?Gatubrunn_=E5?=',
          'Content-Type': 'text/plain; charset=iso-8859-1',
        },
        body: Buffer.from(words, 'latin1'),
      }),
      'Gatubrunn å',
    ],
    [
      'quoted-printable',
      letter({
        headers: {
          Subject: '=?utf-8?B?R2F0dWJydW5uIMOl?=',
          'Content-Transfer-Encoding': 'quoted-printable',
        },
        body: '=C3=85, =C3=A4 och =C3=B6 =\n=C3=A4r kvar',
      }),
      'Gatubrunn å',
    ],
    [
      'Windows-1252 in base64',
      letter({
        headers: {
          'Content-Type': 'text/plain; charset=windows-1252',
          'Content-Transfer-Encoding': 'base64',
        },
        body: Buffer.from(words, 'latin1').toString('base64'),
      }),
      'Trasig lampa',
    ],
    [
      'HTML only',
      letter({
        headers: { 'Content-Type': 'text/html; charset=utf-8' },
        body: '<html><head><style>p{}</style></head><body><p>&Aring;, &auml; och &ouml; är kvar</p><script>x()</script></body></html>',
      }),
      'Trasig lampa',
    ],
    [
      'text beside HTML',
      letter(
        multipart('alternative', [
          { type: 'text/plain; charset=utf-8', body: words },
          { type: 'text/html; charset=utf-8', body: '<b>something else</b>' },
        ]),
      ),
      'Trasig lampa',
    ],
  ])('is read as %s', async (_, source, subject) => {
    const read = await parse(source)
    expect(read.text.replace(/\s+/g, ' ')).toBe(words)
    expect(read.subject).toBe(subject)
  })

  it('has at most 10 pictures, and only of its attachments that may be some', async () => {
    const pictures = Array.from({ length: 14 }, (_, index) => ({
      type: index % 2 === 0 ? 'image/jpeg' : 'application/octet-stream',
      body: Buffer.from([index]),
      name: `../../${index}.jpg`,
    }))
    const text = { type: 'text/plain', body: 'See here' }
    const tnef = { type: 'application/ms-tnef', body: 'x', name: 'winmail.dat' }
    const pdf = { type: 'application/pdf', body: 'x', name: 'offer.pdf' }
    const read = await parse(letter(multipart('mixed', [text, tnef, pdf, ...pictures])))
    expect(read.text).toBe('See here')
    expect(read.pictures).toHaveLength(8)
  })

  it('may have 300 receivers, no subject, no name, no Message-ID', async () => {
    const To = Array.from({ length: 300 }, (_, index) => `a${index}@hem.example`).join(
      ',\r\n ',
    )
    const read = await parse(
      letter({ headers: { To, Subject: '', 'Message-ID': '', From: 'anna@hem.example' } }),
    )
    expect(read.recipients).toHaveLength(300)
    expect(read).toMatchObject({
      subject: '',
      messageId: null,
      from: { address: 'anna@hem.example', name: null },
    })
  })

  it('is read without its text when its HTML is endless', async () => {
    const body = `<p>${'x'.repeat(300_000)}</p>`
    const read = await parse(letter({ headers: { 'Content-Type': 'text/html' }, body }))
    expect(read.subject).toBe('Trasig lampa')
  })

  it('never does more than throw what it should, whatever the bytes', async () => {
    const source = letter(
      multipart('mixed', [
        { type: 'text/plain', body: 'Hello' },
        { type: 'image/png', body: 'picture', name: 'a.png' },
      ]),
    )
    const changes = fc.array(fc.tuple(fc.nat(source.length - 1), fc.nat(255)), {
      maxLength: 15,
    })
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(source.length), async (changed, end) => {
        const bytes = Buffer.from(source)
        for (const [at, value] of changed) bytes[at] = value
        const read = await parse(bytes.subarray(0, end)).catch((error: unknown) => error)
        expect(read instanceof Error && !(read instanceof UnreadableLetterError)).toBe(
          false,
        )
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})

describe('a letter of nobody', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['a person', {}, undefined],
    ['a person whose program says no', { 'Auto-Submitted': 'no' }, undefined],
    ['a holiday answer', { 'Auto-Submitted': 'auto-replied' }, 'automatic'],
    ['a machine', { 'Auto-Submitted': 'auto-generated; type=x' }, 'automatic'],
    ['Exchange on holiday', { 'X-Auto-Response-Suppress': 'All' }, 'automatic'],
    [
      'Exchange on holiday, in words',
      { 'X-Auto-Response-Suppress': 'DR, OOF, AutoReply' },
      'automatic',
    ],
    ['bulk', { Precedence: 'bulk' }, 'automatic'],
    ['an old autoresponder', { Precedence: 'auto_reply' }, 'automatic'],
    ['another', { 'X-Autoreply': 'yes' }, 'automatic'],
    ['a list', { 'List-Id': '<news.hem.example>' }, 'list'],
    ['a bounce', { 'Return-Path': '<>' }, 'bounce'],
    ['a bounce by its type', { 'Content-Type': 'multipart/report; boundary=x' }, 'bounce'],
    ['the postman', { From: 'MAILER-DAEMON@hem.example' }, 'bounce'],
    ['no-reply', { From: 'No-Reply@hem.example' }, 'automatic'],
    ['ourselves', { From: OWN }, 'own'],
    ['ourselves with a token', { From: 'Felanmalan+abc@lysekil.example' }, 'own'],
    ['nobody', { From: '' }, 'no_sender'],
    ['nonsense', { From: 'undisclosed' }, 'no_sender'],
  ])('is told by its headers: %s', async (_, headers, reason) => {
    expect(ignoredBecause(await parse(letter({ headers })), OWN)).toBe(reason)
  })
})
