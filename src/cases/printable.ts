/**
 * Text as the database and a mail can carry it: no control characters but line feed and tab, no
 * half characters, trimmed.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trim()
}
