import { describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import type { DetectorInput, RuleTarget } from '../../src/rules/detector.ts'
import { inputOf, lab, target } from '../support/rules.ts'

const lamp = (number: number, onDelay: string): RuleTarget => ({
  ...target({ onDelay }),
  ruleId: `high-${number}`,
  asset: `lamp-${number}`,
  points: new Map([['level', number as PointId]]),
})

type Readings = Extract<DetectorInput, { kind: 'readings' }>

/** One record with several readings: of which lamps, at which second, of which value. */
function record(sequence: number, said: readonly (readonly [number, number, number])[]) {
  const heard = Math.max(...said.map(([, at]) => at))
  const all = said.map(([point, at, value]) =>
    inputOf({ kind: 'reading', point, at, value, heard }, sequence),
  )
  const [first, ...rest] = all.filter((one): one is Readings => one.kind === 'readings')
  if (first === undefined) throw new Error('no reading')
  const readings = [first, ...rest].flatMap(({ decoded }) => decoded.readings)
  return { ...first, decoded: { ...first.decoded, readings } }
}

describe('the order within a record', () => {
  it('is by time; at a time dues are told in the order of the readings, then what is judged by target', () => {
    const { detector } = lab(lamp(1, '60s'), lamp(2, '90s'), lamp(3, '0s'))
    const tell = (...[sequence, said]: Parameters<typeof record>) =>
      detector.step(record(sequence, said)).map(({ key, event }) => `${key.asset} ${event}`)
    tell(2, [
      [1, 0, 60],
      [2, 0, 60],
      [3, 0, 40],
    ])
    const told = tell(3, [
      [3, 100, 60],
      [2, 100, 60],
      [1, 100, 60],
      [3, 101, 40],
    ])
    expect(told).toEqual([
      'lamp-2 raised',
      'lamp-1 raised',
      'lamp-3 raised',
      'lamp-3 cleared',
    ])
  })
})
