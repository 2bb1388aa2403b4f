import { describe, expect, it } from 'vitest'
import { flag } from '../../src/domain/reading.ts'
import { SECOND } from '../../src/domain/time.ts'
import { REORDER_WINDOW } from '../../src/domain/reading.ts'
import { lab, target } from '../support/rules.ts'

const HOUR = 3_600

describe('a reading that arrives out of order', () => {
  it('is put where it belongs: what came and went unseen is told as history', () => {
    const tower = lab(target())
    expect(tower.play('40 40 60@120s 40 40')).toEqual([
      'raised 120 historical late',
      'cleared 180 historical late',
    ])
  })

  it('raises what stands now and was not known', () => {
    const tower = lab(target({ onDelay: '3m' }))
    expect(tower.play('60 60 40 60 60')).toEqual([])
    const late = { kind: 'reading', value: 60, at: 120, heard: 241 } as const
    expect(tower.say(late)).toEqual(['raised 180 late'])
  })

  it('says that an alarm would not have been, and ends it', () => {
    const tower = lab(target({ onDelay: '2m' }))
    expect(tower.play('60 _ 60')).toEqual(['raised 120'])
    const low = { kind: 'reading', value: 40, at: 60, heard: 130 } as const
    expect(tower.say(low)).toEqual(['corrected 120 late', 'cleared 120 late'])
    expect(tower.due()).toBe(240)
  })

  it('says so too of one that is over', () => {
    const tower = lab(target({ onDelay: '2m' }))
    expect(tower.play('60 _ 60 40')).toEqual(['raised 120', 'cleared 180'])
    const low = { kind: 'reading', value: 40, at: 60, heard: 190 } as const
    expect(tower.say(low)).toEqual(['corrected 120 historical late'])
    expect(tower.say({ ...low, value: 41, heard: 200 })).toEqual([])
  })

  it('leaves alone what stands in both stories', () => {
    const tower = lab(target())
    expect(tower.play('40 _ 60')).toEqual(['raised 120'])
    const early = { kind: 'reading', value: 60, at: 60, heard: 130 } as const
    expect(tower.say(early)).toEqual([])
    expect(tower.play('40', 180)).toEqual(['cleared 180'])
  })

  it('is history only when it is older than the window behind the newest', () => {
    const tower = lab(target())
    expect(tower.play('40 _x5 40')).toEqual([])
    const high = { kind: 'reading', value: 60, at: 59, heard: 361 } as const
    expect(tower.say(high)).toEqual([])
    expect(tower.say({ ...high, at: 61 })).toEqual([
      'raised 61 historical late',
      'cleared 360 historical late',
    ])
  })

  it('changes nothing when it is heard twice', () => {
    const tower = lab(target())
    const high = { kind: 'reading', value: 60, at: 0 } as const
    expect(tower.say(high, high, { ...high, heard: 9 })).toEqual(['raised 0'])
    const low = { kind: 'reading', value: 40, at: 60 } as const
    expect(tower.say(low, high, low, high)).toEqual(['cleared 60'])
  })

  it('wins over an earlier one of the same time when it says something else', () => {
    const tower = lab(target())
    expect(
      tower.say(
        { kind: 'reading', value: 60, at: 0 },
        { kind: 'reading', value: 40, at: 0 },
        { kind: 'reading', value: 60, quality: 'uncertain', at: 0 },
        { kind: 'reading', value: 60, quality: 'bad', at: 0 },
      ),
    ).toEqual([
      'raised 0',
      'corrected 0 late',
      'cleared 0 late',
      'raised 0 late',
      'corrected 0 late',
      'cleared 0 late',
    ])
  })

  it('pauses an on-delay when it turns the newest value into a bad one', () => {
    const tower = lab(target({ onDelay: '1m', gapPolicy: 'hold' }))
    tower.play('60')
    tower.say({ kind: 'reading', value: null, quality: 'bad', at: 0, heard: 5 })
    expect(tower.due()).toBeUndefined()
    expect(tower.play('60', 30)).toEqual([])
    expect(tower.due()).toBe(90)
  })
})

describe('a replayed reading', () => {
  it('is judged only when it is newer than what we have', () => {
    const tower = lab(target())
    const replay = { kind: 'reading', flags: flag.replay } as const
    expect(tower.say({ ...replay, value: 60, at: 0, heard: 30 })).toEqual(['raised 0'])
    expect(tower.say({ ...replay, value: 40, at: 0, heard: 40 })).toEqual([])
    expect(tower.say({ ...replay, value: 40, at: 10, heard: 40 })).toEqual(['cleared 10'])
  })
})

/** Heard ten hours after the tests begin, whenever it was measured. */
const old = (value: number, at: number) =>
  ({ kind: 'reading', value, at, heard: 10 * HOUR }) as const

describe('old data', () => {
  it('is current up to exactly 5 minutes of age', () => {
    expect(REORDER_WINDOW).toBe(300 * SECOND)
    const tower = lab(target())
    expect(tower.say({ kind: 'reading', value: 60, at: 0, heard: 300 })).toEqual([
      'raised 0',
    ])
    const older = lab(target())
    expect(older.say({ kind: 'reading', value: 60, at: 0, heard: 300.000001 })).toEqual([
      'raised 0 historical',
    ])
  })

  it('is journaled without disturbing anyone when it came and went', () => {
    const tower = lab(target())
    expect(tower.say(old(60, 0), old(40, 60))).toEqual([
      'raised 0 historical',
      'cleared 60 historical',
    ])
  })

  it('is announced by the first current reading that finds the alarm standing', () => {
    const tower = lab(target())
    expect(tower.say(old(60, 0), old(61, 60))).toEqual(['raised 0 historical'])
    expect(tower.play('62 63', 10 * HOUR)).toEqual(['announced 36000'])
  })

  it('is not announced any more when the first current reading clears it', () => {
    const tower = lab(target({ offDelay: '1m' }))
    tower.say(old(60, 0))
    expect(tower.play('40 40', 10 * HOUR)).toEqual(['cleared 36060 historical'])
    expect(tower.play('60', 10 * HOUR + 120)).toEqual(['raised 36120'])
  })

  it('is announced when the alarm comes back while it clears', () => {
    const tower = lab(target({ offDelay: '5m' }))
    tower.say(old(60, 0))
    expect(tower.play('40 60', 10 * HOUR)).toEqual(['announced 36060'])
  })

  it('lets a current reading raise what began long ago, as current', () => {
    const tower = lab(target({ onDelay: '10m', maxGap: '1h' }))
    expect(tower.say({ kind: 'reading', value: 60, at: 0, heard: HOUR })).toEqual([])
    expect(tower.play('60', HOUR)).toEqual(['raised 600'])
  })

  it('decides by its times, whatever the decoder marked', () => {
    const tower = lab(target())
    const marked = { kind: 'reading', value: 60, at: 0, flags: flag.historical } as const
    expect(tower.say(marked)).toEqual(['raised 0'])
  })

  it('clears a current alarm as history', () => {
    const tower = lab(target())
    tower.play('60')
    expect(tower.say(old(40, 60))).toEqual(['cleared 60 historical'])
  })
})
