import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kpiReportView } from '../../src/api/kpi-query.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'

let api: TestApi
beforeEach(async () => {
  api = await openTestApi()
  const lamp = await api.raise('lamp-17')
  await api.raise('lamp-18')
  api.clock.advance(MINUTE)
  await api.alarms.acknowledge(north, lamp, { actor: 'anna', raise: 1 })
  api.clock.advance(MINUTE)
})
afterEach(() => api[Symbol.asyncDispose]())

const ask = (query = '', who: 'control_centre' | 'contractor' = 'control_centre') =>
  api.ask(who, { url: `/api/v1/kpis${query}` })

async function groups(query: string) {
  const report = kpiReportView.parse((await ask(query)).json())
  return report.groups.map(({ key, kpis }) => [key, kpis.annunciations])
}

describe('key figures', () => {
  it('are of the last week unless another window is asked for', async () => {
    const report = kpiReportView.parse((await ask()).json())
    expect(report.total.annunciations).toBe(2)
    expect(report.total.acknowledgement).toMatchObject({
      asked: 2,
      acknowledged: 1,
      p50: 60,
    })
    expect(report.total.suppression).toMatchObject({ raised: 2, told: 2, yield: 0 })
    expect(report.opcua.AlarmCount).toBe(2)
    expect(Date.parse(report.to) - Date.parse(report.from)).toBe(7 * 86_400_000)
    expect(report.groups).toEqual([])
    const before = kpiReportView.parse((await ask('?to=2026-11-20T12:00:00Z')).json())
    expect(before.total.annunciations).toBe(0)
  })

  it('are told for each desk, rule or asset, and narrowed', async () => {
    expect(await groups('?by=rule')).toEqual([['hatch-open', 2]])
    expect(await groups('?by=desk')).toEqual([['console', 2]])
    expect(await groups('?by=asset')).toEqual([
      ['lamp-17', 1],
      ['lamp-18', 1],
    ])
    expect(await groups('?by=asset&asset=lamp-18')).toEqual([['lamp-18', 1]])
  })

  it('are there as CSV', async () => {
    const answer = await api.ask('control_centre', { url: '/api/v1/kpis.csv?by=asset' })
    expect(answer.headers['content-type']).toMatch(/^text\/csv/)
    const rows: Record<string, string>[] = parse(answer.body, { columns: true })
    expect(rows.map(({ by, key, annunciations }) => [by, key, annunciations])).toEqual([
      ['total', '', '2'],
      ['asset', 'lamp-17', '1'],
      ['asset', 'lamp-18', '1'],
    ])
  })

  it('are refused for a window that makes no sense, and to whom alarms are none of', async () => {
    expect(
      (await ask('?from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z')).statusCode,
    ).toBe(400)
    expect((await ask('?by=colour')).statusCode).toBe(400)
    expect((await ask('', 'contractor')).statusCode).toBe(403)
  })
})
