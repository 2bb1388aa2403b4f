/** What a spreadsheet takes for a formula where a cell begins; Japanese ones the wide signs, too. */
const runs = /^[=+\-@\t\r\n＝＋－＠]/

/**
 * Where a cell begins inside of a text for a spreadsheet that parts by other signs: those set up for Swedish or
 * Norwegian part by semicolons, and then neither our commas nor our quotes hold a cell together.
 */
const runsInside = /(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])/g

/**
 * One cell of text as RFC 4180 writes it. What a spreadsheet would run as a formula gets an
 * apostrophe (OWASP, "CSV Injection").
 */
export function csvText(words: string): string {
  const safe = (runs.test(words) ? `'${words}` : words).replaceAll(runsInside, "'")
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A header and rows of finished cells: commas, CRLF. */
export function csvLines(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.join(',')}\r\n`).join('')
}
