import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromIso, toIso, type TimeUs } from '../../src/domain/time.ts'
import { addMonths } from '../../src/privacy/months.ts'
import { retentionRule, ruleFor } from '../../src/privacy/retention-rule.ts'
import { north } from '../support/database.ts'
import { addCases, keep, kim, onBoth, type Register } from './fixtures.ts'
import { openOffice, rule } from './office.ts'

const time = (text: string) => fromIso(`${text}T12:00:00Z`) as TimeUs

describe('months', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-11-21', -12, '2025-11-21'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-12-15', 60, '2031-12-15'],
  ])('%s and %i months is %s', (from, months, to) => {
    expect(toIso(addMonths(time(from), months)).slice(0, 10)).toBe(to)
  })
})

describe('rules', () => {
  it.each([
    [{ contactsMonths: 61, caseYears: 5, order: 1, decision: 'x' }],
    [{ contactsMonths: -1, order: 1, decision: 'x' }],
    [{ contactsMonths: 1.5, order: 1, decision: 'x' }],
    [{ caseYears: 1, order: 1 }],
    [{ caseYears: 1, order: 1, decision: '' }],
    [{ caseYears: 1, order: 1, decision: 'x', whenever: {} }],
    [{ caseYears: 1, order: 1, decision: 'x', when: { reason: 'Not A Reason' } }],
  ])('are not %j', (document) => {
    expect(retentionRule.safeParse(document).success).toBe(false)
  })

  it('are asked in order, and the first that fits decides', () => {
    const rules = [
      rule({ name: 'spam', when: { reason: 'spam' } }),
      rule({ name: 'opinions', when: { matter: 'opinion', category: 'litter' } }),
    ]
    const closed = { category: 'litter', matter: 'opinion', closing_reason: 'fixed' }
    const at = { ...closed, closed_at: time('2020-01-01') }
    expect(ruleFor(rules, at)?.name).toBe('opinions')
    expect(ruleFor(rules, { ...at, closing_reason: 'spam' })?.name).toBe('spam')
    expect(ruleFor(rules, { ...at, matter: 'fault' })).toBeUndefined()
  })
})

const closed = (closed_at: TimeUs, rest: object = {}) => ({
  state: 'closed',
  closing_reason: 'fixed',
  closed_at,
  ...rest,
})

await onBoth((open) => {
  let register: Register
  beforeEach(async () => {
    register = await open()
  })
  afterEach(() => register[Symbol.asyncDispose]())

  /** Months before now. */
  const ago = (months: number) => addMonths(register.clock.now(), -months)
  const read = async (...ids: readonly string[]) =>
    Object.fromEntries(await register.personal.read(register.database.read(north), ids))

  it('takes contacts after months and the case after years, counts both, and does it once', async () => {
    const { database } = register
    await addCases(database, ['open'])
    await addCases(database, ['young'], closed(ago(11)))
    await addCases(database, ['year'], closed(ago(12)))
    await addCases(database, ['old'], closed(ago(60)))
    await addCases(database, ['silent'], closed(ago(61), { closing_text: 'Kim' }))
    for (const id of ['open', 'young', 'year', 'old']) {
      const person = { ...kim, text: 'Ring 0523-98 76 54 om lampan' }
      await keep(register, { id: `r-${id}`, case: id, person })
    }
    const { privacy, erased, audited } = openOffice(register, [rule()])
    const expected = [
      { rule: 'all', step: 'case', cases: 2 },
      { rule: 'all', step: 'contacts', cases: 1 },
    ]
    expect(await privacy.previewRetention(north)).toEqual(expected)
    expect(erased).toEqual([])
    expect(await privacy.runRetention(north, 'system')).toEqual(expected)
    expect(erased).toEqual(['old', 'silent', 'year'])
    const people = await read('r-open', 'r-young', 'r-year', 'r-old')
    expect(Object.keys(people).toSorted()).toEqual(['r-open', 'r-year', 'r-young'])
    expect(people['r-year']).toEqual({
      name: null,
      email: null,
      phone: null,
      text: 'Ring ••• om lampan',
    })
    const query = database.read(north)
    const left = await register.personal.find(query, { email: String(kim.email) })
    expect(left.map(({ case: of }) => of).toSorted()).toEqual(['open', 'young'])
    expect(await privacy.runRetention(north, 'system')).toEqual([])
    const ledger = await query
      .selectFrom('erasure')
      .select(['rule', 'step', 'count'])
      .orderBy('step')
      .execute()
    expect(ledger).toEqual([
      { rule: 'all', step: 'case', count: 2 },
      { rule: 'all', step: 'contacts', count: 1 },
    ])
    expect(audited).toHaveLength(1)
  })

  it('erases nothing without a rule that fits', async () => {
    await addCases(register.database, ['a'], closed(ago(600)))
    await keep(register, { id: 'r1', case: 'a' })
    const rules = [rule({ when: { reason: 'spam' } })]
    expect(await openOffice(register, rules).privacy.runRetention(north, 'x')).toEqual([])
    expect(await openOffice(register).privacy.runRetention(north, 'x')).toEqual([])
    expect(Object.keys(await read('r1'))).toEqual(['r1'])
  })

  it('waits for the hold, and for the case that it was merged into', async () => {
    const { database } = register
    await addCases(database, ['held', 'main'], closed(ago(61)))
    await addCases(database, ['into'])
    await addCases(database, ['merged'], closed(ago(61), { root: 'into' }))
    await addCases(database, ['under'], closed(ago(61), { root: 'held' }))
    const { privacy, erased } = openOffice(register, [rule()])
    await privacy.hold(north, { case: 'held', reference: 'Mål 12-26' }, 'x')
    await privacy.runRetention(north, 'system')
    expect(erased).toEqual(['main'])
    await privacy.release(north, 'held', 'x')
    await privacy.runRetention(north, 'system')
    expect(erased).toEqual(['main', 'held', 'under'])
  })

  it('goes through thousands, page by page', async () => {
    const ids = Array.from({ length: 1_203 }, (_, at) => `c${String(at)}`)
    await addCases(register.database, ids, closed(ago(61)))
    const { privacy, erased } = openOffice(register, [rule()])
    expect(await privacy.runRetention(north, 'system')).toEqual([
      { rule: 'all', step: 'case', cases: 1_203 },
    ])
    expect(new Set(erased).size).toBe(1_203)
  })

  it('goes on where a run was cut off', async () => {
    const ids = Array.from({ length: 60 }, (_, at) => `c${String(at)}`)
    await addCases(register.database, ids, closed(ago(61)))
    const first = openOffice(register, [rule()])
    let left = 30
    const dying = {
      ...register.personal,
      erase: (...args: Parameters<typeof register.personal.erase>) => {
        left -= 1
        if (left < 0) throw new Error('killed')
        return register.personal.erase(...args)
      },
    }
    const cut = openOffice({ ...register, personal: dying }, [rule()])
    await expect(cut.privacy.runRetention(north, 'system')).rejects.toThrow('killed')
    const counts = await first.privacy.runRetention(north, 'system')
    expect(counts).toEqual([{ rule: 'all', step: 'case', cases: 40 }])
    const ledger = await register.database
      .read(north)
      .selectFrom('erasure')
      .select('count')
      .execute()
    expect(ledger.reduce((sum, { count }) => sum + count, 0)).toBe(60)
  })
})
