import { describe, expect, it } from 'vitest'
import type { AlarmView } from '../../../src/alarms/views.ts'
import { countsOf, waitBeforeSaying } from '../../../src/console/alarms/announcement.ts'
import { becauseOf, becauseText } from '../../../src/console/alarms/because.ts'
import { calls, inOrder } from '../../../src/console/alarms/order.ts'
import { createFormat } from '../../../src/console/format/format.ts'
import { catalogues } from '../../../src/console/messages/catalogues.ts'

const alarm = (id: string, changes: Partial<AlarmView>): AlarmView => ({
  id,
  rule: { id: 'lamp-dark', name: { en: 'Lamp dark' } },
  asset: { id: 'lamp-17', name: 'Lamp 17', type: 'Streetlight' },
  priority: 3,
  state: 'unacknowledged',
  letter: 'B',
  level: 1,
  evidence: 'good',
  raise: 1,
  raisedAt: '2026-11-20T12:00:00.000Z',
  clearedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  confirmedAt: null,
  confirmedBy: null,
  latched: false,
  requireConfirm: false,
  suppression: [],
  marks: {
    chattering: false,
    fleeting: false,
    stale: false,
    corrected: false,
    late: false,
  },
  activations: 1,
  reopened: 0,
  case: null,
  gathered: null,
  because: [],
  ...changes,
})

describe('the list of alarms', () => {
  it('shows priority first, then what nobody has acknowledged, then the newest', () => {
    const alarms = [
      alarm('old', { raisedAt: '2026-11-20T11:00:00.000Z' }),
      alarm('closed', { priority: 1, state: 'normal', raisedAt: null }),
      alarm('seen', { state: 'acknowledged', raisedAt: '2026-11-20T13:00:00.000Z' }),
      alarm('new', {}),
      alarm('urgent', { priority: 1, state: 'acknowledged' }),
    ]
    expect(inOrder(alarms).map(({ id }) => id)).toEqual([
      'urgent',
      'new',
      'old',
      'seen',
      'closed',
    ])
  })

  it('counts what has returned but was never acknowledged', () => {
    const alarms = [
      alarm('a', { priority: 1 }),
      alarm('b', { state: 'returned_unacknowledged' }),
      alarm('c', { priority: 1, state: 'acknowledged' }),
    ]
    expect(countsOf(alarms)).toEqual({ unacknowledged: 2, first: 1 })
  })

  it('does not count what is kept from people, which calls nobody', () => {
    const since = '2026-11-20T12:00:00.000Z'
    const held = {
      kind: 'held',
      ref: 'hold',
      since,
      until: null,
      by: 'x',
      reason: 'y',
    } as const
    const alarms = [alarm('a', { priority: 1, suppression: [held] }), alarm('b', {})]
    expect(alarms.map((one) => calls(one))).toEqual([false, true])
    expect(countsOf(alarms)).toEqual({ unacknowledged: 1, first: 0 })
  })
})

describe('what is said aloud', () => {
  const said = { counts: { unacknowledged: 1, first: 0 }, atMs: 100_000 }

  it('is nothing as long as the counts are the same', () => {
    expect(waitBeforeSaying(said, { unacknowledged: 1, first: 0 }, 200_000)).toBeUndefined()
  })

  it('comes at most every ten seconds', () => {
    const counts = { unacknowledged: 2, first: 1 }
    expect(waitBeforeSaying(said, counts, 103_000)).toBe(7_000)
    expect(waitBeforeSaying(said, counts, 200_000)).toBe(0)
  })
})

describe('why an alarm was raised', () => {
  const words = { format: createFormat('sv', 'Europe/Stockholm'), messages: catalogues.sv }
  const reading = { role: 'missing', quality: 'good', at: '2026-11-20T12:00:00.000Z' }

  it('compares the value with the limit it reached, from its side', () => {
    expect(becauseText([{ ...reading, value: 61.7, limit: 20 }], words)).toBe('61,7 ≥ 20')
    expect(becauseText([{ ...reading, value: 0, limit: 180 }], words)).toBe('0 ≤ 180')
    expect(becauseText([{ ...reading, value: 20, limit: 20 }], words)).toBe('20 = 20')
  })

  it('tells how long nothing was heard', () => {
    const silence = { ...reading, role: '', value: null, limit: 600, quality: 'bad' }
    expect(becauseText([silence], words)).toBe('inget hört på 10 min')
  })

  it('tells of how many assets it was gathered, not of what one of them measured', () => {
    const begun = { ...reading, role: '', value: 8, limit: 8 }
    expect(becauseOf({ because: [begun], gathered: 16 }, words)).toBe(
      'samlat från 16 anläggningar',
    )
    expect(becauseOf({ because: [begun], gathered: null }, words)).toBe('inget hört på 8 s')
  })

  it('says when the reading was not a good one', () => {
    const doubtful = { ...reading, value: true, limit: null, quality: 'uncertain' }
    expect(becauseText([doubtful], words)).toBe('ja (osäker)')
  })
})
