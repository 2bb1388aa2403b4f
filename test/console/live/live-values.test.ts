import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  parseNumber,
  parseSubject,
  parseValues,
} from '../../../src/console/live/live-values.ts'
import { affected } from '../../../src/console/live/affected.ts'

const good = {
  point: 7,
  value: 61.2,
  quality: 'good',
  code: 'ok',
  at: '2026-11-20T12:00:00.000Z',
}

describe('what the stream tells', () => {
  it('is read by point', () => {
    const values = parseValues(JSON.stringify({ values: [good, { ...good, point: 8 }] }))
    expect([...values.keys()]).toEqual([7, 8])
    expect(values.get(7)).toMatchObject({ value: 61.2, quality: 'good' })
  })

  it('leaves out a value that is not as agreed and keeps the others', () => {
    const values = [
      good,
      { ...good, point: 'x' },
      { ...good, point: 9, quality: 'fine' },
      null,
    ]
    expect([...parseValues(JSON.stringify({ values })).keys()]).toEqual([7])
  })

  it('never breaks the page, whatever text comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseValues(text).size).toBeGreaterThanOrEqual(0)
        expect(typeof parseSubject(text)).toBe('string')
        expect(['number', 'undefined']).toContain(typeof parseNumber(text))
      }),
    )
  })
})

describe('a change', () => {
  it('of an alarm is asked for in the list, on its page and on its asset, and nowhere else', () => {
    expect(affected('alarm', 'a1')).toContainEqual(['alarms'])
    expect(affected('alarm', 'a1')).toContainEqual(['alarm', 'a1'])
    expect(affected('alarm', 'a1')).not.toContainEqual(['assets'])
  })

  it('of what others ordered is asked for on the pages of work alone', () => {
    expect(affected('work', 'strandkoping/c1')).toEqual([['work']])
  })

  it('of a case is asked for where its orders stand, those of what lies in it included', () => {
    expect(affected('case', 'c1')).toContainEqual(['orders'])
  })

  it('of the configuration, or of a kind that is new, is asked for everywhere', () => {
    expect(affected('configuration', '12')).toBeUndefined()
    expect(affected('comet', '1')).toBeUndefined()
  })
})
