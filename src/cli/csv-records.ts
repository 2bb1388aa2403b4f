import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { parse as parseWhole } from 'csv-parse/sync'
import { z } from 'zod'
import { Problem } from '../domain/problem.ts'
import { csvText } from './csv-bytes.ts'

/** A row by the names of its columns, and the line it ends on: blank lines and line ends in quotes count, too. */
export interface CsvRecord {
  readonly line: number
  readonly record: Readonly<Record<string, string>>
}

/** Characters of the file in which the header row must end, and of one row. */
const longestHeader = 64 * 1024
const longestRow = 1_000_000

const parsedRow = z.object({
  info: z.object({ lines: z.int() }),
  record: z.record(z.string(), z.string()),
})

/**
 * Reads a CSV file with a header row, row by row, once and from front to back, so that it may come
 * out of a pipe (`source`) and be of any length. Its encoding and its separator (`;`, `,` or tab) are found
 * out by themselves. Throws Problem invalid that names file and line.
 */
export async function* csvRecords(
  file: string,
  source?: AsyncIterable<Uint8Array>,
): AsyncGenerator<CsvRecord> {
  // Opened when the first row is asked for, so that somebody is there to hear that it is not there.
  const pieces = csvText(file, source ?? createReadStream(file))
  const beginning = await header(file, pieces).catch(async (error: unknown) => {
    await pieces.return(undefined)
    throw error
  })
  const parser = parse({
    columns: true,
    delimiter: separator(beginning),
    skipEmptyLines: true,
    maxRecordSize: longestRow,
    info: true,
  })
  // Hands what goes wrong with the file on to whoever reads the rows.
  pipeline(Readable.from(whole(beginning, pieces)), parser, () => {})
  try {
    for await (const raw of parser) {
      const { info, record } = parsedRow.parse(raw)
      yield { line: info.lines, record }
    }
  } catch (error) {
    throw error instanceof CsvError ? notCsv(file, error) : error
  }
}

/** Names of the columns. Throws Problem invalid for a header row that is none. */
export async function csvColumns(file: string): Promise<readonly string[]> {
  const pieces = csvText(file, createReadStream(file))
  try {
    const beginning = await header(file, pieces)
    const options = { delimiter: separator(beginning), skipEmptyLines: true, toLine: 1 }
    const [names = []]: string[][] = parseWhole(firstLine(beginning), options)
    return names.map((name) => name.trim())
  } catch (error) {
    throw error instanceof CsvError ? notCsv(file, error) : error
  } finally {
    await pieces.return(undefined)
  }
}

/** The first characters, with the header row if it is not too long. */
async function header(file: string, pieces: AsyncIterator<string>): Promise<string> {
  let text = ''
  while (text.length < longestHeader) {
    const { value, done } = await pieces.next()
    if (done === true) break
    text += value
    // A blank line is not the header.
    if (text.trimStart().includes('\n')) return text
  }
  if (text.length < longestHeader) return text
  throw new Problem({
    kind: 'invalid',
    what: 'the file is not the CSV it seems to be',
    where: `${file}:1`,
    why: `its header row has more than ${longestHeader} characters`,
    next: 'name the columns in the first row',
  })
}

async function* whole(
  beginning: string,
  rest: AsyncGenerator<string>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(beginning)
  for await (const text of rest) yield Buffer.from(text)
}

function firstLine(beginning: string): string {
  const [header = ''] = beginning.trimStart().split(/\r?\n/, 1)
  return header
}

/** The separator of the header row. A comma counts last: others use it in numbers and names. */
function separator(beginning: string): string {
  const bare = firstLine(beginning).replaceAll(/"[^"]*"/g, '')
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
