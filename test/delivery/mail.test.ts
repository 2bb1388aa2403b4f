import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compose } from '../../src/delivery/compose.ts'
import { UndeliverableError, type Letter } from '../../src/delivery/letter.ts'
import { createFolderTransport, createSmtpTransport } from '../../src/delivery/mail.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { LEASE } from '../../src/delivery/rows.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { startSmtpSink } from '../support/smtp.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { openFixture } from './fixture.ts'

const from = 'Kommunen <fel@kommun.example>'
const letter: Letter = {
  organisation: north,
  id: 'mail-1',
  to: 'anna@example.se',
  subject: 'Lampan på Storgatan lyser igen',
  text: 'Hej Anna!\n.\nTack för hjälpen på Åsgatan.',
  date: timeUs(Date.UTC(2026, 10, 20, 12) * 1_000),
}

describe('a folder of letters', () => {
  it('holds each letter whole, under its own name', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'mail')
    await createFolderTransport({ folder: path, from }).send(letter)
    expect(await readdir(path)).toEqual(['north.mail-1.eml'])
    const text = await readFile(join(path, 'north.mail-1.eml'), 'utf8')
    expect(headers(text)).toMatchObject({
      From: from,
      To: 'anna@example.se',
      'Message-ID': '<mail-1.north@kommun.example>',
      Date: 'Fri, 20 Nov 2026 12:00:00 +0000',
      'Auto-Submitted': 'auto-generated',
    })
    expect(text).toContain('Tack f=C3=B6r hj=C3=A4lpen')
  })

  it('holds one file however often a letter is sent', async () => {
    await using folder = await temporaryFolder()
    const transport = createFolderTransport({ folder: folder.path })
    await Promise.all([transport.send(letter), transport.send(letter)])
    await transport.send(letter)
    expect(await readdir(folder.path)).toHaveLength(1)
  })

  it('keeps the newest letters only', async () => {
    await using folder = await temporaryFolder()
    const keeps = { letters: 3, between: 2 }
    const transport = createFolderTransport({ folder: folder.path, keeps })
    await writeFile(join(folder.path, 'notes.txt'), 'no letter')
    for (const n of [1, 2, 3, 4, 5, 6]) {
      await transport.send({ ...letter, id: `mail-${n}` })
      // Written long ago, one after the other.
      await utimes(join(folder.path, `north.mail-${n}.eml`), n, n)
    }
    expect((await readdir(folder.path)).toSorted()).toEqual(
      ['notes.txt', ...[2, 3, 4, 5, 6].map((n) => `north.mail-${n}.eml`)].toSorted(),
    )
    await transport.send({ ...letter, id: 'mail-7' })
    expect((await readdir(folder.path)).toSorted()).toEqual(
      ['notes.txt', ...[4, 5, 6, 7].map((n) => `north.mail-${n}.eml`)].toSorted(),
    )
  })

  it('refuses a name that would leave the folder', async () => {
    await using folder = await temporaryFolder()
    const transport = createFolderTransport({ folder: folder.path })
    await expect(transport.send({ ...letter, id: '../escape' })).rejects.toThrow(
      'file name',
    )
    expect(await readdir(folder.path)).toEqual([])
  })
})

describe('a mail server', () => {
  it('gets the letter as it was written', async () => {
    await using sink = await startSmtpSink()
    await createSmtpTransport({ url: sink.url, from }).send(letter)
    expect(sink.received).toMatchObject([
      { from: 'fel@kommun.example', to: ['anna@example.se'] },
    ])
    const [received] = sink.received
    expect(headers(received?.source ?? '')).toMatchObject({
      'Message-ID': '<mail-1.north@kommun.example>',
    })
  })

  it('that does not know the address is not asked again', async () => {
    await using sink = await startSmtpSink(() => '550 no such user')
    const transport = createSmtpTransport({ url: sink.url, from })
    await expect(transport.send(letter)).rejects.toBeInstanceOf(UndeliverableError)
  })

  it('that is busy is asked again', async () => {
    await using sink = await startSmtpSink(() => '450 come back later')
    const transport = createSmtpTransport({ url: sink.url, from })
    const refusal: unknown = await transport.send(letter).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Error)
    expect(refusal).not.toBeInstanceOf(UndeliverableError)
  })

  it('that refuses the letter itself is not asked again', async () => {
    await using sink = await startSmtpSink(undefined, () => '554 not here')
    const transport = createSmtpTransport({ url: sink.url, from })
    await expect(transport.send(letter)).rejects.toBeInstanceOf(UndeliverableError)
  })

  it('that cannot take the letter now is asked again', async () => {
    await using sink = await startSmtpSink(undefined, () => '452 disk full')
    const transport = createSmtpTransport({ url: sink.url, from })
    const refusal: unknown = await transport.send(letter).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Error)
    expect(refusal).not.toBeInstanceOf(UndeliverableError)
  })

  it('that is not there is asked again', async () => {
    const sink = await startSmtpSink()
    await sink[Symbol.asyncDispose]()
    const transport = createSmtpTransport({ url: sink.url, from })
    await expect(transport.send(letter)).rejects.toMatchObject({ code: 'ESOCKET' })
  })
})

describe('a letter to somebody who follows', () => {
  const unsubscribe = 'https://fel.example.se/f/token/letters'

  it('says where no more letters can be asked for, with one click over https', async () => {
    await using sink = await startSmtpSink()
    const transport = createSmtpTransport({ url: sink.url, from })
    await transport.send({ ...letter, unsubscribe })
    expect(headers(sink.received[0]?.source ?? '')).toMatchObject({
      'List-Unsubscribe': `<${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    const plain = compose({ ...letter, unsubscribe: 'http://fel.example.se/f/x' }, from)
    expect(plain.headers).toMatchObject({
      'List-Unsubscribe': '<http://fel.example.se/f/x>',
    })
    expect(plain.headers).not.toHaveProperty('List-Unsubscribe-Post')
    expect(compose(letter, from).headers).not.toHaveProperty('List-Unsubscribe')
  })

  it.each([
    'https://x.example/a>, <https://evil.example',
    'https://x.example/\r\nBcc: a@b',
  ])('carries no other header in that address: %j', (url) => {
    expect(() => compose({ ...letter, unsubscribe: url }, from)).toThrow('no plain URL')
  })

  it('belongs to the conversation that its first letter began', () => {
    const first = '<mail-0.north@kommun.example>'
    expect(compose({ ...letter, thread: 'mail-0' }, from)).toMatchObject({
      inReplyTo: first,
      references: first,
    })
    expect(compose({ ...letter, thread: letter.id }, from)).not.toHaveProperty('references')
  })
})

describe('a letter with hostile parts', () => {
  it.each([
    'anna@example.se\r\nBcc: eve@evil.example',
    'anna@example.se, eve@evil.example',
    'anna@example.se;eve@evil.example',
    'Anna <anna@example.se>',
    'anna@example.se ',
    'anna',
    '',
    `${'a'.repeat(250)}@example.se`,
  ])('goes to one plain address or to nobody: %j', (to) => {
    expect(() => compose({ ...letter, to }, from)).toThrow(UndeliverableError)
  })

  it('is answered to one plain address or not sent', () => {
    const replyTo = 'reports+token@example.se'
    expect(compose({ ...letter, replyTo }, from)).toMatchObject({ replyTo })
    expect(compose(letter, from)).not.toHaveProperty('replyTo')
    const two = 'reports@example.se\r\nBcc: eve@evil.example'
    expect(() => compose({ ...letter, replyTo: two }, from)).toThrow(UndeliverableError)
  })

  it('cannot add a header or a recipient through its subject', async () => {
    await using sink = await startSmtpSink()
    const transport = createSmtpTransport({ url: sink.url, from })
    const subject = 'Hej\r\nBcc: eve@evil.example\r\n\r\nand a text of mine'
    await transport.send({ ...letter, subject })
    const [received] = sink.received
    expect(received?.to).toEqual(['anna@example.se'])
    const found = headers(received?.source ?? '')
    expect(Object.keys(found)).not.toContain('Bcc')
    expect(found['Subject']).toBe('Hej Bcc: eve@evil.example and a text of mine')
  })

  it('has the same headers whatever its subject', async () => {
    await using folder = await temporaryFolder()
    const transport = createFolderTransport({ folder: folder.path, from })
    const plain = await headersOf(letter.subject)
    async function headersOf(subject: string): Promise<readonly string[]> {
      await transport.send({ ...letter, subject })
      const path = join(folder.path, 'north.mail-1.eml')
      return Object.keys(headers(await readFile(path, 'utf8')))
    }
    const subjects = fc.string({ unit: 'binary', maxLength: 80 })
    await fc.assert(
      fc.asyncProperty(subjects, async (subject) => {
        expect(await headersOf(`About ${subject}`)).toEqual(plain)
      }),
      { numRuns: 60 },
    )
  })

  it('is not sent when it is a book', () => {
    const text = 'a'.repeat(100_001)
    expect(() => compose({ ...letter, text }, from)).toThrow('too long')
  })
})

it('a service that dies between sending and noting it sends the same letter again, in one file', async () => {
  await using here = await openFixture()
  await using folder = await temporaryFolder()
  await here.put('once')
  const files = createFolderTransport({ folder: folder.path })
  const { promise: sent, resolve } = Promise.withResolvers<void>()
  const dying = {
    send: async (one: Letter) => {
      await files.send(one)
      resolve()
      await Promise.withResolvers<void>().promise
    },
  }
  // A dead process has no timers either.
  const dead = { now: () => here.clock.now(), after: () => () => undefined }
  void createOutbox(here.parts({ transport: dying, clock: dead })).drain()
  await sent
  const path = join(folder.path, 'north.once.eml')
  const before = headers(await readFile(path, 'utf8'))
  await using other = createOutbox(here.parts({ transport: files }))
  here.clock.advance(LEASE)
  expect(await other.drain()).toBe(1)
  expect(await readdir(folder.path)).toEqual(['north.once.eml'])
  const after = headers(await readFile(path, 'utf8'))
  expect(after['Message-ID']).toBe(before['Message-ID'])
  expect((await here.rows())[0]?.delivered_at).not.toBeNull()
})

/** The header lines of a letter, unfolded; a repeated one counts as its last. */
function headers(source: string): Record<string, string> {
  const [head = ''] = source.split('\r\n\r\n')
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    }),
  )
}
