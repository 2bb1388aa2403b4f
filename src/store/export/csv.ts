import { csvText } from '../../domain/csv.ts'
import { positionText } from '../../domain/position.ts'
import { kindOf, type LineFormat, type NamedReading } from './format.ts'
import { isoMicros } from './iso-micros.ts'

/** Name of each column and its cell, already safe. The order is a promise: add at the end only. */
const columns: readonly (readonly [string, (row: NamedReading) => string])[] = [
  ['organisation', ({ reading }) => csvText(reading.organisation)],
  ['asset', ({ name }) => csvText(name.asset)],
  ['role', ({ name }) => csvText(name.role)],
  ['device', ({ name }) => csvText(name.device)],
  ['point', ({ name }) => csvText(name.key)],
  ['point_id', ({ reading }) => String(reading.point)],
  ['effective', ({ reading }) => isoMicros(reading.effective)],
  ['source', ({ reading }) => time(reading.source)],
  ['server', ({ reading }) => time(reading.server)],
  ['ingest', ({ reading }) => isoMicros(reading.ingest)],
  ['value', ({ reading }) => value(reading.value)],
  ['kind', ({ reading }) => kindOf(reading.value)],
  ['unit', ({ name }) => csvText(name.unit)],
  ['quality', ({ reading }) => reading.quality],
  ['code', ({ reading }) => reading.code],
  ['native', ({ reading }) => number(reading.native)],
  ['flags', ({ reading }) => String(reading.flags)],
  ['type_version', ({ reading }) => String(reading.typeVersion)],
  ['position', ({ reading }) => csvText(positionText(reading.position))],
]

/** RFC 4180: a header, commas, CRLF; UTF-8 without a mark. */
export const csv: LineFormat = {
  head: `${columns.map(([column]) => column).join(',')}\r\n`,
  row: (row) => `${columns.map(([, cell]) => cell(row)).join(',')}\r\n`,
}

function time(at: NamedReading['reading']['source']): string {
  return at === undefined ? '' : isoMicros(at)
}

function number(native: number | undefined): string {
  return native === undefined ? '' : String(native)
}

function value(of: NamedReading['reading']['value']): string {
  if (of === null) return ''
  return typeof of === 'string' ? csvText(of) : String(of)
}
