import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  durationUs,
  earlier,
  HOUR,
  later,
  toIso,
  type TimeUs,
} from '../../src/domain/time.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { statisticsReport } from '../../src/statistics/views.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { plainCase, plainReport } from '../support/case-rows.ts'
import { north, south } from '../support/database.ts'
import { plant } from '../statistics/rows.ts'

let api: TestApi
let began: TimeUs
beforeEach(async () => {
  api = await openTestApi()
  began = api.clock.now()
  const cases = [
    { id: 'a', unit: 'park' },
    { id: 'b', unit: 'streets' },
    { id: 'c', unit: 'streets' },
  ]
  await plant(api.database, {
    cases: cases.map((one) => plainCase({ opened_at: began, ...one })),
    reports: cases.map(({ id }) => plainReport({ id, case: id, received_at: began })),
  })
  api.clock.advance(HOUR)
})
afterEach(() => api[Symbol.asyncDispose]())

type Who = 'customer_service' | 'contractor' | 'nobody'
const ask = (path: string, who: Who = 'customer_service') =>
  api.ask(who, { url: `/api/v1/statistics${path}` })

describe('statistics', () => {
  it('are of the last year unless another window is asked for', async () => {
    const report = statisticsReport.parse((await ask('')).json())
    expect(report).toMatchObject({
      to: toIso(api.clock.now()),
      by: null,
      groups: [],
      total: {
        reports: { people: 3, alarms: 0, selfServiceShare: 1 },
        cases: { opened: 3, closed: 0, backlog: 3, backlogAge: 3_600 },
      },
    })
    expect(Date.parse(report.to) - Date.parse(report.from)).toBe(365 * 86_400_000)
    const before = statisticsReport.parse((await ask(`?to=${toIso(began)}`)).json())
    expect(before.total.cases.opened).toBe(0)
  })

  it('are told for each group, the busiest first', async () => {
    const { groups } = statisticsReport.parse((await ask('?by=unit')).json())
    expect(groups.map(({ key, figures }) => [key, figures.cases.opened])).toEqual([
      ['streets', 2],
      ['park', 1],
    ])
  })

  it('are there as CSV and as a workbook, with the same rows', async () => {
    const csv = await ask('.csv?by=unit')
    expect(csv.headers['content-type']).toMatch(/^text\/csv/)
    const rows: Record<string, string>[] = parse(csv.body, { columns: true })
    expect(rows.map(({ by, key, cases_opened: opened }) => [by, key, opened])).toEqual([
      ['total', '', '3'],
      ['unit', 'streets', '2'],
      ['unit', 'park', '1'],
    ])
    expect(Object.keys(rows[0] ?? {}).at(-1)).toBe('name')
    const book = await ask('.xlsx')
    expect(book.headers['content-disposition']).toContain('statistics.xlsx')
    // A ZIP archive, which is what an Office Open XML package is.
    expect(book.rawPayload.subarray(0, 2).toString('latin1')).toBe('PK')
  })

  it.each([
    ['unit', 'streets', '', 'Streets and parks'],
    ['category', 'light-out', '&language=sv', 'Light out, sv'],
    ['contractor', south, '', 'south town'],
  ])(
    'name each %s as people do, in the answer and in the files',
    async (by, id, more, name) => {
      await named()
      const query = `?by=${by}${more}`
      const { groups } = statisticsReport.parse((await ask(query)).json())
      expect(groups.find(({ key }) => key === id)).toMatchObject({ name })
      const rows: Record<string, string>[] = parse((await ask(`.csv${query}`)).body, {
        columns: true,
      })
      expect(rows.find(({ key }) => key === id)).toMatchObject({ name })
      // What the configuration knows no more has its id alone.
      expect(rows.find(({ key }) => key === 'park')?.['name'] ?? '').toBe('')
    },
  )

  it.each([
    ['a language that is none', '?language=fi'],
    ['a window that is empty', '?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'],
    ['a window of eleven years', '?from=2010-01-01T00:00:00Z&to=2021-01-02T00:00:00Z'],
    ['a time that is none', '?from=yesterday'],
    ['a group that is none', '?by=colour'],
    ['a word that is none', '?since=2026-01-01T00:00:00Z'],
  ])('are refused for %s', async (_, query) => {
    const answer = await ask(query)
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  it('are for those who read cases, and of their own organisation', async () => {
    expect((await ask('', 'nobody')).statusCode).toBe(401)
    expect((await ask('', 'contractor')).statusCode).toBe(403)
    const other = await api.ask('customer_service', {
      url: '/api/v1/statistics',
      organisation: south,
    })
    expect(statisticsReport.parse(other.json()).total.cases.opened).toBe(0)
  })
})

/** A unit, a category and a contractor with names, and cases of theirs. */
async function named(): Promise<void> {
  const name = { sv: 'Light out, sv', nb: 'Light out, nb', en: 'Light out' }
  await applyConfiguration(api.database, {
    configuration: {
      organisation: north,
      objects: [
        { kind: 'unit', slug: 'streets', document: { name: 'Streets and parks' } },
        {
          kind: 'category',
          slug: 'light-out',
          document: { name, faultClass: 'light_out', public: true },
        },
      ],
    },
    author: 'test',
    now: api.clock.now(),
  })
  const about = { category: 'light-out', contractor: south, opened_at: began }
  await plant(api.database, { cases: [plainCase({ id: 'named', ...about })] })
}

const file = (extension: string, query = '', organisation = north) =>
  api.ask('customer_service', { url: `/api/v1/cases.${extension}${query}`, organisation })

describe('the file of cases', () => {
  beforeEach(async () => {
    const more = [
      { id: 'hidden', state: 'hidden' },
      { id: 'before', opened_at: earlier(began, durationUs(400 * 24 * HOUR)) },
      { id: 'placed', lat: 58.27, lon: 11.43, address: '=1+1', search: 'kim testsson' },
    ] as const
    const opened = { opened_at: later(began, durationUs(1)) }
    await plant(api.database, {
      cases: more.map((one) => plainCase({ ...opened, ...one })),
    })
  })

  it('has the cases of the last year as CSV, oldest first, without hidden ones', async () => {
    const { body, headers } = await file('csv')
    expect(headers['content-type']).toMatch(/^text\/csv/)
    expect(headers['content-disposition']).toBe('attachment; filename="cases.csv"')
    const rows: Record<string, string>[] = parse(body, { columns: true })
    expect(rows.map(({ number }) => number)).toEqual(['a', 'b', 'c', 'placed'])
    expect(rows.at(-1)).toMatchObject({ lat: '58.27', lon: '11.43', closed_at: '' })
    // Neither what people said nor where they live.
    expect(body).not.toMatch(/kim|1\+1/)
  })

  it.each(['', '&language=sv'])(
    'has names beside ids, of what has one%s',
    async (spoken) => {
      await named()
      await api.database.write(north, 'normal', ({ query }) =>
        query
          .updateTable('case')
          .set({ unit: 'streets', asset: 'lamp-17', assignee: 'operations' })
          .where('id', '=', 'named')
          .execute(),
      )
      const query = `?from=2020-01-01T00:00:00Z${spoken}`
      const rows: Record<string, string>[] = parse((await file('csv', query)).body, {
        columns: true,
      })
      const category = spoken === '' ? 'Light out' : 'Light out, sv'
      const one = {
        category: 'light-out',
        unit: 'streets',
        contractor: south,
        asset: 'lamp-17',
        assignee: 'operations',
      }
      const names = { category, unit: 'Streets and parks', contractor: 'south town' }
      expect(rows.find(({ number }) => number === 'named')).toMatchObject({
        ...one,
        category_name: category,
        unit_name: names.unit,
        contractor_name: names.contractor,
        assignee_name: 'operations of north',
      })
      // What is configured no more has its id alone.
      expect(rows.find(({ number }) => number === 'a')).toMatchObject({
        unit: 'park',
        unit_name: '',
      })
      const { features } = (await file('geojson', query)).json<{ features: object[] }>()
      expect(features).toContainEqual(
        expect.objectContaining({
          properties: expect.objectContaining({
            ...one,
            names: expect.objectContaining(names),
          }),
        }),
      )
    },
  )

  it('is GeoJSON, with a place or null', async () => {
    const answer = await file('geojson')
    expect(answer.headers['content-type']).toContain('application/geo+json')
    const { type, features }: { type: string; features: readonly unknown[] } = answer.json()
    expect(type).toBe('FeatureCollection')
    expect(features).toHaveLength(4)
    expect(features.at(0)).toMatchObject({ geometry: null, properties: { number: 'a' } })
    expect(features.at(-1)).toMatchObject({ geometry: { coordinates: [11.43, 58.27] } })
  })

  it('is a workbook, too', async () => {
    const { rawPayload } = await file('xlsx')
    expect(rawPayload.subarray(0, 2).toString('latin1')).toBe('PK')
  })

  it('is of the window that is asked for, and of nobody else’s cases', async () => {
    const day = `?from=2020-01-01T00:00:00Z&to=${toIso(began)}`
    const rows: Record<string, string>[] = parse((await file('csv', day)).body, {
      columns: true,
    })
    expect(rows.map(({ number }) => number)).toEqual(['before'])
    const { features }: { features: readonly unknown[] } = (
      await file('geojson', '', south)
    ).json()
    expect(features).toEqual([])
  })

  it('is refused for a time that is none', async () => {
    expect((await file('csv', '?from=yesterday')).statusCode).toBe(400)
  })
})
