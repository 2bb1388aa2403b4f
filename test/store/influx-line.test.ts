import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { readingLine } from '../../src/store/influx/line.ts'
import { decodeText, encodeText } from '../../src/store/influx/text.ts'
import { bad, reading, second } from '../contract/reading-store.fixtures.ts'

const hostile = ['\\', 'n', '\n', '\r', '\t', '"', "'", ',', ' ', '=', 'å', '🚨', '\u0000']

describe('a reading as a line', () => {
  const rest = `ingest=${second(6)}i,flags=0i,type_version=1i,epoch="log-1",sequence=1i,idx=0i ${second(5)}`
  const start = 'reading,organisation=gata,point=17'

  it.each([
    ['a number', reading(1, 5, -0.25), 'kind="number",counts=true,number=-0.25'],
    ['a large one', reading(1, 5, 1e21), 'kind="number",counts=true,number=1e+21'],
    ['a state', reading(1, 5, false), 'kind="boolean",counts=true,boolean=false,number=0'],
    [
      'a text',
      reading(1, 5, 'a "b",\\c=d'),
      String.raw`kind="text",counts=false,text="a \"b\",\\\\c=d"`,
    ],
    ['two lines', reading(1, 5, 'a\nb'), String.raw`kind="text",counts=false,text="a\\nb"`],
  ])('has %s in its own field', (_, said, fields) => {
    expect(readingLine(said)).toBe(
      `${start} ${fields},quality="good",code="ok",given=0i,${rest}`,
    )
  })

  it('never lets a bad reading count, whatever it says', () => {
    expect(readingLine(reading(1, 5, 50, bad))).toContain(
      'kind="number",counts=false,number=50,quality="bad",code="comm_fault"',
    )
    expect(readingLine(reading(1, 5, null, bad))).toContain('kind="none",counts=false,q')
  })

  it('says which of the fields that can be missing it has', () => {
    const other = { source: second(1), server: second(2), native: -0.5 }
    expect(readingLine(reading(1, 5, 1, other))).toContain(
      `,source=${second(1)}i,server=${second(2)}i,native=-0.5,given=7i,`,
    )
  })

  it.each(['en stad', 'a,b', 'a=b', 'slut\\', 'rad\nrad', 'öst', ''])(
    'refuses %j as a tag, which no server could be told',
    (name) => {
      const wrong = reading(1, 5, 1, { organisation: name as OrganisationId })
      expect(() => readingLine(wrong)).toThrow(RangeError)
    },
  )

  it.each([
    { point: 1.5 as PointId },
    { native: Number.NaN },
    { flags: 0.5 },
    { source: second(1) / 3 },
  ])('refuses %o before anything is sent', (other) => {
    expect(() => readingLine(reading(1, 5, 1, other as object))).toThrow(RangeError)
  })

  it('is one line for any text, and gives the text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...hostile) }), (text) => {
        expect(readingLine(reading(1, 5, text)).split('\n')).toHaveLength(1)
        expect(decodeText(encodeText(text))).toBe(text)
      }),
    )
  })
})
