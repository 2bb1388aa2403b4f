import { csv } from './csv.ts'
import type { ExportFormat, LineFormat, NamedReading } from './format.ts'
import { line } from './line.ts'
import { ndjson } from './ndjson.ts'
import { parquetBytes } from './parquet.ts'

const lineFormats: Readonly<Record<Exclude<ExportFormat, 'parquet'>, LineFormat>> = {
  csv,
  ndjson,
  line,
}

/**
 * The rows in the format, as bytes. A page is asked for when the bytes of the one before were
 * taken, so a slow reader holds at most one page in memory. Rejects with what the pages reject
 * with.
 */
export function exportBytes(
  format: ExportFormat,
  pages: AsyncIterable<readonly NamedReading[]>,
): AsyncGenerator<Uint8Array> {
  return format === 'parquet' ? parquetBytes(pages) : lineBytes(lineFormats[format], pages)
}

async function* lineBytes(
  { head, row }: LineFormat,
  pages: AsyncIterable<readonly NamedReading[]>,
): AsyncGenerator<Uint8Array> {
  if (head !== '') yield Buffer.from(head)
  for await (const page of pages) {
    if (page.length > 0) yield Buffer.from(page.map(row).join(''))
  }
}
