/**
 * What somebody wrote themselves: without what they answer to, and without what a telephone adds.
 * Programs mark quotes in their own ways and languages; where in doubt a line stays.
 */

/** `-----Original Message-----`, as Outlook and others have it. */
const divider =
  /^[-_*\s]{2,40}(?:ursprungligt meddelande|opprinnelig melding|original message|vidarebefordrat meddelande|videresendt melding|forwarded message|begin forwarded message)\s*[-_*:\s]*$/i
const ruler = /^_{10,}$/
const fromLine = /^\*?(?:från|fra|from)\*?:\s*\S/i
const dateLine = /^\*?(?:skickat|sendt|sent|datum|dato|date)\*?:\s*\S/i
/** Who said when, before a quote: `Den tors 19 nov. 2026 kl 14:03 skrev Anna <a@b.se>:` */
const attribution = /(?:\bskrev\b|\bwrote\b).{0,250}:$/i
const telephone =
  /^(?:skickat från min|sendt fra min|sent from my|hämta outlook för|last ned outlook for|få outlook for|get outlook for|skickat från outlook|sendt fra outlook|sent from outlook)\b.{0,80}$/i

/** Lines that are looked at; a person writes less. */
const LINES = 5_000
/** Characters of a line that a program wrote; longer ones are somebody's. */
const LONGEST = 400
/** Lines over which a program may break an attribution or a block of headers. */
const TOGETHER = 4

/** The own words; of a letter that only passes another one on, all of it. */
export function ownWords(text: string): string {
  const lines = text.split('\n', LINES)
  const own: string[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (beginsBlock(lines, index)) break
    const last = lastOfAttribution(lines, index)
    if (last === undefined) {
      if (!line.startsWith('>')) own.push(line)
      continue
    }
    // Some answer between the lines of the quote; where it is not marked, it goes to the end.
    if (!isMarkedAfter(lines, last)) break
    index = last
  }
  const words = tidy(withoutSignature(own))
  return words === '' ? tidy(lines.map((line) => line.replace(/^(?:>\s?)+/, ''))) : words
}

function beginsBlock(lines: readonly string[], index: number): boolean {
  const line = (lines[index] ?? '').trim()
  if (line === '' || line.length > LONGEST) return false
  if (divider.test(line)) return true
  return ruler.test(line) ? blockOfHeaders(lines, index + 1) : blockOfHeaders(lines, index)
}

function isMarkedAfter(lines: readonly string[], index: number): boolean {
  const next = lines
    .slice(index + 1, index + 1 + TOGETHER)
    .find((line) => line.trim() !== '')
  return next?.startsWith('>') === true
}

function blockOfHeaders(lines: readonly string[], index: number): boolean {
  const block = lines
    .slice(index, index + TOGETHER + 1)
    .map((line) => line.slice(0, LONGEST).trim())
  const start = block.findIndex((line) => line !== '')
  if (start === -1 || start > 1 || !fromLine.test(block[start] ?? '')) return false
  return block.slice(start + 1).some((line) => dateLine.test(line))
}

/**
 * The last line of one that begins here; undefined when none does. Long ones are broken over lines;
 * each names a time.
 */
function lastOfAttribution(lines: readonly string[], index: number): number | undefined {
  let joined = ''
  for (let at = index; at < Math.min(lines.length, index + TOGETHER - 1); at += 1) {
    const next = (lines[at] ?? '').replace(/^>\s?/, '').trim()
    if (next === '' || joined.length + next.length > LONGEST) return undefined
    joined = joined === '' ? next : `${joined} ${next}`
    if (attribution.test(joined)) return /\d/.test(joined) ? at : undefined
  }
  return undefined
}

function withoutSignature(lines: readonly string[]): readonly string[] {
  const mark = lines.findIndex((line) => /^--\s?$/.test(line))
  const kept = mark === -1 ? lines : lines.slice(0, mark)
  return kept.filter((line) => !telephone.test(line.trim()))
}

function tidy(lines: readonly string[]): string {
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
