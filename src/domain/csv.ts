/**
 * One cell of text as RFC 4180 writes it. What a spreadsheet would run as a formula gets an
 * apostrophe (OWASP, "CSV Injection").
 */
export function csvText(words: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(words) ? `'${words}` : words
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A header and rows of finished cells: commas, CRLF. */
export function csvLines(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.join(',')}\r\n`).join('')
}
