import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFormat, textIn, unitName } from '../../../src/console/format/format.ts'
import { catalogues } from '../../../src/console/messages/catalogues.ts'
import { actorName } from '../../../src/console/parts/actor-name.ts'
import { valueText } from '../../../src/console/parts/value-text.ts'

const stockholm = createFormat('sv', 'Europe/Stockholm')
const at = new Date('2026-11-20T22:30:05.000Z')

describe('a time', () => {
  it('is told in the zone of the organisation, with 24 hours', () => {
    expect(stockholm.time(at)).toBe('23:30:05')
    expect(createFormat('en', 'Europe/Stockholm').time(at)).toBe('23:30:05')
    expect(createFormat('nb', 'UTC').time(at)).toBe('22:30:05')
  })

  it('just after midnight is hour 00', () => {
    expect(stockholm.time(new Date('2026-11-20T23:00:01.000Z'))).toBe('00:00:01')
  })

  it('leaves the date out when it was today there', () => {
    const soon = new Date('2026-11-20T22:59:00.000Z')
    const tomorrow = new Date('2026-11-20T23:01:00.000Z')
    expect(stockholm.moment(at, soon)).toBe('23:30:05')
    expect(stockholm.moment(at, tomorrow)).toBe('2026-11-20 23:30:05')
  })
})

describe('a span of time', () => {
  it.each([
    [-5_000, '0 s'],
    [4_000, '4 s'],
    [90_000, '1 min'],
    [90 * 60_000, '90 min'],
    [3 * 3_600_000, '3 tim'],
    [50 * 3_600_000, '2 d'],
  ])('of %d ms is %s', (milliseconds, text) => {
    expect(stockholm.span(milliseconds).replaceAll(/\s/g, ' ')).toBe(text)
  })

  it('is always a whole number of something', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), (milliseconds) => {
        expect(stockholm.span(milliseconds)).toMatch(/^[\d\s]+\S+$/)
      }),
    )
  })
})

describe('a value', () => {
  const words = { format: stockholm, messages: catalogues.sv }

  it('has its unit and the decimal comma of the language', () => {
    expect(valueText(61.2, 'W', words)).toBe('61,2 W')
    expect(valueText(-0.456, 'Cel', words)).toBe('−0,46 °C')
    expect(valueText('on', '', words)).toBe('on')
    expect(valueText(false, '', words)).toBe('nej')
    expect(valueText(null, 'W', words)).toBe('inget värde')
  })

  it('keeps a unit that has no other name', () => {
    expect(unitName('lx')).toBe('lx')
    expect(unitName('toString')).toBe('toString')
  })
})

describe('a text of the configuration', () => {
  it('is shown in the language of the reader, or in one that there is', () => {
    expect(textIn({ sv: 'Lampan', en: 'Lamp' }, 'en')).toBe('Lamp')
    expect(textIn({ sv: 'Lampan' }, 'nb')).toBe('Lampan')
    expect(textIn({}, 'nb')).toBe('')
  })
})

describe('whoever did something', () => {
  it('is a person by id, a part of the service by its word, or what the service says', () => {
    expect(actorName('user:central', catalogues.en)).toBe('central')
    expect(actorName('detector', catalogues.en)).toBe('Alarm rules')
    expect(actorName('constructor', catalogues.en)).toBe('constructor')
  })
})
