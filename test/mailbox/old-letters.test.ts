import { afterEach, beforeEach, expect, it } from 'vitest'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { KNOWN } from '../../src/mailbox/limits.ts'
import { readFolder } from '../../src/mailbox/read-folder.ts'
import { oldKnownLetters } from '../../src/mailbox/rows.ts'
import { createSenderLimit } from '../../src/mailbox/sender-limit.ts'
import type { LetterSource } from '../../src/mailbox/source.ts'
import { forgetAll } from '../support/forget-all.ts'
import { multipart, letter, named } from './letters.ts'
import { north } from '../support/database.ts'
import { openMailDesk, settings, type MailDesk } from './desk.ts'

let desk: MailDesk
beforeEach(async () => {
  desk = await openMailDesk()
})
afterEach(() => desk[Symbol.asyncDispose]())

interface Lying {
  readonly arrivedMs: number
  readonly bytes: Buffer
}

/** A folder of these letters, numbered from 1. */
function folder(uidValidity: number, letters: readonly Lying[]): LetterSource {
  const at = (uid: number) => Promise.resolve(letters[uid - 1])
  return {
    uidValidity,
    uidsAbove: (after) =>
      Promise.resolve(letters.map((_, index) => index + 1).filter((uid) => uid > after)),
    highestUid: () => Promise.resolve(letters.length),
    look: async (uid) => {
      const one = await at(uid)
      return one && { size: one.bytes.length, arrivedMs: one.arrivedMs }
    },
    read: async (uid) => (await at(uid))?.bytes,
    mark: () => Promise.resolve(),
    more: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function readAll(source: LetterSource): Promise<void> {
  const { clock } = desk.town
  const limit = createSenderLimit(clock)
  await readFolder({ ...desk.parts, realTime: clock, limit }, desk.box, source, new Map())
}

const nowMs = () => desk.town.clock.now() / 1_000
const known = async () => {
  const query = desk.town.database.read(north)
  return (await query.selectFrom('letter').select('id').execute()).length
}

it('letters that nobody knows any more are not taken again when a server numbers them anew', async () => {
  const { clock, database } = desk.town
  await readAll(folder(1, []))
  const old: Lying = { arrivedMs: nowMs(), bytes: named('old') }
  await readAll(folder(1, [old]))
  clock.advance(KNOWN)
  const young: Lying = { arrivedMs: nowMs(), bytes: named('young') }
  await readAll(folder(1, [old, young]))
  expect(await known()).toBe(2)

  clock.advance(durationUs(HOUR))
  expect(await forgetAll(oldKnownLetters, database, clock.now())).toBe(1)
  await readAll(folder(2, [old, young]))
  expect(await known()).toBe(1)
  expect(await desk.cases()).toHaveLength(2)
})

it('keeps nothing of a stranger’s letter to a closed circle, not even its photos for a while', async () => {
  const pictures = [{ type: 'image/jpeg', body: 'picture', name: 'a.jpg' }]
  const source = letter(multipart('mixed', pictures))
  const closed = { ...desk.box, settings: { ...settings, senders: ['@skolan.example'] } }
  await expect(desk.take(source, closed)).rejects.toThrow('not among those')
  const query = desk.town.database.read(north)
  expect(await query.selectFrom('photo').select('id').execute()).toEqual([])
})
