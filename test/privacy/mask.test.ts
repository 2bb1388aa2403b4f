import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mask } from '../../src/privacy/mask.ts'
import { CpuBudget } from '../support/cpu-budget.ts'

const kinds = (text: string) => mask(text).spans.map(({ kind }) => kind)

describe('masks', () => {
  it.each([
    ['Skriv till kim@example.org.', 'Skriv till •••.', ['email']],
    ['kim.a+b@mail.example.co.uk', '•••', ['email']],
    ['Kim <kim@example.org>, bo@example.net', 'Kim <•••>, •••', ['email', 'email']],
    ['åke.öberg@exämple.se', '•••', ['email']],
    ['kim (at) example.org', '•••', ['email']],
    ['Ring 0523-98 76 54 nu', 'Ring ••• nu', ['phone']],
    ['070-123 45 67, 070-765 43 21', '•••, •••', ['phone', 'phone']],
    ['+46 (0)70 123 45 67', '•••', ['phone']],
    ['0046701234567', '•••', ['phone']],
    ['tlf 22 33 44 55', 'tlf •••', ['phone']],
    ['Ring 98 76 54', 'Ring •••', ['phone']],
    ['0701\u200B234567', '•••', ['phone']],
    ['٠٧٠١٢٣٤٥٦٧', '•••', ['phone']],
    ['070-123 45 67 070-765 43 21', '•••', ['phone']],
    ['811218-9876', '•••', ['personal_number']],
    ['19811218-9876', '•••', ['personal_number']],
    ['198112189876', '•••', ['personal_number']],
    ['811278-9873', '•••', ['personal_number']],
    ['121212+1212', '•••', ['personal_number']],
    ['fnr 010190 12345', 'fnr •••', ['personal_number']],
    ['01019012345', '•••', ['personal_number']],
    ['En Volvo ABC123 står här', 'En Volvo ••• står här', ['number_plate']],
    ['ABC 12A', '•••', ['number_plate']],
    ['abc 123 och def-456', '••• och •••', ['number_plate', 'number_plate']],
    ['EK 12345', '•••', ['number_plate']],
    ['Ring 0523-987654 eller kim@example.org', 'Ring ••• eller •••', ['phone', 'email']],
  ])('%s', (text, masked, expected) => {
    expect(mask(text).text).toBe(masked)
    expect(kinds(text)).toEqual(expected)
  })
})

describe('leaves alone', () => {
  it.each([
    'Lampan vid Storgatan 12 är släckt',
    'Sedan 2026-11-21 klockan 14:30',
    'Stolpe 104233',
    'LYS-2026-000123',
    'hus nr 123 och 125',
    'nr 12345',
    'Lampa 17 @ torget',
    'grinden, 3 m till vänster',
    '',
  ])('%s', (text) => {
    expect(mask(text)).toEqual({ text, spans: [] })
  })
})

it('masks a date no more, and a number beside it still', () => {
  expect(mask('2026-11-21 0701234567').text).toBe('2026-11-21 •••')
})

// Pieces that make expressions begin to match, in any order.
const pieces = fc.constantFrom(
  '070',
  '-',
  ' ',
  '@',
  '.',
  'a',
  'kim',
  '1',
  '811218',
  '+',
  '(',
  ')',
  'ABC',
  '(at)',
  '\u200B',
  'å',
  'example.org',
  '\n',
  '0',
  '2026-11-21',
)

it('tells spans in order, without overlap, and hides what they hold', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      const { spans, text: masked } = mask(text)
      let end = 0
      for (const span of spans) {
        expect(span.start).toBeGreaterThanOrEqual(end)
        expect(span.end).toBeGreaterThan(span.start)
        end = span.end
      }
      expect(end).toBeLessThanOrEqual(text.length)
      expect(masked.split('•••')).toHaveLength(spans.length + 1)
      expect(text.length - masked.length).toBe(
        spans.reduce((sum, { start, end: to }) => sum + to - start - 3, 0),
      )
    }),
    { numRuns: 2_000 },
  )
})

it('masks what is planted anywhere', () => {
  const planted = fc.constantFrom('kim@example.org', '070-123 45 67', '811218-9876')
  const filler = fc.stringMatching(/^[a-zåäö ,\n]{0,30}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(filler, planted)), filler, (parts, last) => {
      const text = parts.map(([before, secret]) => `${before} ${secret} `).join('') + last
      const masked = mask(text)
      expect(masked.text).not.toMatch(/example|123 45|9876/)
      expect(masked.spans.length).toBeGreaterThanOrEqual(parts.length === 0 ? 0 : 1)
    }),
    { numRuns: 1_000 },
  )
})

it('stays fast on a hundred thousand characters of any repeated piece', () => {
  const parts = fc.array(pieces, { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(parts, (repeated) => {
      const unit = repeated.join('')
      const text = unit.repeat(Math.ceil(100_000 / unit.length))
      const budget = new CpuBudget()
      budget.count(() => mask(text))
      // A linear one takes some ms; the quadratic ones took minutes.
      expect(budget.longestMs).toBeLessThan(2_000)
    }),
    { numRuns: 100 },
  )
})
