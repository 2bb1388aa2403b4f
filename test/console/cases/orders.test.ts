import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  amendmentOf,
  doneAt,
  needsReason,
  orderOf,
  ordersIt,
  sinceMade,
  typedOf,
} from '../../../src/console/cases/order-input.ts'
import { needsWords, orderMoves, orderState } from '../../../src/work-orders/states.ts'

const now = new Date('2026-11-22T08:00:00Z')
const zone = 'Europe/Stockholm'
const input = { unit: 'gront', text: ' Såga ner grenen. ', due: '' }

describe('work that is ordered', () => {
  it('is sent with the end of the day on the wall, or without a day', () => {
    const order = { unit: 'gront', text: 'Såga ner grenen.' }
    expect(orderOf(input, { now, zone })).toEqual(order)
    const due = '2026-11-22T22:59:00.000Z'
    expect(orderOf({ ...input, due: '2026-11-22' }, { now, zone })).toEqual({
      ...order,
      due,
    })
  })

  it.each([
    [{ unit: '', text: ' ' }, ['unit', 'text']],
    [{ due: '2026-11-21' }, ['due']],
    [{ due: '2031-12-31' }, ['due']],
    [{ due: '2026-02-30x' }, ['due']],
    [{ unit: '', text: '', due: '1' }, ['unit', 'text', 'due']],
  ])('names the fields that must be mended: %j', (change, wrong) => {
    expect(orderOf({ ...input, ...change }, { now, zone })).toEqual(wrong)
  })

  it('names no day that the service would refuse', () => {
    const fiveYears = now.getTime() + 5 * 366 * 86_400_000
    const days = fc.date({ min: now, max: new Date(fiveYears * 2), noInvalidDate: true })
    fc.assert(
      fc.property(days, (day) => {
        const order = orderOf(
          { ...input, due: day.toISOString().slice(0, 10) },
          { now, zone },
        )
        if (!('due' in order)) return
        const at = Date.parse(order.due ?? '')
        expect(at >= now.getTime() && at <= fiveYears).toBe(true)
      }),
    )
  })
})

describe('an order that is changed', () => {
  const seen = { text: 'Såga.', dueAt: '2026-11-21T22:59:00.000Z', version: 3 }
  const amend = (change: object) =>
    amendmentOf(seen, { ...typedOf(seen, zone), ...change }, { now, zone })

  it.each([
    [{ text: ' Såga nu. ' }, { version: 3, text: 'Såga nu.' }],
    [{ due: '2026-11-30' }, { version: 3, due: '2026-11-30T22:59:00.000Z' }],
    [{ due: '' }, { version: 3, due: null }],
    // A day that is over may stay.
    [{}, 'unchanged'],
    [{ text: ' Såga. ' }, 'unchanged'],
    [{ text: ' ' }, ['text']],
    [{ due: '2026-11-20' }, ['due']],
  ])('is told with what is changed alone: %j', (change, told) => {
    expect(amend(change)).toEqual(told)
  })

  it('shows how it was made too, for the words from before stand there', () => {
    const [made, amended, taken] = [
      { changed: false },
      { changed: true },
      { changed: false },
    ]
    expect(sinceMade([made, taken])).toEqual([taken])
    expect(sinceMade([made, amended, taken])).toEqual([made, amended, taken])
  })

  it('may have lost its words', () => {
    const erased = { ...seen, text: null, dueAt: null }
    expect(typedOf(erased, zone)).toEqual({ text: '', due: '' })
  })
})

it('a reason is asked for wherever the service wants to hear it', () => {
  for (const from of orderState.options)
    for (const to of orderMoves(from, 'orderer'))
      expect(needsReason(from, to)).toBe(needsWords(from, to))
})

it.each(orderState.options)('who orders is told apart from who does it: %s', (state) => {
  const seen = (['orderer', 'doer'] as const)
    .map((role) => ({ role, moves: [...orderMoves(state, role)] }))
    .filter(({ moves }) => moves.length > 0)
  expect(seen.map(({ moves }) => ordersIt({ state, moves }))).toEqual(
    seen.map(({ role }) => role === 'orderer'),
  )
})

const step = (state: (typeof orderState.options)[number], at: string) => {
  return { state, at, actor: 'contractor:gront/gro', changed: false, text: null }
}

it('an order is done since it was said so, until it is sent back', () => {
  const [made, taken] = [step('ordered', '1'), step('accepted', '2')]
  const [done, back, approved] = [
    step('done', '3'),
    step('accepted', '4'),
    step('approved', '5'),
  ]
  expect(doneAt({ history: [made, taken] })).toBeUndefined()
  expect(doneAt({ history: [made, taken, done] })).toBe('3')
  expect(doneAt({ history: [made, taken, done, back] })).toBeUndefined()
  expect(doneAt({ history: [made, taken, done, approved] })).toBe('3')
})
