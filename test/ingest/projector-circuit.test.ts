import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND } from '../../src/domain/time.ts'
import { pauseAfter } from '../../src/ingest/projector/back-off.ts'
import {
  closedCircuit,
  failed,
  faultText,
  probing,
  written,
  type Circuit,
  type Fault,
} from '../../src/ingest/projector/circuit.ts'
import { seededRandom } from '../support/random.ts'
import { second } from './field.ts'

const away: Fault = { kind: 'away', why: 'connection refused' }
const blocked: Fault = { kind: 'blocked', why: 'no right to write', next: 'give it' }

function failing(times: number): Circuit {
  let circuit = closedCircuit(second(0))
  for (let n = 1; n <= times; n++) circuit = failed(probing(circuit), away, second(n))
  return circuit
}

describe('the circuit to the store', () => {
  it.each([
    ['closed', 1],
    ['closed', 4],
    ['open', 5],
    ['open', 50],
  ] as const)('is %s after %i failures in a row', (state, times) => {
    expect(failing(times)).toMatchObject({ state, failures: times, fault: away })
  })

  it('stays open since the same moment through every probe that fails', () => {
    expect(failing(9).since).toBe(second(5))
    expect(probing(failing(9))).toEqual({ ...failing(9), state: 'half_open' })
  })

  it('closes with the first thing that is written, and forgets what was wrong', () => {
    expect(written(probing(failing(9)), second(20))).toEqual(closedCircuit(second(20)))
    expect(written(failing(3), second(20))).toEqual(closedCircuit(second(0)))
  })

  it('opens at once where only a person can help', () => {
    const circuit = failed(closedCircuit(second(0)), blocked, second(1))
    expect(circuit).toMatchObject({ state: 'open', since: second(1), failures: 1 })
  })

  it('says what is wrong in one sentence, and nothing while all is well', () => {
    expect(faultText(closedCircuit(second(0)))).toBeUndefined()
    expect(faultText(failing(1))).toBe(
      'history waits: connection refused; readings are kept in the log',
    )
    expect(faultText(failing(5))).toBe(
      'history waits since 2026-11-20T12:00:05.000Z: connection refused; readings are kept in the log',
    )
    expect(faultText(failed(closedCircuit(second(0)), blocked, second(1)))).toBe(
      'history is paused since 2026-11-20T12:00:01.000Z: no right to write; give it; readings are kept in the log',
    )
  })
})

describe('the pause before the next try', () => {
  it('is by chance anything up to a bound that doubles from 100 ms to 10 s', () => {
    const random = seededRandom()
    for (const [failures, bound] of [
      [1, 0.1],
      [2, 0.2],
      [5, 1.6],
      [7, 6.4],
      [8, 10],
      [11, 10],
      [10_000, 10],
    ] as const) {
      const pauses = Array.from({ length: 500 }, () => pauseAfter(failures, random))
      expect(Math.max(...pauses)).toBeLessThan(bound * SECOND)
      expect(Math.max(...pauses)).toBeGreaterThan(0.95 * bound * SECOND)
      expect(Math.min(...pauses)).toBeLessThan(0.05 * bound * SECOND)
    }
  })

  it('is never shorter than the store asked for, and at most a little over 15 min', () => {
    const asked = fc.integer({ min: 0, max: 24 * 60 * MINUTE })
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 50 }), (ask, failures) => {
        const wait = Math.min(ask, 15 * MINUTE)
        const pause = pauseAfter(failures, seededRandom(), ask as typeof SECOND)
        expect(pause).toBeGreaterThanOrEqual(wait)
        expect(pause).toBeLessThanOrEqual(wait + SECOND / 10)
      }),
    )
  })
})
