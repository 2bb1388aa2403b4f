import { positionText } from '../../domain/position.ts'
import { kindOf, type LineFormat, type NamedReading } from './format.ts'
import { isoMicros } from './iso-micros.ts'

/** Name of each column and its cell, already safe. The order is a promise: add at the end only. */
const columns: readonly (readonly [string, (row: NamedReading) => string])[] = [
  ['organisation', ({ reading }) => text(reading.organisation)],
  ['asset', ({ name }) => text(name.asset)],
  ['role', ({ name }) => text(name.role)],
  ['device', ({ name }) => text(name.device)],
  ['point', ({ name }) => text(name.key)],
  ['point_id', ({ reading }) => String(reading.point)],
  ['effective', ({ reading }) => isoMicros(reading.effective)],
  ['source', ({ reading }) => time(reading.source)],
  ['server', ({ reading }) => time(reading.server)],
  ['ingest', ({ reading }) => isoMicros(reading.ingest)],
  ['value', ({ reading }) => value(reading.value)],
  ['kind', ({ reading }) => kindOf(reading.value)],
  ['unit', ({ name }) => text(name.unit)],
  ['quality', ({ reading }) => reading.quality],
  ['code', ({ reading }) => reading.code],
  ['native', ({ reading }) => number(reading.native)],
  ['flags', ({ reading }) => String(reading.flags)],
  ['type_version', ({ reading }) => String(reading.typeVersion)],
  ['position', ({ reading }) => text(positionText(reading.position))],
]

/** RFC 4180: a header, commas, CRLF; UTF-8 without a mark. */
export const csv: LineFormat = {
  head: `${columns.map(([column]) => column).join(',')}\r\n`,
  row: (row) => `${columns.map(([, cell]) => cell(row)).join(',')}\r\n`,
}

/**
 * What a spreadsheet would run as a formula (OWASP, "CSV Injection"). Only texts are looked at: a
 * negative number is a number.
 */
const formula = /^[=+\-@\t\r\n]/

/** A text as a cell: with an apostrophe before what could be a formula, quoted where RFC 4180 asks. */
function text(words: string): string {
  const safe = formula.test(words) ? `'${words}` : words
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function time(at: NamedReading['reading']['source']): string {
  return at === undefined ? '' : isoMicros(at)
}

function number(native: number | undefined): string {
  return native === undefined ? '' : String(native)
}

function value(of: NamedReading['reading']['value']): string {
  if (of === null) return ''
  return typeof of === 'string' ? text(of) : String(of)
}
