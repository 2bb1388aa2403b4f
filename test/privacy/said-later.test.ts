import { afterEach, beforeEach, expect, it } from 'vitest'
import { timeUs } from '../../src/domain/time.ts'
import { plainReport } from '../support/case-rows.ts'
import { north } from '../support/database.ts'
import { addCases, keep, onBoth, type Register } from './fixtures.ts'
import { openOffice, type Office } from './office.ts'

const desk = 'user:desk'
const at = timeUs(1)

await onBoth((open) => {
  let register: Register
  let office: Office
  beforeEach(async () => {
    register = await open()
    office = openOffice(register)
    // While `a` was merged into `b` its reporter added something and answered; then it was parted again.
    await addCases(register.database, ['a', 'b'])
    await addReport('r-a', 'a')
    await addReport('r-b', 'b')
    await addFollowUp('f-a', 'r-a', 'b')
    await addFollowUp('f-b', 'r-b', 'b')
    await addAnswer('s-a', 'r-a', 'b')
  })
  afterEach(() => register[Symbol.asyncDispose]())

  async function addReport(id: string, of: string): Promise<void> {
    await register.database.write(north, 'normal', async ({ query }) => {
      await query
        .insertInto('report')
        .values(plainReport({ id, case: of, idempotency_key: `key-${id}` }))
        .execute()
      await query
        .insertInto('subscriber')
        .values({
          organisation: north,
          id: `of-${id}`,
          case: of,
          report: id,
          language: 'sv',
          wants_updates: 0,
          token_hash: id,
          created_at: at,
          channel: 'mail',
          ended_at: null,
        })
        .execute()
      const intake = { organisation: north, client: 'c', link: 'known', at } as const
      await query
        .insertInto('open311_intake')
        .values({ ...intake, digest: id, key: `key-${id}` })
        .execute()
    })
    await keep(register, { id, case: of })
  }

  async function addFollowUp(id: string, report: string, of: string): Promise<void> {
    const row = { organisation: north, id, report, case: of, received_at: at }
    await register.database.write(north, 'normal', ({ query }) =>
      query
        .insertInto('follow_up')
        .values({ ...row, source: 'web', wish: 'none', idempotency_key: `key-${id}` })
        .execute(),
    )
    await keep(register, { id, case: of })
  }

  async function addAnswer(id: string, report: string, of: string): Promise<void> {
    const row = { organisation: north, id, subscriber: `of-${report}`, case: of }
    const said = { satisfied: 0, topics: '[]', may_contact: 0, answered_at: at }
    await register.database.write(north, 'normal', ({ query }) =>
      query
        .insertInto('survey_answer')
        .values({ ...row, ...said })
        .execute(),
    )
    await keep(register, { id, case: of })
  }

  const everybody = ['f-a', 'f-b', 'r-a', 'r-b', 's-a']
  const left = async () => {
    const query = register.database.read(north)
    return [...(await register.personal.read(query, everybody)).keys()].toSorted()
  }
  const keys = async () => {
    const query = register.database.read(north)
    const rows = await query.selectFrom('open311_intake').select('key').execute()
    return rows.map(({ key }) => key).toSorted()
  }

  it('goes with the person, wherever it lies', async () => {
    expect(await office.privacy.erase(north, { id: 'r-a' }, desk)).toBe(3)
    expect(await left()).toEqual(['f-b', 'r-b'])
    expect(office.forgotten.toSorted()).toEqual(['f-a', 'r-a', 's-a'])
    expect(office.erased).toEqual(['a r-a', 'b r-a'])
    expect(await keys()).toEqual(['key-r-b'])
    const query = register.database.read(north)
    const followUp = query.selectFrom('follow_up').select('idempotency_key')
    expect(await followUp.where('id', '=', 'f-a').execute()).toEqual([
      { idempotency_key: null },
    ])
    expect(await office.privacy.erase(north, { id: 'r-a' }, desk)).toBe(0)
  })

  it('goes with the case that was reported', async () => {
    expect(await office.privacy.erase(north, { case: 'a' }, desk)).toBe(3)
    expect(await left()).toEqual(['f-b', 'r-b'])
    expect(office.erased).toEqual(['a', 'b'])
    expect(await keys()).toEqual(['key-r-b'])
  })

  it('goes alone where nobody asked for more', async () => {
    expect(await office.privacy.erase(north, { id: 'f-a' }, desk)).toBe(1)
    expect(await left()).toEqual(['f-b', 'r-a', 'r-b', 's-a'])
  })

  it('goes also when the report itself went before', async () => {
    await register.database.write(north, 'normal', (work) =>
      register.personal.erase(work, { id: 'r-a' }),
    )
    expect(await office.privacy.erase(north, { id: 'r-a' }, desk)).toBe(2)
    expect(await left()).toEqual(['f-b', 'r-b'])
  })

  it('keeps everything where any of it lies under a legal hold', async () => {
    await office.privacy.hold(north, { case: 'b', reference: 'Mål 12-26' }, desk)
    for (const what of [{ id: 'r-a' }, { case: 'a' }]) {
      await expect(office.privacy.erase(north, what, desk)).rejects.toMatchObject({
        details: { kind: 'conflict' },
      })
    }
    expect(await left()).toEqual(everybody)
  })

  it('is in the export of the case where it lies', async () => {
    const how = { case: 'b', masked: false }
    const whole = await office.privacy.exportCase(north, how, desk)
    expect(whole.surveys).toMatchObject([
      { id: 's-a', satisfied: 0, topics: [], person: { text: expect.any(String) } },
    ])
    expect(JSON.stringify(whole)).not.toContain('key-')
  })
})
