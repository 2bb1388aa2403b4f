/**
 * Text as it stands in InfluxDB: without line feeds, so that one reading is one line for every server
 * that reads line protocol, also for those that cut at line feeds before they look at quotes; then
 * a device could send lines of its own inside a text. Only texts with a line feed or a backslash
 * look different there.
 */
export function encodeText(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)
}

/** What `encodeText` was given. */
export function decodeText(stored: string): string {
  return stored.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
}
