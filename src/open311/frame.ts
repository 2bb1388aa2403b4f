/** A description as FixaMinGata frames it, taken apart. */
export interface Framed {
  readonly title: string
  readonly text: string
  /** Where the report stands there; undefined when that line is missing or no address. */
  readonly link: string | undefined
}

const labels = ['Titel', 'Beskrivning', 'Länk till ärendet'] as const
const signature = 'Skickad via FixaMinGata'

/**
 * Takes the frame off: a title, what the citizen wrote, a link back and a signature, each after a
 * blank line. Undefined for a description that does not begin with the title and carries neither
 * link nor signature. The citizen's own text may hold the same words: of a label after the text
 * only the last counts.
 */
export function readFrame(description: string): Framed | undefined {
  const lines = description.normalize('NFC').split(/\r\n|\r|\n/)
  const first = lines.findIndex((line) => line.trim() !== '')
  const title = valueOf(lines[first], labels[0])
  if (title === undefined) return undefined
  const end = lines.findLastIndex((line) => line.trim() === signature)
  const rest = lines.slice(first + 1, end > first ? end : undefined)
  const linkAt = linkLine(rest)
  if (end <= first && linkAt < 0) return undefined
  const body = linkAt < 0 ? rest : rest.slice(0, linkAt)
  const starts = body.findIndex((line) => valueOf(line, labels[1]) !== undefined)
  // A title of several lines: what stands before the text belongs to it.
  const more = starts < 0 ? [] : body.slice(0, starts)
  const said = starts < 0 ? body : textFrom(body, starts)
  return {
    title: joined([title, ...more]).replaceAll('\n', ' '),
    text: joined(said),
    link: linkAt < 0 ? undefined : address(valueOf(rest[linkAt], labels[2]) ?? ''),
  }
}

/** The last line with the link: after it comes nothing that is not empty. */
function linkLine(lines: readonly string[]): number {
  const at = lines.findLastIndex((line) => line.trim() !== '')
  return valueOf(lines[at], labels[2]) === undefined ? -1 : at
}

function textFrom(lines: readonly string[], at: number): readonly string[] {
  return [valueOf(lines[at], labels[1]) ?? '', ...lines.slice(at + 1)]
}

function valueOf(line: string | undefined, label: string): string | undefined {
  const start = `${label}:`
  return line?.startsWith(start) === true ? line.slice(start.length).trimStart() : undefined
}

function joined(lines: readonly string[]): string {
  return lines.join('\n').trim()
}

function address(line: string): string | undefined {
  const text = line.trim()
  return /^https?:\/\/\S{1,500}$/.test(text) ? text : undefined
}
