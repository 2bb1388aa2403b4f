import { describe, expect, it } from 'vitest'
import { Row } from './row.ts'

const pair = { kind: 'deviation', role: 'pressure', from: 'reference', within: '1m' }

describe('a deviation', () => {
  it.each([
    {
      rule: { by: 2 },
      of: [
        [12, 10],
        [11.9, 10],
        [8, 10],
        [8.1, 10],
      ],
      answers: 'TFTF',
    },
    {
      rule: { by: 2, direction: 'above' },
      of: [
        [12, 10],
        [8, 10],
      ],
      answers: 'TF',
    },
    {
      rule: { by: 2, direction: 'below' },
      of: [
        [12, 10],
        [8, 10],
      ],
      answers: 'FT',
    },
    {
      rule: { by: 2, deadband: 1 },
      of: [
        [12, 10],
        [11, 10],
        [10.9, 10],
        [11.9, 10],
      ],
      answers: 'TTFF',
    },
    {
      rule: { percent: 10 },
      of: [
        [11, 10],
        [10.9, 10],
        [-11, -10],
        [-10.9, -10],
      ],
      answers: 'TFTF',
    },
    {
      rule: { percent: 10, direction: 'below' },
      of: [
        [-11, -10],
        [-9, -10],
      ],
      answers: 'TF',
    },
    {
      rule: { percent: 10 },
      of: [
        [1, 0],
        [0, 0],
      ],
      answers: 'UU',
    },
    { rule: { by: 0 }, of: [[0, 0]], answers: 'T' },
  ])('$rule of $of is $answers', ({ rule, of, answers }) => {
    const row = Row.of({ ...pair, ...rule })
    const heard = of.map(([value, from], index) => {
      row.say(index * 60, from ?? null, 1)
      return row.say(index * 60 + 1, value ?? null)
    })
    expect(heard.join('')).toBe(answers)
  })

  it('holds each as it was last measured against the other, while they are near enough in time', () => {
    const row = Row.of({ ...pair, by: 2 })
    expect(row.say(0, 10)).toBe('U')
    expect(row.say(60, 12, 1)).toBe('T')
    expect(row.say(61, 11, 1)).toBe('U')
    expect(row.say(62, 11)).toBe('F')
    expect(row.block.known(0)).toBe(62_000_000)
  })

  it('is UNKNOWN while either is', () => {
    const row = Row.of({ ...pair, by: 2 })
    row.say(0, 10)
    expect(row.say(1, 13, 1)).toBe('T')
    expect(row.say(2, null, 1)).toBe('U')
    expect(row.say(3, 10)).toBe('U')
    expect(row.say(4, 13, 1)).toBe('T')
    expect(row.say(5, 'jammed')).toBe('U')
  })

  it('says where the limit lies in the unit of the point', () => {
    const row = Row.of({ ...pair, percent: 10, deadband: 5 })
    row.say(0, 200, 1)
    row.say(1, 100)
    expect(row.computed(1)).toBe(200)
    expect(row.limit(1)).toBe(180)
    expect(row.limit(1, false)).toBe(190)
  })
})
