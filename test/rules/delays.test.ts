import { describe, expect, it } from 'vitest'
import { lab, target } from '../support/rules.ts'

// One reading a minute, so evidence is fresh for 3 minutes.
describe('the on-delay', () => {
  it('raises at the time it ran out, not when we heard of it', () => {
    expect(lab(target({ onDelay: '90s' })).play('60 60 60')).toEqual(['raised 90'])
  })

  it('is ended by a timer between two readings', () => {
    const tower = lab(target({ onDelay: '90s' }))
    tower.play('60 60')
    expect(tower.due()).toBe(90)
    expect(tower.say({ kind: 'timer', at: 90 })).toEqual(['raised 90'])
    expect(tower.due()).toBeUndefined()
    expect(tower.play('60', 120)).toEqual([])
  })

  it('is not ended by a timer that comes too early, and once only by one that comes twice', () => {
    const tower = lab(target({ onDelay: '90s' }))
    tower.play('60 60')
    expect(tower.say({ kind: 'timer', at: 89 })).toEqual([])
    expect(tower.due()).toBe(90)
    expect(tower.say({ kind: 'timer', at: 95 }, { kind: 'timer', at: 95 })).toEqual([
      'raised 90',
    ])
  })

  it('does not run out in a hole in the data (a duration alarm fired in a 95-minute hole elsewhere)', () => {
    const tower = lab(target({ onDelay: '5m' }))
    tower.play('60')
    expect(tower.due()).toBe(300)
    expect(tower.say({ kind: 'timer', at: 300 })).toEqual([])
    expect(tower.due()).toBeUndefined()
    expect(tower.say({ kind: 'timer', at: 4_000 })).toEqual([])
    expect(tower.play('60x5', 6_000)).toEqual(['raised 6300'])
  })

  it('runs out on evidence exactly as old as the rule bears', () => {
    const borne = lab(target({ onDelay: '3m' }))
    borne.play('60')
    expect(borne.say({ kind: 'timer', at: 180 })).toEqual(['raised 180'])
    const stale = lab(target({ onDelay: '181s' }))
    stale.play('60')
    expect(stale.say({ kind: 'timer', at: 181 })).toEqual([])
  })

  it('does not depend on when its timer comes, nor on whether one comes at all', () => {
    const late = lab(target({ onDelay: '3m' }))
    late.play('60')
    expect(late.say({ kind: 'timer', at: 500 })).toEqual(['raised 180'])
    const none = lab(target({ onDelay: '3m' }))
    expect(none.play('60 _x3 40')).toEqual(['raised 180', 'cleared 240'])
  })

  it('follows the gap the rule names rather than the reporting interval', () => {
    const tower = lab(target({ onDelay: '10m', maxGap: '10m' }))
    tower.play('60')
    expect(tower.say({ kind: 'timer', at: 600 })).toEqual(['raised 600'])
  })

  it('starts anew after a hole, at the reading that ended it', () => {
    expect(lab(target({ onDelay: '5m' })).play('60 60 _x3 60x6')).toEqual(['raised 600'])
  })

  it('bears a hole as long as the rule bears', () => {
    expect(lab(target({ onDelay: '4m' })).play('60 60 _x2 60')).toEqual(['raised 240'])
  })

  it('is only put off by a hole when the rule holds', () => {
    const tower = lab(target({ onDelay: '5m', gapPolicy: 'hold' }))
    expect(tower.play('60 60 _x3 60')).toEqual([])
    expect(tower.due()).toBe(540)
    expect(tower.play('60x3', 360)).toEqual(['raised 540'])
  })

  it('starts anew after a bad reading, or is put off when the rule holds', () => {
    expect(lab(target({ onDelay: '2m' })).play('60 60 bad 60 60 60')).toEqual([
      'raised 300',
    ])
    const holding = lab(target({ onDelay: '2m', gapPolicy: 'hold' }))
    expect(holding.play('60 60 bad 60 60')).toEqual(['raised 240'])
  })

  it('needs no timer while the evidence is bad', () => {
    const tower = lab(target({ onDelay: '2m', gapPolicy: 'hold' }))
    tower.play('60 bad')
    expect(tower.due()).toBeUndefined()
    expect(tower.say({ kind: 'timer', at: 120 })).toEqual([])
  })

  it('is forgotten at the first low value', () => {
    const tower = lab(target({ onDelay: '2m' }))
    expect(tower.play('60 60 40')).toEqual([])
    expect(tower.due()).toBeUndefined()
  })

  it('can still be ended by a reading after a timer found the evidence too old', () => {
    const tower = lab(target({ onDelay: '5m' }))
    tower.play('60 60')
    expect(tower.say({ kind: 'timer', at: 400 })).toEqual([])
    const late = { kind: 'reading', value: 60, at: 240, heard: 410 } as const
    expect(tower.say(late)).toEqual(['raised 300 late'])
  })
})

describe('the off-delay', () => {
  it('clears at the time it ran out', () => {
    expect(lab(target({ offDelay: '90s' })).play('60 40 40 40')).toEqual([
      'raised 0',
      'cleared 150',
    ])
  })

  it('is ended by a timer, on fresh evidence only', () => {
    const fresh = lab(target({ offDelay: '90s' }))
    fresh.play('60 40')
    expect(fresh.due()).toBe(150)
    expect(fresh.say({ kind: 'timer', at: 150 })).toEqual(['cleared 150'])
    const stale = lab(target({ offDelay: '10m' }))
    stale.play('60 40')
    expect(stale.say({ kind: 'timer', at: 660 })).toEqual([])
    expect(stale.due()).toBeUndefined()
  })

  it('does not count a hole in the evidence', () => {
    expect(lab(target({ offDelay: '5m' })).play('60 40 _x3 40x6')).toEqual([
      'raised 0',
      'cleared 600',
    ])
  })

  it('does not count bad evidence', () => {
    expect(lab(target({ offDelay: '2m' })).play('60 40 bad 40 40 40')).toEqual([
      'raised 0',
      'evidence_lost 120',
      'evidence_back 180',
      'cleared 300',
    ])
  })

  it('never lets an alarm end before it began', () => {
    const tower = lab(target({ onDelay: '1m' }))
    tower.play('60')
    expect(tower.say({ kind: 'timer', at: 60 })).toEqual(['raised 60'])
    const late = { kind: 'reading', value: 40, at: 58, heard: 62 } as const
    expect(tower.say(late)).toEqual(['corrected 60 late', 'cleared 60 late'])
  })
})

describe('evidence that goes UNKNOWN', () => {
  it('leaves the alarm as it is and is told once each way', () => {
    expect(lab(target()).play('60 bad bad 60 bad 40')).toEqual([
      'raised 0',
      'evidence_lost 60',
      'evidence_back 180',
      'evidence_lost 240',
      'evidence_back 300',
      'cleared 300',
    ])
  })

  it('is not told while there is no alarm', () => {
    expect(lab(target()).play('40 bad 40')).toEqual([])
  })
})
