/** Turns the writing around, or marks what nobody sees; after it a line may look like another one. */
const unseen = /[\u200B\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g

/**
 * Text as the database, a mail and a list can carry it: no control characters but line feed and tab, no
 * half characters, nothing that turns the writing of other lines around or that cannot be seen, trimmed.
 * What joins letters or signs of one word (ZWJ, ZWNJ) stays.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u2028\u2029]/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .replaceAll(unseen, '')
    .trim()
}
