import { afterEach, beforeEach, expect, it } from 'vitest'
import { isUniqueViolation } from '../../src/database/errors.ts'
import { createPersonalData } from '../../src/privacy/create-personal-data.ts'
import { systemRandom } from '../../src/random.ts'
import { north, south } from '../support/database.ts'
import { addCases, keep, kim, onBoth, secret, type Register } from './fixtures.ts'

await onBoth((open) => {
  let register: Register
  beforeEach(async () => {
    register = await open()
    await addCases(register.database, ['a', 'b'])
    await addCases(register.database, ['a'], { organisation: south })
  })
  afterEach(() => register[Symbol.asyncDispose]())

  const read = async (...ids: readonly string[]) => {
    const people = await register.personal.read(register.database.read(north), ids)
    return Object.fromEntries(people)
  }
  const find = (contact: { email: string } | { phone: string }) =>
    register.personal.find(register.database.read(north), contact)
  const erase = (what: { id: string } | { case: string }) =>
    register.database.write(north, 'normal', (work) => register.personal.erase(work, what))
  const rows = (table: 'sealing_key' | 'personal' | 'personal_index') =>
    register.database.read(north).selectFrom(table).selectAll().execute()

  it('gives back what it kept', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    const empty = { name: null, email: null, phone: null, text: '' }
    await keep(register, { id: 'r2', case: 'a', person: empty })
    expect(await read('r1', 'r2', 'r3')).toEqual({ r1: kim, r2: empty })
  })

  it('keeps each id once', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    const again = keep(register, { id: 'r1', case: 'a' })
    await expect(again).rejects.toSatisfy(isUniqueViolation)
  })

  it('writes nothing of it into the tables in plain', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    const all = JSON.stringify([await rows('sealing_key'), await rows('personal')])
    const index = JSON.stringify(await rows('personal_index'))
    for (const secretWord of ['Kim', 'planted', '98 76', '987654', 'grinden']) {
      expect(all + index).not.toContain(secretWord)
    }
  })

  it('is another envelope for the same words, and another key for each case', async () => {
    for (const [id, of] of [
      ['r1', 'a'],
      ['r2', 'a'],
      ['r3', 'b'],
    ] as const) {
      await keep(register, { id, case: of })
    }
    const sealed = (await rows('personal')).map((row) =>
      'sealed' in row ? row.sealed : '',
    )
    expect(new Set(sealed).size).toBe(3)
    expect(await rows('sealing_key')).toHaveLength(2)
  })

  it.each([
    [{ email: ' KIM.Planted@example.ORG ' }],
    [{ phone: '+46 (0)523 987654' }],
    [{ phone: '0523987654' }],
    [{ phone: '0046523-98 76 54' }],
  ])('finds by %j', async (contact) => {
    await keep(register, { id: 'r1', case: 'a' })
    await keep(register, { id: 'r2', case: 'b' })
    expect(await find(contact)).toEqual([
      { id: 'r1', case: 'a' },
      { id: 'r2', case: 'b' },
    ])
  })

  it.each([
    [{ email: 'kim@example.org' }],
    [{ email: 'kim.planted+x@example.org' }],
    [{ email: '' }],
    [{ phone: '0523-98 76 55' }],
    [{ phone: 'ingen' }],
  ])('does not find by %j', async (contact) => {
    await keep(register, { id: 'r1', case: 'a' })
    expect(await find(contact)).toEqual([])
  })

  it('finds by digits what is no number', async () => {
    await keep(register, { id: 'r1', case: 'a', person: { ...kim, phone: 'ankn. 12' } })
    expect(await find({ phone: '12' })).toEqual([{ id: 'r1', case: 'a' }])
  })

  it('reads numbers as the organisation’s country does', async () => {
    const { database, clock } = register
    const parts = { secret, random: systemRandom, clock, countryOf: () => 'NO' }
    const norwegian = createPersonalData(parts)
    await database.write(north, 'normal', (work) =>
      norwegian.keep(work, {
        id: 'r1',
        case: 'a',
        person: { ...kim, phone: '22 33 44 55' },
      }),
    )
    expect(
      await norwegian.find(database.read(north), { phone: '+47 22334455' }),
    ).toHaveLength(1)
  })

  it('shows another organisation nothing', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    const theirs = register.database.read(south)
    expect((await register.personal.read(theirs, ['r1'])).size).toBe(0)
    expect(await register.personal.find(theirs, { email: String(kim.email) })).toEqual([])
  })

  it('erases one person, once, and leaves the others', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    await keep(register, {
      id: 'r2',
      case: 'a',
      person: { ...kim, email: 'b@example.org' },
    })
    expect(await erase({ id: 'r1' })).toBe(1)
    expect(await erase({ id: 'r1' })).toBe(0)
    expect(await erase({ id: 'nobody' })).toBe(0)
    expect(Object.keys(await read('r1', 'r2'))).toEqual(['r2'])
    expect(await find({ email: String(kim.email) })).toEqual([])
    expect(await rows('sealing_key')).not.toMatchObject([{ wrapped: null }])
  })

  it('destroys the key with the last of a case', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    await erase({ id: 'r1' })
    expect(await rows('sealing_key')).toMatchObject([{ case: 'a', wrapped: null }])
  })

  it('erases a case, once, and takes in what is said anew', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    await keep(register, { id: 'r2', case: 'a' })
    await keep(register, { id: 'r3', case: 'b' })
    expect(await erase({ case: 'a' })).toBe(2)
    expect(await erase({ case: 'a' })).toBe(0)
    expect(Object.keys(await read('r1', 'r2', 'r3'))).toEqual(['r3'])
    expect(await find({ phone: String(kim.phone) })).toEqual([{ id: 'r3', case: 'b' }])
    await keep(register, { id: 'r4', case: 'a' })
    expect(Object.keys(await read('r1', 'r4'))).toEqual(['r4'])
  })

  it('opens no envelope that was put in another’s place', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    await keep(register, { id: 'r2', case: 'a', person: { ...kim, text: 'x' } })
    await register.database.write(north, 'normal', async (work) => {
      const { sealed } = await work.query
        .selectFrom('personal')
        .select('sealed')
        .where('id', '=', 'r1')
        .executeTakeFirstOrThrow()
      await work.query
        .updateTable('personal')
        .set({ sealed })
        .where('id', '=', 'r2')
        .execute()
    })
    await expect(read('r2')).rejects.toThrow('Personal data of a case cannot be read.')
    expect(await read('r1')).toEqual({ r1: kim })
  })

  it('opens nothing with another secret', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    const other = createPersonalData({
      secret: new Uint8Array(32).fill(8),
      random: systemRandom,
      clock: register.clock,
    })
    const { database } = register
    await expect(other.read(database.read(north), ['r1'])).rejects.toThrow('cannot be read')
    expect(await other.find(database.read(north), { email: String(kim.email) })).toEqual([])
  })

  it('reads thousands at once', async () => {
    await register.database.write(north, 'normal', async (work) => {
      for (let at = 0; at < 1_500; at += 1) {
        await register.personal.keep(work, {
          id: `r${String(at)}`,
          case: 'a',
          person: kim,
        })
      }
    })
    const ids = Array.from({ length: 1_500 }, (_, at) => `r${String(at)}`)
    expect(Object.keys(await read(...ids))).toHaveLength(1_500)
    expect(await find({ email: String(kim.email) })).toHaveLength(1_000)
  })
})
