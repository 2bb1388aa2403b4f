import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  caseStates,
  filterOf,
  isCaseNumber,
  narrowedBy,
  questionOf,
  withWhich,
  type ListFilter,
} from '../../../src/console/cases/list-filter.ts'
import { caseState } from '../../../src/cases/views.ts'

const read = (address: string) => filterOf(new URLSearchParams(address))

const everything = read('')

describe('the list of cases that an address asks for', () => {
  it('is of the open ones, what changed last first, unless it says something else', () => {
    expect(questionOf(everything)).toBe('which=open&sort=changed')
    expect(addressOf(everything)).toBe('')
    expect(narrowedBy(everything)).toBe(0)
  })

  it.each([
    ['?state=planned&unit=ljus', 'which=open&sort=changed&states=planned&unit=ljus', 2],
    ['?order=due&which=all', 'which=all&sort=due', 0],
    [
      '?box=11.4,58.25,11.46,58.29',
      'which=open&sort=changed&box=11.40000%2C58.25000%2C11.46000%2C58.29000',
      0,
    ],
    ['?unit=-', 'which=open&sort=changed&unit=-', 1],
    ['?search=Storgatan+5', 'which=open&sort=changed&search=Storgatan+5', 0],
    [
      '?category=light-out&person=drift',
      'which=open&sort=changed&category=light-out&assignee=drift',
      2,
    ],
    // None of these is open.
    ['?state=closed', 'which=all&sort=changed&states=closed', 1],
    ['?state=hidden', 'which=all&sort=changed&states=hidden', 1],
  ])('%s', (address, question, narrowed) => {
    expect(questionOf(read(address))).toBe(question)
    expect(narrowedBy(read(address))).toBe(narrowed)
  })

  it.each([
    '?state=gone',
    '?which=some',
    '?order=random',
    '?unit=%20%20',
    '?x=1',
    '?box=1,2,3',
    '?box=2,0,1,0',
  ])('leaves out what makes no sense: %s', (address) => {
    expect(read(address)).toEqual(everything)
  })

  it('is no longer than the service takes', () => {
    const long = read(`?search=${'a'.repeat(200)}&unit=${'b'.repeat(200)}`)
    expect(long.search).toHaveLength(100)
    expect(long.unit).toHaveLength(63)
  })

  it('can be of every state that there is', () => {
    expect(caseStates.toSorted()).toEqual(caseState.options.toSorted())
  })

  it('has closed ones no more when open ones are asked for', () => {
    const closed = read('?state=closed&unit=ljus')
    expect(addressOf(withWhich(closed, 'open'))).toBe('?unit=ljus')
    expect(addressOf(withWhich(read('?state=planned'), 'all'))).toBe(
      '?which=all&state=planned',
    )
  })

  it('is the same after it was written into the address and read again', () => {
    const words = fc.string({ maxLength: 40 }).map((text) => text.trim())
    const filters: fc.Arbitrary<ListFilter> = fc
      .record({
        which: fc.constantFrom('open', 'all'),
        order: fc.constantFrom('changed', 'due'),
        state: fc.constantFrom('', ...caseStates),
        search: words,
        unit: words,
        category: words,
        person: words,
        box: fc.constantFrom(
          '',
          '11.40000,58.25000,11.46000,58.29000',
          '-0.00001,0.00000,0.00001,7.70001',
        ),
      })
      .map((filter) => withWhich(filter, filter.which))
    fc.assert(
      fc.property(filters, (filter) => {
        expect(read(addressOf(filter))).toEqual(filter)
      }),
    )
  })
})

describe('a number of a case', () => {
  it.each(['STR-2026-000012', ' str-2026-000012 ', 'ÅLE-2026-000001', 'K9-2026-1000000'])(
    '%s is whole',
    (typed) => {
      expect(isCaseNumber(typed)).toBe(true)
    },
  )
  it.each(['STR-2026', 'STR-2026-12', '000012', 'Lyktstolpe 12', '', 'STRA-2026-000001'])(
    '%s is none',
    (typed) => {
      expect(isCaseNumber(typed)).toBe(false)
    },
  )
})
