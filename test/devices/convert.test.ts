import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { first, typeWith } from '../support/devices.ts'

const measure = typeWith({ v: { path: '$.v' } })
const decimals = typeWith({ v: { path: '$.v', scale: 0.1 } })

describe('a number', () => {
  it.each([
    ['12.5', 12.5],
    ['-0', 0],
    ['1e3', 1_000],
    ['0', 0],
  ])('%s is taken as it is', (raw, value) => {
    const reading = first(measure, `{"v":${raw}}`)
    expect(reading).toMatchObject({ value, quality: 'good', code: 'ok', reasons: [] })
    expect(Object.is(reading.value, -0)).toBe(false)
  })

  it.each([
    ['"12,5"', 'wrong_type', 'decimal comma'],
    ['"12.5"', 'wrong_type', 'without quotes'],
    ['"NaN"', 'wrong_type', 'not a number'],
    ['true', 'wrong_type', 'not a number'],
    ['[1]', 'wrong_type', 'a list of 1'],
    ['{"v":1}', 'wrong_type', 'an object'],
    ['1e999', 'not_finite', 'larger'],
    ['-1e999', 'not_finite', 'larger'],
  ])('is not made of %s', (raw, reason, says) => {
    const reading = first(measure, `{"v":${raw}}`)
    expect(reading).toMatchObject({ value: null, quality: 'bad', code: 'decode_error' })
    expect(reading.reasons).toEqual([reason])
    expect(reading.detail).toContain(says)
    expect(reading.detail).toMatch(/^v: .*\(\$\.v\)$/)
  })

  it('scaled prints as people write it', () => {
    expect(first(decimals, '{"v":3}').value).toBe(0.3)
    expect(first(decimals, '{"v":823}').value).toBe(82.3)
  })

  it('scaled stays within twelve digits of the exact value', () => {
    fc.assert(
      fc.property(fc.integer(), (raw) => {
        const { value } = first(decimals, `{"v":${raw}}`)
        expect(value).toBe(Number((raw / 10).toPrecision(12)) + 0)
      }),
    )
  })

  it('that only scaling makes infinite is not finite', () => {
    const huge = typeWith({ v: { path: '$.v', scale: 1e10 } })
    expect(first(huge, '{"v":1e300}').reasons).toEqual(['not_finite'])
  })

  it('is compared with the range after scale and offset, limits included', () => {
    const fahrenheit = typeWith({
      v: { path: '$.v', scale: 0.5, offset: -10, range: [-40, 85] },
    })
    expect(first(fahrenheit, '{"v":190}')).toMatchObject({ value: 85, quality: 'good' })
    expect(first(fahrenheit, '{"v":-60}')).toMatchObject({ value: -40, quality: 'good' })
    expect(first(fahrenheit, '{"v":191}')).toMatchObject({
      value: null,
      quality: 'bad',
      code: 'out_of_range',
      reasons: ['out_of_range'],
    })
  })
})

describe('a counter', () => {
  const counter = typeWith({ v: { path: '$.v', kind: 'counter' } })
  it('counts to 2^53 and no further, where single steps would be lost', () => {
    expect(first(counter, '{"v":9007199254740991}').value).toBe(9_007_199_254_740_991)
    expect(first(counter, '{"v":9007199254740993}')).toMatchObject({
      value: null,
      code: 'out_of_range',
      detail: expect.stringContaining('2^53'),
    })
  })
})

describe('a listed value', () => {
  const listed = typeWith({
    v: { path: '$.v', enum: { 0: 'off', 1: 'on', low: 'dimmed' } },
  })
  it.each([
    ['1', 'on'],
    ['"1"', 'on'],
    ['1.0', 'on'],
    ['"low"', 'dimmed'],
  ])('%s has the name %s', (raw, name) => {
    expect(first(listed, `{"v":${raw}}`)).toMatchObject({ value: name, quality: 'good' })
  })

  it.each(['2', '"toString"', '"__proto__"', 'true'])('%s is not listed', (raw) => {
    expect(first(listed, `{"v":${raw}}`)).toMatchObject({
      value: null,
      code: 'out_of_range',
      reasons: ['unlisted'],
    })
  })

  it('is not a list', () => {
    expect(first(listed, '{"v":[1]}').reasons).toEqual(['wrong_type'])
  })
})

const bit = (n: number) => typeWith({ v: { path: '$.v', kind: 'state', bit: n } })

describe('a bit', () => {
  it('is read from a whole number of 32 bits, also a negative one', () => {
    expect(first(bit(2), '{"v":4}').value).toBe(true)
    expect(first(bit(2), '{"v":3}').value).toBe(false)
    expect(first(bit(31), '{"v":2147483648}').value).toBe(true)
    expect(first(bit(31), '{"v":-1}').value).toBe(true)
  })

  it.each([
    ['1.5', 'out_of_range'],
    ['4294967296', 'out_of_range'],
    ['1e999', 'out_of_range'],
    ['true', 'wrong_type'],
    ['"4"', 'wrong_type'],
  ])('is not found in %s', (raw, reason) => {
    expect(first(bit(0), `{"v":${raw}}`)).toMatchObject({
      quality: 'bad',
      reasons: [reason],
    })
  })
})

describe('a state and a text', () => {
  const state = typeWith({ v: { path: '$.v', kind: 'state' } })
  const text = typeWith({ v: { path: '$.v', kind: 'text' } })

  it.each(['true', '"open"', '3'])('a state may be %s', (raw) => {
    expect(first(state, `{"v":${raw}}`)).toMatchObject({
      value: JSON.parse(raw),
      code: 'ok',
    })
  })

  it('a text holds at most 500 characters', () => {
    expect(first(text, `{"v":"${'å'.repeat(500)}"}`).quality).toBe('good')
    expect(first(text, `{"v":"${'å'.repeat(501)}"}`).reasons).toEqual(['out_of_range'])
  })

  it.each(['"\\u0000"', '"\\ud800"'])('%s cannot be stored', (raw) => {
    expect(first(text, `{"v":${raw}}`).reasons).toEqual(['bad_text'])
  })

  it('a text is not a number', () => {
    expect(first(text, '{"v":1}').reasons).toEqual(['wrong_type'])
  })
})
