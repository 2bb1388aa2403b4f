import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  privacyApply,
  privacyErase,
  privacyExport,
  privacyFind,
  privacyHold,
  privacyHolds,
  privacyLedger,
  privacyPreview,
  privacyRelease,
  privacyRun,
} from '../../src/api/local/privacy.ts'
import type { Configurations } from '../../src/configuration/active.ts'
import { startRetention } from '../../src/privacy/start-retention.ts'
import { addMonths } from '../../src/privacy/months.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { addCases, keep, openRegister, type Register } from './fixtures.ts'
import { openOffice, rule, type Office } from './office.ts'

let register: Register
let office: Office
beforeEach(async () => {
  register = await openRegister()
  office = openOffice(register, [rule()])
  const closed = { state: 'closed', closing_reason: 'fixed' }
  const closed_at = addMonths(register.clock.now(), -61)
  await addCases(register.database, ['old'], { ...closed, closed_at })
  await addCases(register.database, ['a'])
  await keep(register, { id: 'r1', case: 'a' })
})
afterEach(() => register[Symbol.asyncDispose]())

const nothing = (): never => {
  throw new Error('nobody asks')
}
const configurations: Configurations = {
  organisations: () => Promise.resolve([north]),
  current: nothing,
  at: nothing,
  versionAt: nothing,
}
const parts = () => ({ configurations, privacy: office.privacy })

it('previews and runs', async () => {
  const due = { counts: [{ rule: 'all', step: 'case', cases: 1 }] }
  expect(await privacyPreview(parts(), {})).toEqual(due)
  expect(await privacyRun(parts(), { organisation: 'north' })).toEqual(due)
  expect(await privacyPreview(parts(), {})).toEqual({ counts: [] })
})

it('finds, holds, releases, hands out, erases and tells what was erased', async () => {
  const { found } = await privacyFind(parts(), { phone: '0523 98 76 54' })
  expect(found).toEqual([{ id: 'r1', case: 'a', number: 'T-a', held: false }])
  const hold = await privacyHold(parts(), { case: 'a', reference: 'T 1-26' })
  expect(hold).toMatchObject({ case: 'a', reference: 'T 1-26', actor: 'local' })
  expect(await privacyHolds(parts(), {})).toEqual({ holds: [hold] })
  const erase = () => privacyErase(parts(), { report: 'r1' })
  await expect(erase()).rejects.toMatchObject({ details: { kind: 'conflict' } })
  expect(await privacyRelease(parts(), { case: 'a' })).toEqual({ released: 'a' })
  const taken = await privacyExport(parts(), { case: 'a', masked: true })
  expect(taken).toMatchObject({ case: 'a', masked: true })
  expect(await erase()).toEqual({ erased: 1 })
  const { lines } = await privacyLedger(parts())
  expect(lines).toEqual([{ organisation: north, step: 'person', case: 'a', id: 'r1' }])
  const applied = await privacyApply(parts(), { lines })
  expect(applied).toEqual({ erased: 0, nothing: 1, held: [] })
})

it.each([
  ['nothing', () => privacyErase(parts(), {})],
  ['an empty case', () => privacyErase(parts(), { case: '' })],
  ['both', () => privacyErase(parts(), { case: 'a', report: 'r1' })],
  ['no contact', () => privacyFind(parts(), { phone: ' ' })],
  ['an endless contact', () => privacyFind(parts(), { email: 'x'.repeat(321) })],
  ['a hold without a reference', () => privacyHold(parts(), { case: 'a', reference: ' ' })],
  ['a ledger of nonsense', () => privacyApply(parts(), { lines: [{ step: 'all' }] })],
  ['no organisation', () => privacyRun(parts(), { organisation: 'nowhere' })],
])('refuses %s', async (_what, call) => {
  await expect(call()).rejects.toBeInstanceOf(Error)
  const query = register.database.read(north)
  expect((await register.personal.read(query, ['r1'])).size).toBe(1)
})

it('runs once a night, whoever fails', async () => {
  const { clock } = register
  const ran: string[] = []
  const failed: unknown[] = []
  const job = startRetention({
    clock,
    privacy: {
      runRetention: (organisation) => {
        ran.push(organisation)
        return ran.length === 1 ? Promise.reject(new Error('busy')) : Promise.resolve([])
      },
    },
    organisations: () => Promise.resolve([north, north]),
    done: nothing,
    failed: (error) => failed.push(error),
  })
  for (let hour = 0; hour < 48; hour += 1) {
    clock.advance(durationUs(HOUR))
    // The job is small: some turns of the loop are enough.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
  await job[Symbol.asyncDispose]()
  expect(ran).toHaveLength(4)
  expect(failed).toHaveLength(1)
})
