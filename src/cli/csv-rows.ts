import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
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
 * Reads a CSV file with a header row, row by row, once and from front to back, so that it may come
 * out of a pipe (`source`). The separator (`;`, `,` or tab) and a decimal comma are found out by
 * themselves. Throws Problem invalid that names file and line.
 */
export async function* csvRows(
  shape: CsvShape,
  source?: AsyncIterable<Buffer>,
): AsyncGenerator<CsvRow> {
  // Opened when the first row is asked for, so that somebody is there to hear that it is not there.
  const bytes: AsyncIterable<Buffer> = source ?? createReadStream(shape.file)
  const chunks = bytes[Symbol.asyncIterator]()
  const beginning = await header(chunks)
  const parser = parse({
    columns: true,
    bom: true,
    delimiter: separator(beginning),
    skipEmptyLines: true,
    maxRecordSize: 1_000_000,
    info: true,
  })
  // Hands what goes wrong with the file on to whoever reads the rows.
  pipeline(Readable.from(whole(beginning, chunks)), parser, () => {})
  try {
    for await (const raw of parser) {
      const { info, record } = parsedRow.parse(raw)
      yield toRow(record, shape, info.lines)
    }
  } catch (error) {
    throw error instanceof CsvError ? notCsv(shape.file, error) : error
  }
}

/** Bytes of the file in which the header row must end. */
const longestHeader = 64 * 1024

/** The first bytes, with the header row if it is not too long. */
async function header(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  while (bytes.length < longestHeader) {
    const { value, done } = await chunks.next()
    if (done === true) break
    bytes = Buffer.concat([bytes, value])
    // A blank line is not the header.
    if (/\S[^\n]*\n/.test(bytes.toString('utf8'))) break
  }
  return bytes
}

async function* whole(
  beginning: Buffer,
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield beginning
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value
  } finally {
    await rest.return?.()
  }
}

/** The separator of the header row. A comma counts last: others use it in numbers and names. */
function separator(beginning: Buffer): string {
  const [header = ''] = beginning.toString('utf8').trimStart().split(/\r?\n/, 1)
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
