import { Problem } from '../domain/problem.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import { csvRecords, type CsvRecord } from './csv-records.ts'

/** How a recording is laid out. */
export interface CsvShape {
  readonly file: string
  /** Column with the time. */
  readonly time: string
  /** Zone of times that name none. */
  readonly timezone: string
  /** Point of the device → column. */
  readonly map: ReadonlyMap<string, string>
}

export interface CsvRow {
  readonly at: TimeUs
  readonly values: Readonly<Record<string, number | null>>
}

/**
 * Reads a recording row by row (`csvRecords`); a decimal comma is found out by itself. Throws Problem
 * invalid that names file and line.
 */
export async function* csvRows(
  shape: CsvShape,
  source?: AsyncIterable<Uint8Array>,
): AsyncGenerator<CsvRow> {
  for await (const { record, line } of csvRecords(shape.file, source)) {
    yield toRow(record, shape, line)
  }
}

function toRow(row: CsvRecord['record'], shape: CsvShape, line: number): CsvRow {
  const values: Record<string, number | null> = {}
  for (const [point, column] of shape.map) {
    const text = cell(row, column, { file: shape.file, line })
    if (text === '') {
      values[point] = null
      continue
    }
    const value = Number(text.replace(',', '.'))
    if (!Number.isFinite(value)) {
      throw new Problem({
        kind: 'invalid',
        what: `"${text}" is not a number`,
        where: `${shape.file}:${line}, column ${column}`,
        next: 'correct the row or map another column',
      })
    }
    values[point] = value
  }
  const where = { file: shape.file, line }
  return { at: instant(cell(row, shape.time, where), shape.timezone, where), values }
}

function cell(
  row: CsvRecord['record'],
  column: string,
  { file, line }: { file: string; line: number },
): string {
  const text = Object.hasOwn(row, column) ? row[column] : undefined
  if (text !== undefined) return text.trim()
  throw new Problem({
    kind: 'invalid',
    what: `there is no column "${column}"`,
    where: `${file}:${line}`,
    why: `the columns are ${Object.keys(row).join(', ')}`,
    next: 'correct --time or --map',
  })
}

function instant(
  text: string,
  timezone: string,
  { file, line }: { file: string; line: number },
): TimeUs {
  const iso = text.replace(' ', 'T')
  try {
    const at = /(?:Z|[+-]\d{2}:?\d{2})$/.test(iso)
      ? Temporal.Instant.from(iso)
      : Temporal.PlainDateTime.from(iso).toZonedDateTime(timezone).toInstant()
    return timeUs(Number(at.epochNanoseconds / 1_000n))
  } catch (error) {
    throw new Problem(
      {
        kind: 'invalid',
        what: `"${text}" is not a time in ${timezone}`,
        where: `${file}:${line}`,
        why: error instanceof Error ? error.message : String(error),
        next: 'times look like 2026-11-20 13:31:00 or 2026-11-20T13:31:00Z',
      },
      { cause: error },
    )
  }
}

/** Parses `flow=Volume Flow RateRMS`, once for each point. */
export function pointMap(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const [point = '', ...column] = text.split('=')
      if (point !== '' && column.length > 0) return [point, column.join('=')]
      throw new Problem({
        kind: 'invalid',
        what: `--map "${text}" is not point=column`,
        next: 'for instance --map flow="Volume Flow RateRMS"',
      })
    }),
  )
}
