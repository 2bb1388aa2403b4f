import { describe, expect, it } from 'vitest'
import { flag } from '../../src/domain/reading.ts'
import { at, inputOf, lab, silence, target } from '../support/rules.ts'

const heard = (at: number) => ({ kind: 'reading', value: 1, at }) as const
const timer = (at: number) => ({ kind: 'timer', at }) as const
const blind = (from: number, to: number) => ({ kind: 'blind', from, to }) as const

// Silent after 10 minutes (600 s), with a grace of 5 minutes (300 s) after a blind time.
describe('silence', () => {
  it('is an alarm once the time-out is over, and ends with the next message', () => {
    const tower = lab(silence())
    tower.say(heard(30))
    expect(tower.due()).toBe(630)
    expect(tower.say(timer(629))).toEqual([])
    expect(tower.say(timer(630), timer(630), timer(700))).toEqual(['raised 630'])
    expect(tower.due()).toBeUndefined()
    expect(tower.say(heard(900))).toEqual(['cleared 900'])
    expect(tower.due()).toBe(1_500)
  })

  it('is counted from the activation for a device that was never heard', () => {
    const tower = lab(silence())
    expect(tower.due()).toBe(600)
    expect(tower.say(timer(605))).toEqual(['raised 600'])
  })

  it('rests on the time the device was last heard', () => {
    const tower = lab(silence({ onDelay: '2m' }))
    tower.say(heard(30))
    const [raised] = tower.step(timer(750))
    expect(raised?.at).toBe(at(750))
    expect(raised?.evidence).toEqual([
      {
        role: '',
        point: null,
        value: null,
        quality: 'bad',
        at: at(30),
        limit: 600,
        condition: 'noData',
        delay: 120_000_000,
      },
    ])
  })

  it('is ended by any device of the asset, and by a bad reading too', () => {
    const tower = lab({ ...silence(), devices: ['node-1', 'node-2'] })
    tower.say(timer(600))
    const bad = { kind: 'reading', value: null, quality: 'bad', at: 700 } as const
    expect(tower.say({ ...bad, device: 'node-2', point: 44 })).toEqual(['cleared 700'])
    expect(tower.say({ ...heard(800), device: 'node-3' })).toEqual([])
    expect(tower.due()).toBe(1_300)
  })

  it('is ended by old data that comes in now: the device speaks', () => {
    const tower = lab(silence())
    tower.say(timer(600))
    expect(tower.say({ ...heard(0), heard: 10_000 })).toEqual(['cleared 10000'])
  })

  it('is not ended by a replayed message', () => {
    const tower = lab(silence())
    tower.say(timer(600))
    expect(tower.say({ ...heard(700), flags: flag.replay })).toEqual([])
  })

  it('is not ended by a message without a reading', () => {
    const tower = lab(silence())
    tower.say(timer(600))
    const input = inputOf(heard(700), 99)
    if (input.kind !== 'readings') throw new Error('a reading')
    const decoded = { ...input.decoded, readings: [] }
    expect(tower.detector.step({ kind: 'readings', decoded })).toEqual([])
  })

  it('is UNKNOWN for an asset without a device', () => {
    const tower = lab({ ...silence(), devices: [] })
    expect(tower.due()).toBeUndefined()
    expect(tower.say(timer(1_000_000))).toEqual([])
  })

  it('waits out its off-delay, from the start again if it fell silent meanwhile', () => {
    const tower = lab(silence({ offDelay: '5m' }))
    tower.say(timer(600), heard(700))
    expect(tower.due()).toBe(1_000)
    expect(tower.say(timer(1_000))).toEqual(['cleared 1000'])
    const relapsed = lab(silence({ offDelay: '15m' }))
    relapsed.say(timer(600), heard(700))
    expect(relapsed.due()).toBeUndefined()
    expect(relapsed.say(timer(1_600), heard(1_700), heard(2_200))).toEqual([])
    expect(relapsed.due()).toBe(2_600)
    expect(relapsed.say(timer(2_600))).toEqual(['cleared 2600'])
  })

  it('is told to have ended and begun again when the timer of both comes late', () => {
    const tower = lab(silence({ offDelay: '5m' }))
    tower.say(timer(600), heard(700))
    expect(tower.say(timer(5_000))).toEqual(['cleared 1000', 'raised 1300'])
  })

  it('clears at the next message when no timer came', () => {
    const tower = lab(silence({ offDelay: '5m' }))
    expect(tower.say(timer(600), heard(700), heard(1_100))).toEqual([
      'raised 600',
      'cleared 1000',
    ])
  })
})

describe('a time in which we could not hear', () => {
  it('of 10 minutes makes nobody silent by itself', () => {
    const tower = lab(silence())
    tower.say(heard(300))
    expect(tower.say(blind(310, 910))).toEqual([])
    expect(tower.due()).toBe(1_210)
    expect(tower.say(timer(910), heard(1_000), timer(1_210))).toEqual([])
    expect(tower.due()).toBe(1_600)
  })

  it('gives who stays silent the grace, then calls it silent', () => {
    const tower = lab(silence())
    tower.say(heard(300), blind(310, 910))
    expect(tower.say(timer(1_210))).toEqual(['raised 1210'])
  })

  it('inside the time-out leaves the deadline where it was', () => {
    const tower = lab(silence())
    tower.say(heard(300), blind(310, 350))
    expect(tower.due()).toBe(900)
    expect(tower.say(timer(900))).toEqual(['raised 900'])
  })

  it('that is told of late does not shorten the grace of a later one', () => {
    const tower = lab(silence())
    tower.say(blind(310, 910), blind(320, 330))
    expect(tower.due()).toBe(1_210)
  })

  it('neither clears nor raises again what stood before', () => {
    const tower = lab(silence())
    tower.say(timer(600))
    expect(tower.say(blind(700, 2_000), timer(2_300))).toEqual([])
    expect(tower.say(heard(2_400))).toEqual(['cleared 2400'])
  })

  it('does not let an on-delay run out on old evidence', () => {
    const tower = lab(target({ onDelay: '5m' }))
    tower.play('60')
    expect(tower.say(blind(10, 700), timer(700))).toEqual([])
  })
})
