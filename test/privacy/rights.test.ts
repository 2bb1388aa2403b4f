import { afterEach, beforeEach, expect, it } from 'vitest'
import type { TimeUs } from '../../src/domain/time.ts'
import { plainReport } from '../support/case-rows.ts'
import { north, south } from '../support/database.ts'
import { addCases, keep, kim, onBoth, type Register } from './fixtures.ts'
import { openOffice, type Office } from './office.ts'

const desk = 'user:desk'

await onBoth((open) => {
  let register: Register
  let office: Office
  beforeEach(async () => {
    register = await open()
    office = openOffice(register)
    await addCases(register.database, ['a', 'b'])
    await addCases(register.database, ['a-merged'], { root: 'a' })
  })
  afterEach(() => register[Symbol.asyncDispose]())

  const people = async (...ids: readonly string[]) => {
    const found = await register.personal.read(register.database.read(north), ids)
    return [...found.keys()]
  }

  it('finds what there is about somebody, and writes down that it was asked, not of whom', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    const found = await office.privacy.find(north, { phone: '+46523987654' }, desk)
    expect(found).toEqual([{ id: 'r1', case: 'a', number: 'T-a', held: false }])
    expect(await office.privacy.find(south, { phone: '+46523987654' }, desk)).toEqual([])
    expect(office.audited).toEqual(['person.find phone', 'person.find phone'])
  })

  it('erases a case with those merged into it, and what staff wrote of it', async () => {
    const { database, personal } = register
    await keep(register, { id: 'r1', case: 'a' })
    await keep(register, { id: 'r2', case: 'a-merged' })
    await keep(register, { id: 'r3', case: 'b' })
    await database.write(north, 'normal', async (work) => {
      const row = { organisation: north, case: 'a', at: 1 as TimeUs, actor: 'user:x' }
      const data = JSON.stringify({ from: 'received', to: 'closed', text: 'Kim fick svar' })
      await work.query
        .insertInto('case_event')
        .values({
          ...row,
          id: 'e1',
          sequence: 1,
          kind: 'moved',
          visibility: 'public',
          data,
        })
        .execute()
      await work.query
        .updateTable('case')
        .set({ closing_text: 'Kim fick svar', address: 'Storgatan 1', search: 't-a storg' })
        .where('id', '=', 'a')
        .execute()
      await work.query
        .insertInto('released_text')
        .values({ ...row, id: 'r1', text: 'Lampan vid •••' })
        .execute()
    })
    expect(await office.privacy.erase(north, { case: 'a' }, desk)).toBe(2)
    expect(await people('r1', 'r2', 'r3')).toEqual(['r3'])
    expect(office.erased).toEqual(['a', 'a-merged'])
    expect(office.forgotten).toEqual(['a', 'a-merged'])
    const query = database.read(north)
    const [event] = await query.selectFrom('case_event').select('data').execute()
    expect(JSON.parse(event?.data ?? '')).toEqual({ from: 'received', to: 'closed' })
    const row = await query
      .selectFrom('case')
      .selectAll()
      .where('id', '=', 'a')
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      closing_text: null,
      address: null,
      search: 't-a',
      lat: 58.27,
    })
    const texts = await query.selectFrom('released_text').select('text').execute()
    expect(texts).toEqual([{ text: null }])

    expect(await office.privacy.erase(north, { case: 'a' }, desk)).toBe(0)
    expect(office.erased).toEqual(['a', 'a-merged'])
    expect(office.audited).toEqual(['case.erase a', 'case.erase a'])
    const ledger = await query.selectFrom('erasure').selectAll().execute()
    expect(ledger).toMatchObject([{ rule: 'request', step: 'case', count: 2, actor: desk }])
    expect((await personal.find(query, { email: String(kim.email) })).length).toBe(1)
  })

  it('erases one of several', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    await keep(register, { id: 'r2', case: 'a' })
    expect(await office.privacy.erase(north, { id: 'r1' }, desk)).toBe(1)
    expect(await office.privacy.erase(north, { id: 'r1' }, desk)).toBe(0)
    expect(await people('r1', 'r2')).toEqual(['r2'])
    expect(office.erased).toEqual(['a r1'])
    expect(office.forgotten).toEqual(['r1'])
  })

  it('takes contacts out of what staff wrote when anybody of the case is erased', async () => {
    const { database } = register
    await keep(register, { id: 'r1', case: 'a' })
    await keep(register, { id: 'r2', case: 'a' })
    await database.write(north, 'normal', async (work) => {
      const row = { organisation: north, case: 'a', at: 1 as TimeUs, actor: 'user:x' }
      for (const [sequence, data] of [
        { text: 'Ring 0523-98 76 54, ärende STR-2026-000123' },
        { from: 'received', to: 'closed', text: 'Klart' },
      ].entries()) {
        await work.query
          .insertInto('case_event')
          .values({
            ...row,
            id: `e${String(sequence)}`,
            sequence: sequence + 1,
            kind: 'said',
            visibility: 'internal',
            data: JSON.stringify(data),
          })
          .execute()
      }
      await work.query
        .updateTable('case')
        .set({ closing_text: 'Skriv till kim@example.org' })
        .where('id', '=', 'a')
        .execute()
    })
    expect(await office.privacy.erase(north, { id: 'r1' }, desk)).toBe(1)
    const query = database.read(north)
    const events = await query
      .selectFrom('case_event')
      .select('data')
      .orderBy('sequence')
      .execute()
    expect(events.map(({ data }) => JSON.parse(data))).toEqual([
      { text: 'Ring •••, ärende STR-2026-000123' },
      { from: 'received', to: 'closed', text: 'Klart' },
    ])
    const row = await query
      .selectFrom('case')
      .select('closing_text')
      .where('id', '=', 'a')
      .executeTakeFirst()
    expect(row?.closing_text).toBe('Skriv till •••')
  })

  it('erases nothing that is held, nor what is merged into it', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    await keep(register, { id: 'r2', case: 'a-merged' })
    await office.privacy.hold(north, { case: 'a', reference: 'Mål 12-26' }, desk)
    for (const what of [{ case: 'a' }, { id: 'r1' }, { id: 'r2' }, { case: 'a-merged' }]) {
      await expect(office.privacy.erase(north, what, desk)).rejects.toMatchObject({
        details: { kind: 'conflict' },
      })
    }
    const again = office.privacy.hold(north, { case: 'a', reference: 'x' }, desk)
    await expect(again).rejects.toMatchObject({ details: { kind: 'conflict' } })
    expect(await office.privacy.holds(north)).toMatchObject([
      { case: 'a', reference: 'Mål 12-26' },
    ])
    expect(
      await office.privacy.find(north, { email: String(kim.email) }, desk),
    ).toMatchObject([{ held: true }, { held: true }])
    await office.privacy.release(north, 'a', desk)
    expect(await office.privacy.erase(north, { case: 'a' }, desk)).toBe(2)
    await expect(office.privacy.release(north, 'a', desk)).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
  })

  it('refuses what is not there or another’s', async () => {
    await keep(register, { id: 'r1', case: 'a' })
    const { privacy } = office
    for (const call of [
      privacy.erase(north, { case: 'none' }, desk),
      privacy.erase(north, { id: 'none' }, desk),
      privacy.erase(south, { case: 'a' }, desk),
      privacy.erase(south, { id: 'r1' }, desk),
      privacy.hold(south, { case: 'a', reference: 'x' }, desk),
      privacy.exportCase(south, { case: 'a', masked: false }, desk),
    ]) {
      await expect(call).rejects.toMatchObject({ details: { kind: 'not_found' } })
    }
    expect(await people('r1')).toEqual(['r1'])
  })

  it('hands out everything, or what others may see', async () => {
    const { database } = register
    await keepReport(register, 'r1', 'a')
    const whole = await office.privacy.exportCase(north, { case: 'a', masked: false }, desk)
    expect(whole).toMatchObject({
      format: 'gatuvakt case 1',
      cases: [{ id: 'a', number: 'T-a' }, { id: 'a-merged' }],
      reports: [{ id: 'r1', received_at: '1970-01-01T00:00:00.000Z', person: said }],
      photos: ['photo-of-a', 'photo-of-a-merged'],
    })
    const masked = await office.privacy.exportCase(north, { case: 'a', masked: true }, desk)
    expect(masked.reports[0]?.['person']).toEqual({ text: 'Ring •••' })
    expect(JSON.stringify(masked)).not.toMatch(/Kim|planted|98 76|key-1/)
    expect(JSON.stringify(whole)).not.toContain('key-1')
    await office.privacy.erase(north, { case: 'a' }, desk)
    const after = await office.privacy.exportCase(north, { case: 'a', masked: false }, desk)
    expect(after.reports).toMatchObject([{ id: 'r1', person: null }])
    expect(office.audited).toContain('case.export a')
    expect(await database.read(north).selectFrom('report').select('id').execute()).toEqual([
      { id: 'r1' },
    ])
  })
})

const said = { ...kim, text: 'Ring 0523-98 76 54' }

async function keepReport(register: Register, id: string, of: string): Promise<void> {
  await register.database.write(north, 'normal', async (work) => {
    await work.query
      .insertInto('report')
      .values(plainReport({ id, case: of, idempotency_key: 'key-1' }))
      .execute()
  })
  await keep(register, { id, case: of, person: said })
}
