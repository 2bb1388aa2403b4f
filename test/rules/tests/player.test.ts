import { describe, expect, it } from 'vitest'
import { organisationId } from '../../../src/domain/ids.ts'
import { timeUs, type TimeUs } from '../../../src/domain/time.ts'
import type { Detector, DetectorInput } from '../../../src/rules/detector.ts'
import { Player } from '../../../src/rules/tests/player.ts'

const organisation = organisationId.parse('osby')
const at = (seconds: number): TimeUs => timeUs(1_790_000_000_000_000 + seconds * 1_000_000)

/** A detector that wants to be woken at these times, one after the other, and keeps what it is told. */
function alarmClock(times: readonly number[], stubborn = false) {
  const inputs: DetectorInput[] = []
  let next = 0
  const detector: Detector = {
    step: (input) => {
      inputs.push(input)
      const due = times[next]
      const woken = input.kind === 'control' && input.record.control === 'timer'
      const now = woken ? input.record.ingest : undefined
      if (!stubborn && due !== undefined && now !== undefined && now >= at(due)) next += 1
      return []
    },
    stepColumns: () => [],
    explain: () => undefined,
    nextDue: () => {
      const due = times[next]
      return due === undefined ? undefined : at(due)
    },
    snapshot: () => ({ engine: 'x', configurationVersion: 0, state: null }),
    changes: () => {
      throw new Error('nobody keeps this one')
    },
  }
  const told = () =>
    inputs.map((input) =>
      input.kind === 'control'
        ? `${input.record.control} ${(input.record.ingest - at(0)) / 1e6}`
        : `${input.kind} ${((input.kind === 'readings' ? input.decoded.ingest : input.ingest) - at(0)) / 1e6}`,
    )
  return { player: new Player(detector, organisation), told, inputs }
}

const heard = (seconds: number) =>
  ({ kind: 'readings', at: at(seconds), device: 'd', readings: [] }) as const

describe('the player', () => {
  it('wakes the detector the moment it asks for, after what is heard at that moment', () => {
    const { player, told } = alarmClock([5, 10, 12, 20])
    player.play(heard(1))
    player.play(heard(10))
    player.advance(at(15))
    expect(told()).toEqual(['readings 1', 'timer 5', 'readings 10', 'timer 10', 'timer 12'])
  })

  it('wakes nobody while the service is down, and who overslept as soon as it is up', () => {
    const { player, told } = alarmClock([5, 20, 25, 40])
    player.play({ kind: 'blind', from: at(10), at: at(30) })
    player.advance(at(40))
    expect(told()).toEqual(['timer 5', 'blind 30', 'timer 30', 'timer 30', 'timer 40'])
  })

  it('lets go of a detector that stays due', () => {
    const { player, told } = alarmClock([5], true)
    player.advance(at(9))
    expect(told()).toEqual(['timer 5'])
  })

  it('gives every record a place of its own, in order', () => {
    const { player, inputs } = alarmClock([5])
    player.play(heard(1))
    player.advance(at(9))
    const places = inputs.map((input) =>
      input.kind === 'readings' ? input.decoded.position.sequence : input.position.sequence,
    )
    expect(places).toEqual([1, 2])
  })
})
