import { expect, it } from 'vitest'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, MINUTE, SECOND } from '../../src/domain/time.ts'
import { createLoginThrottle } from '../../src/identity/throttle.ts'
import { createManualClock } from '../support/manual-clock.ts'

it('an eleventh failure of an account within 15 minutes is not even tried', () => {
  const clock = createManualClock()
  const begin = createLoginThrottle(clock)
  for (let tries = 0; tries < 10; tries += 1) begin('north/kim', `10.0.0.${tries}`)
  expect(() => begin('north/kim', '10.9.9.9')).toThrow(Problem)
  expect(begin('north/lo', '10.9.9.9')).toBeDefined()
})

it('an address that tries ten accounts is stopped at the eleventh', () => {
  const begin = createLoginThrottle(createManualClock())
  for (let tries = 0; tries < 10; tries += 1) begin(`north/user-${tries}`, '10.0.0.1')
  expect(() => begin('north/user-11', '10.0.0.1')).toThrow(Problem)
  expect(begin('north/user-11', '10.0.0.2')).toBeDefined()
})

it('says in how many seconds it will be tried again, and then tries', () => {
  const clock = createManualClock()
  const begin = createLoginThrottle(clock)
  for (let tries = 0; tries < 10; tries += 1) begin('north/kim', undefined)
  clock.advance(durationUs(5 * MINUTE))
  expect(waitOf(() => begin('north/kim', undefined))).toBe(600)
  clock.advance(durationUs(10 * MINUTE - SECOND))
  expect(waitOf(() => begin('north/kim', undefined))).toBe(1)
  clock.advance(SECOND)
  expect(begin('north/kim', undefined)).toBeDefined()
})

it('a success starts the account afresh and does not count against the address', () => {
  const begin = createLoginThrottle(createManualClock())
  for (let tries = 0; tries < 9; tries += 1) begin('north/kim', '10.0.0.1')
  begin('north/kim', '10.0.0.1').succeeded()
  expect(begin('north/kim', '10.0.0.1')).toBeDefined()
  expect(() => begin('north/kim', '10.0.0.1')).toThrow(Problem)
})

it('a locked account does not use up the attempts of the office it is tried from', () => {
  const begin = createLoginThrottle(createManualClock())
  for (let tries = 0; tries < 10; tries += 1) begin('north/kim', undefined)
  for (let tries = 0; tries < 20; tries += 1) {
    expect(() => begin('north/kim', '10.0.0.1')).toThrow(Problem)
  }
  expect(begin('north/lo', '10.0.0.1')).toBeDefined()
})

it('remembers no more than 10,000 accounts, and forgets the oldest first', () => {
  const begin = createLoginThrottle(createManualClock())
  for (let tries = 0; tries < 10; tries += 1) begin('north/first', undefined)
  for (let other = 0; other < 9_999; other += 1) begin(`north/${other}`, undefined)
  expect(() => begin('north/first', undefined)).toThrow(Problem)
  begin('north/one-more', undefined)
  expect(begin('north/first', undefined)).toBeDefined()
})

function waitOf(task: () => unknown): unknown {
  try {
    return task()
  } catch (error) {
    return error instanceof Problem ? error.details.facts?.['retryAfterSeconds'] : error
  }
}
