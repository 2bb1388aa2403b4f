import { describe, expect, it } from 'vitest'
import { lab, readingsOf, target } from '../support/rules.ts'

describe('a limit', () => {
  it('is reached at the limit itself and left only below the deadband, for HIGH', () => {
    const tower = lab(target({}, { above: 50, deadband: 5 }))
    expect(tower.play('49.999 50 45 44.999 45 49.999 50')).toEqual([
      'raised 60',
      'cleared 180',
      'raised 360',
    ])
  })

  it('is reached at the limit itself and left only above the deadband, for LOW', () => {
    const tower = lab(target({}, { below: 50, deadband: 5 }))
    expect(tower.play('50.001 50 55 55.001 55 50.001 50')).toEqual([
      'raised 60',
      'cleared 180',
      'raised 360',
    ])
  })

  it('without a deadband is left at the first value below it', () => {
    expect(lab(target()).play('50 49.999 50')).toEqual([
      'raised 0',
      'cleared 60',
      'raised 120',
    ])
  })

  it('keeps the deadband while the on-delay runs', () => {
    const tower = lab(target({ onDelay: '3m' }, { above: 50, deadband: 5 }))
    expect(tower.play('50 46 45 46')).toEqual(['raised 180'])
  })

  it('must be reached anew, not just the deadband, to stop a clear', () => {
    const tower = lab(target({ offDelay: '2m' }, { above: 50, deadband: 5 }))
    expect(tower.play('50 44 46 47')).toEqual(['raised 0', 'cleared 180'])
    expect(tower.play('50 44 50 44 44', 240)).toEqual(['raised 240'])
  })

  it('may be of a switch, which counts as 0 or 1', () => {
    const tower = lab(target({}, { above: 1 }))
    const raised = tower.step({ kind: 'reading', value: true, at: 0 })
    expect(raised[0]?.evidence[0]?.value).toBe(true)
    expect(tower.say({ kind: 'reading', value: false, at: 1 })).toEqual(['cleared 1'])
  })

  it('is held against an uncertain value', () => {
    expect(lab(target()).play('60? 40?')).toEqual(['raised 0', 'cleared 60'])
  })

  it.each([null, 'open', Number.NaN, Infinity, -Infinity])(
    'says nothing about %s: the alarm neither comes nor goes',
    (value) => {
      const tower = lab(target())
      expect(tower.say({ kind: 'reading', value, at: 0 })).toEqual([])
      tower.play('60', 60)
      expect(tower.say({ kind: 'reading', value, at: 120 })).toEqual(['evidence_lost 120'])
    },
  )

  it('says nothing about a bad value, whatever its number is', () => {
    const tower = lab(target())
    expect(tower.say({ kind: 'reading', value: 99, quality: 'bad', at: 0 })).toEqual([])
  })

  it('freezes the evidence it decided on', () => {
    const tower = lab(target({ onDelay: '1m', offDelay: '2m' }, { above: 50, deadband: 5 }))
    const [raised] = tower.step(...readingsOf('61 62'))
    const evidence = { role: 'level', point: 1, quality: 'good' }
    expect(raised?.evidence).toMatchObject([
      { ...evidence, value: 62, limit: 50, delay: 60_000_000 },
    ])
    const [cleared] = tower.step(...readingsOf('10 10 11', 120))
    expect(cleared?.evidence).toMatchObject([
      { ...evidence, value: 11, limit: 45, delay: 120_000_000 },
    ])
  })
})

/**
 * Scenarios of Prometheus' rules/alerting_test.go (Apache-2.0), told anew: one value a minute,
 * "over 50 for 1 minute", and what their `keep_firing_for` is our off-delay.
 */
describe('the on- and off-delays of Prometheus', () => {
  it('keep an alarm for a minute after the last high value', () => {
    const tower = lab(target({ onDelay: '1m', offDelay: '1m' }))
    expect(tower.play('75 85 70 70 10x5')).toEqual(['raised 60', 'cleared 300'])
  })

  it('do not end the alarm when the value comes back within the off-delay', () => {
    const tower = lab(target({ onDelay: '1m', offDelay: '2m' }))
    expect(tower.play('75 85 10 75 10 10 10')).toEqual(['raised 60', 'cleared 360'])
  })

  it('start the on-delay anew after a low value', () => {
    const tower = lab(target({ onDelay: '2m' }))
    expect(tower.play('75 75 10 75 75 75')).toEqual(['raised 300'])
  })

  it('are not run through by a series that goes missing', () => {
    const tower = lab(target({ onDelay: '6m' }))
    expect(tower.play('75x2 _x8 75x6')).toEqual(['raised 1020'])
  })
})
