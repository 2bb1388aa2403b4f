import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdsIdentityNumber } from '../../src/cases/identity-number.ts'

/**
 * The numbers are made up; 811218-9876 is the example of the tax agency (SKV 704), 31129956715 that of
 * fnrinfo.no, on how check digits are worked out.
 */
describe('a personal identity number', () => {
  it.each([
    '811218-9876',
    'Lampan hos 811218–9876.',
    '198112189876',
    '19811218 9876',
    '811218+9876',
    'ring 0701234567 811218-9876',
    '811278-9873',
    '000229-0005',
    '070123-4569',
    '20070123 4569',
    '410190 12393',
    '01019012480',
    '31129956715',
    '311299-56715',
  ])('is found: %s', (text) => {
    expect(holdsIdentityNumber(text)).toBe(true)
  })

  it.each([
    'Lampan vid Storgatan 12 byts den 3 maj.',
    '811218-9875',
    '811318-9876',
    '810229-9876',
    '811200-9876',
    '811260-9876',
    '219812189876',
    '01019012481',
    'Ring 070-123 45 67 eller 0523-61 30 00.',
    'Ärende LYS-2026-000123, 2026-11-20',
    'Det kostar 1 250 000 kr',
    '9811218-98766',
    '0701234569',
    '070123 4569',
    '1'.repeat(2_000),
    '',
  ])('is not found where there is none: %s', (text) => {
    expect(holdsIdentityNumber(text)).toBe(false)
  })

  it('is found whoever it belongs to, and however it is written', () => {
    fc.assert(
      fc.property(swedish, around, ({ year, day, last }, write) => {
        const [century, short] = [year.slice(0, 2), year.slice(2) + day]
        const number = short + last + swedishCheck(short + last)
        const [before, after] = [number.slice(0, 6), number.slice(6)]
        const written = [`${before}-${after}`, `${before}+${after}`, `${century}${number}`]
        const alone = number.startsWith('070') ? [] : [number, `${before} ${after}`]
        for (const one of [...written, ...alone]) {
          expect(holdsIdentityNumber(write(one))).toBe(true)
        }
      }),
    )
    fc.assert(
      fc.property(norwegian, around, (nine, write) => {
        const number = nine + norwegianChecks(nine)
        fc.pre(number.length === 11)
        const parts = `${number.slice(0, 6)} ${number.slice(6)}`
        expect(holdsIdentityNumber(write(number))).toBe(true)
        expect(holdsIdentityNumber(write(parts))).toBe(true)
      }),
    )
  })
})

const figures = (count: number) =>
  fc
    .integer({ min: 0, max: 10 ** count - 1 })
    .map((number) => String(number).padStart(count, '0'))

const days = fc.date({
  min: new Date('1900-01-01'),
  max: new Date('2026-12-31'),
  noInvalidDate: true,
})

const two = (number: number) => String(number).padStart(2, '0')

const swedish = fc
  .record({ date: days, last: figures(3), isCoordination: fc.boolean() })
  .map(({ date, last, isCoordination }) => ({
    year: String(date.getUTCFullYear()),
    day: two(date.getUTCMonth() + 1) + two(date.getUTCDate() + (isCoordination ? 60 : 0)),
    last,
  }))

/** Day and month, the last two digits of the year, and three more. */
const norwegian = fc
  .record({
    date: days,
    last: figures(3),
    added: fc.constantFrom([0, 0], [40, 0], [0, 40]),
  })
  .map(({ date, last, added: [toDay = 0, toMonth = 0] }) =>
    [
      two(date.getUTCDate() + toDay),
      two(date.getUTCMonth() + 1 + toMonth),
      two(date.getUTCFullYear() % 100),
      last,
    ].join(''),
  )

const around = fc.constantFrom(
  (text: string) => text,
  (text: string) => `Det var ${text}.`,
  (text: string) => `(${text}), 070-123 45 67`,
)

/** Every other digit twice, the digits of that added; up to the next ten (SKV 704). */
function swedishCheck(nine: string): string {
  const doubled = Array.from(nine, (digit, at) =>
    String(Number(digit) * (at % 2 === 0 ? 2 : 1)),
  )
  const sum = Array.from(doubled.join(''), Number).reduce(
    (total, digit) => total + digit,
    0,
  )
  return String((10 - (sum % 10)) % 10)
}

/** Both digits; three characters where one would be ten, which is never given to anybody. */
function norwegianChecks(nine: string): string {
  const first = eleventh(nine, [3, 7, 6, 1, 8, 9, 4, 5, 2])
  return first + eleventh(nine + first, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
}

function eleventh(digits: string, weights: readonly number[]): string {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
  return String((11 - (sum % 11)) % 11)
}

describe('a telephone number', () => {
  const mobile = fc
    .tuple(fc.constantFrom('70', '72', '73', '76', '79'), figures(7))
    .map(([service, rest]) => service + rest)

  it('of a Swedish mobile is never taken for one', () => {
    fc.assert(
      fc.property(mobile, around, (number, write) => {
        const [service, rest] = [number.slice(0, 2), number.slice(2)]
        const groups = `${rest.slice(0, 3)} ${rest.slice(3, 5)} ${rest.slice(5)}`
        for (const written of [
          `0${number}`,
          `+46${number}`,
          `0046${number}`,
          `46${number}`,
          `0${service}-${rest}`,
          `0${service} ${groups}`,
          `0${service}-${groups}`,
          `+46 ${service} ${groups}`,
          `0${number.slice(0, 3)}-${number.slice(3)}`,
        ]) {
          expect(holdsIdentityNumber(write(written))).toBe(false)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('of eight digits, as in Norway, is never taken for one', () => {
    const number = fc
      .tuple(fc.integer({ min: 2, max: 9 }), figures(7))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(number, around, (eight, write) => {
        const pairs = eight.replaceAll(/(..)(?!$)/g, '$1 ')
        const groups = `${eight.slice(0, 3)} ${eight.slice(3, 5)} ${eight.slice(5)}`
        for (const written of [
          eight,
          pairs,
          groups,
          `+47${eight}`,
          `+47 ${eight}`,
          `0047${eight}`,
        ]) {
          expect(holdsIdentityNumber(write(written))).toBe(false)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
