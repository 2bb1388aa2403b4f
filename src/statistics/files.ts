import { csvLines, csvText } from '../domain/csv.ts'
import type { Cell } from './table.ts'

/** A table as CSV: RFC 4180, UTF-8 without a mark; an empty cell where nothing can be said. */
export function tableAsCsv(table: readonly (readonly Cell[])[]): string {
  return csvLines(table.map((row) => row.map(csvCell)))
}

/** A table as an Excel workbook with one sheet, its first row bold. */
export async function tableAsXlsx(
  table: readonly (readonly Cell[])[],
  sheet: string,
): Promise<Buffer> {
  // Loaded with the first workbook: it takes 15 MB.
  const { default: writeXlsxFile } = await import('write-excel-file/node')
  const [head = [], ...rows] = table
  const data = [
    head.map((cell) => ({ value: String(cell ?? ''), fontWeight: 'bold' as const })),
    ...rows.map((row) => row.map((value) => (value === null ? null : { value }))),
  ]
  return await writeXlsxFile(data, { sheet }).toBuffer()
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  return typeof cell === 'number' ? String(cell) : csvText(cell)
}
