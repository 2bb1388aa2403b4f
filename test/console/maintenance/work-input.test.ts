import { describe, expect, it } from 'vitest'
import {
  emptyWork,
  readWork,
  scopeOf,
  type WorkInput,
} from '../../../src/console/maintenance/work-input.ts'
import { windowScope } from '../../../src/alarms/windows.ts'

const here = {
  timeZone: 'Europe/Stockholm',
  now: new Date('2026-11-21T12:00:00.000Z'),
}

const work = (changes: Partial<WorkInput> = {}): WorkInput => ({
  ...emptyWork,
  assets: [{ id: 'lamp-1', name: 'Lamp 1' }],
  from: '2026-11-21T14:00',
  to: '2026-11-21T16:00',
  reason: ' New lamps ',
  ...changes,
})

describe('work that is planned', () => {
  it('is sent as the service takes it', () => {
    expect(readWork(work(), here)).toEqual({
      scope: { assets: ['lamp-1'] },
      from: '2026-11-21T13:00:00.000Z',
      to: '2026-11-21T15:00:00.000Z',
      reason: 'New lamps',
    })
  })

  it.each([
    ['no assets', { assets: [] }, ['scope']],
    ['no reason', { reason: '  ' }, ['reason']],
    ['no end', { to: '' }, ['time']],
    ['an end before its beginning', { to: '2026-11-21T13:00' }, ['order']],
    [
      'an end that has passed',
      { from: '2026-11-20T08:00', to: '2026-11-20T09:00' },
      ['order'],
    ],
    ['31 days', { to: '2026-12-22T14:00' }, ['order']],
    ['nothing at all', { ...emptyWork }, ['scope', 'time', 'reason']],
  ] as const)('is not sent with %s', (_, changes, wrong) => {
    expect(readWork(work(changes), here)).toEqual({ wrong })
  })
})

describe('the assets of the work', () => {
  const area = { south: '58,35', west: '11.43', north: '58.36', east: ' 11.44 ' }

  it.each([
    [{ kind: 'all' }, { all: true }],
    [
      { kind: 'types', types: 'Streetlight, , PumpStation,Streetlight' },
      { types: ['Streetlight', 'PumpStation'] },
    ],
    [
      { kind: 'area', area },
      { area: { south: 58.35, west: 11.43, north: 58.36, east: 11.44 } },
    ],
  ] as const)('are understood by the service too: %j', (changes, scope) => {
    const found = scopeOf(work(changes))
    expect(found).toEqual(scope)
    expect(windowScope.parse(found)).toEqual(scope)
  })

  it.each([
    { kind: 'types', types: ' , ' },
    { kind: 'area', area: { ...area, north: '91' } },
    { kind: 'area', area: { ...area, east: '' } },
    { kind: 'area', area: { ...area, west: 'far' } },
  ] as const)('are not said yet: %j', (changes) => {
    expect(scopeOf(work(changes))).toBeUndefined()
  })
})
