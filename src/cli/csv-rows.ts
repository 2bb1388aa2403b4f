import { open, type FileHandle } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'
import { z } from 'zod'
import { Problem } from '../domain/problem.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'

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

/** A row, and the line it ends on: blank lines and line ends in quotes count, too. */
const parsedRow = z.object({
  info: z.object({ lines: z.int() }),
  record: z.record(z.string(), z.string()),
})

/**
 * Reads a CSV file with a header row, row by row. The separator (`;`, `,` or tab) and a decimal
 * comma are found out by themselves. Throws Problem invalid that names file and line.
 */
export async function* csvRows(shape: CsvShape): AsyncGenerator<CsvRow> {
  // Opened first, so that a file that is not there is said before anything is read.
  await using handle = await open(shape.file)
  const delimiter = await separator(handle)
  const parser = handle.createReadStream({ start: 0 }).pipe(
    parse({
      columns: true,
      bom: true,
      delimiter,
      skipEmptyLines: true,
      maxRecordSize: 1_000_000,
      info: true,
    }),
  )
  try {
    for await (const raw of parser) {
      const { info, record } = parsedRow.parse(raw)
      yield toRow(record, shape, info.lines)
    }
  } catch (error) {
    throw error instanceof CsvError ? notCsv(shape.file, error) : error
  }
}

/** Characters of the file in which the header row must end. */
const longestHeader = 64 * 1024

/** The separator of the header row. A comma counts last: others use it in numbers and names. */
async function separator(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read({
    buffer: Buffer.alloc(longestHeader),
    position: 0,
  })
  const [header = ''] = buffer.toString('utf8', 0, bytesRead).trimStart().split(/\r?\n/, 1)
  const bare = header.replaceAll(/"[^"]*"/g, '')
  return ['\t', ';'].find((one) => bare.includes(one)) ?? ','
}

function notCsv(file: string, error: CsvError): Problem {
  const line = z.int().catch(1).parse(error['lines'])
  return new Problem(
    {
      kind: 'invalid',
      what: 'the file is not the CSV it seems to be',
      where: `${file}:${line}`,
      why: error.message,
      next: 'correct the row; every row has as many fields as the header',
    },
    { cause: error },
  )
}

function toRow(row: Record<string, string>, shape: CsvShape, line: number): CsvRow {
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
  row: Record<string, string>,
  column: string,
  { file, line }: { file: string; line: number },
): string {
  const text = row[column]
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
