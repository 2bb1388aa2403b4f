import { expect, it } from 'vitest'
import { caseFeature } from '../../src/statistics/case-list.ts'
import { tableAsCsv, tableAsXlsx } from '../../src/statistics/files.ts'
import { timeUs } from '../../src/domain/time.ts'

const table = [
  ['key', 'cases'],
  ['=cmd()', 3],
  ['Gata & Park, "norr"', null],
]

it('writes CSV that no spreadsheet runs', () => {
  expect(tableAsCsv(table)).toBe('key,cases\r\n\'=cmd(),3\r\n"Gata & Park, ""norr""",\r\n')
})

it('writes a workbook', async () => {
  const bytes = await tableAsXlsx(table, 'Statistik')
  // A ZIP archive whose first entry belongs to an Office Open XML package.
  expect(bytes.subarray(0, 2).toString('latin1')).toBe('PK')
  expect(bytes.includes('xl/worksheets/sheet1.xml')).toBe(true)
})

it('writes a place as GeoJSON does, longitude first', () => {
  const one = {
    number: 'LYS-2026-000001',
    category: 'lamp',
    state: 'received',
    reason: null,
    unit: null,
    contractor: null,
    asset: null,
    openedAt: timeUs(0),
    closedAt: null,
    lat: 58.2,
    lon: 11.4,
    assignee: null,
    names: { category: 'Lampa', unit: null, contractor: null, asset: null, assignee: null },
  }
  expect(caseFeature(one)).toMatchObject({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [11.4, 58.2] },
    properties: {
      number: 'LYS-2026-000001',
      openedAt: '1970-01-01T00:00:00.000Z',
      names: { category: 'Lampa', unit: null },
    },
  })
  expect(caseFeature({ ...one, lat: null })).toMatchObject({ geometry: null })
})
