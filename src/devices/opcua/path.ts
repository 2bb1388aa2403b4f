/** One step of a browse path: a browse name whose namespace is said by prefix. */
export interface Segment {
  /** A key of the type's `namespaces`, or `0` for OPC UA's own. */
  readonly prefix: string
  /** May hold `*` for any characters. */
  readonly name: string
}

export type ParsedPath =
  | { readonly ok: true; readonly segments: readonly Segment[] }
  | { readonly ok: false; readonly why: string }

/** Most steps of one path. */
const mostSegments = 32

/**
 * Parses `p:WetWell/p:Level`, or `/0:Objects/p:Stations` with a slash in front when `from` is the
 * server's root. `&` takes the special meaning from the character behind it, as OPC UA writes it.
 */
export function parsePath(text: string, from: 'device' | 'server'): ParsedPath {
  if (/^ns=\d+;|^nsu=|^[isgb]=/.test(text)) {
    return wrong(
      `${shown(text)} is a node id; write a browse path such as p:WetWell/p:Level, because servers number namespaces and nodes anew`,
    )
  }
  const absolute = text.startsWith('/')
  if (absolute !== (from === 'server')) {
    return wrong(
      absolute
        ? `${shown(text)} begins with /, and a point's path begins at the device's root: leave the / out`
        : `${shown(text)} must begin with / and then the server's own root, as in /0:Objects/p:Stations`,
    )
  }
  const segments: Segment[] = []
  for (const piece of pieces(absolute ? text.slice(1) : text)) {
    const parsed = segmentOf(piece)
    if (typeof parsed === 'string') return wrong(parsed)
    segments.push(parsed)
  }
  if (segments.length > mostSegments) return wrong(`more than ${mostSegments} steps`)
  return { ok: true, segments }
}

/** `p:Level` again, with `&` where a character would be read as part of the path. */
export function segmentText({ prefix, name }: Segment): string {
  return `${prefix}:${name.replaceAll(/[&/:]/g, '&$&')}`
}

/** Whether a browse name is one of those that a name with `*` stands for. */
export function matchesGlob(glob: string, name: string): boolean {
  if (!glob.includes('*')) return glob === name
  // Pieces are looked for one after the other: no backtracking, whatever the pattern.
  const [head = '', ...rest] = glob.split('*')
  const tail = rest.pop() ?? ''
  if (!name.startsWith(head) || name.length < head.length + tail.length) return false
  let at = head.length
  const end = name.length - tail.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return name.endsWith(tail)
}

/** A condition of a point: where its source stands, and its name: `p:Pump1/Fault`, or just `Fault`. */
export interface ConditionPlace {
  readonly source: readonly Segment[]
  readonly name: string
}

/** The last step of a condition's text is its name, which has no namespace. */
export function parseCondition(
  text: string,
): ({ readonly ok: true } & ConditionPlace) | { readonly ok: false; readonly why: string } {
  const all = pieces(text)
  const name = (all.pop() ?? '').replaceAll(/&(.)/g, '$1')
  if (name === '') return wrong('the name of the condition is missing at the end')
  if (all.length === 0) return { ok: true, source: [], name }
  const source = parsePath(all.join('/'), 'device')
  return source.ok ? { ok: true, source: source.segments, name } : source
}

function segmentOf(piece: string): Segment | string {
  if (piece === '') return 'a step of the path is empty: two slashes, or one at the end'
  const [, prefix, rest] = /^((?:[^&:]|&.)*?):(.*)$/s.exec(piece) ?? []
  if (prefix === undefined || rest === undefined) {
    return `${shown(piece)} has no namespace: write p:${piece} with a prefix of the type, or 0:${piece} for OPC UA's own`
  }
  if (/^[1-9]\d*$/.test(prefix)) {
    return `${shown(piece)} names its namespace by index (${prefix}), which changes when the server starts anew: give namespace ${prefix} a prefix in opcua.namespaces by its URI, and write that prefix`
  }
  if (prefix !== '0' && !/^[a-z][a-z0-9]*$/.test(prefix)) {
    return `${shown(prefix)} in ${shown(piece)} is no prefix: small letters and digits, or 0`
  }
  const name = rest.replaceAll(/&(.)/gs, '$1')
  return name === '' ? `${shown(piece)} has no name behind its prefix` : { prefix, name }
}

/** Between slashes that no `&` stands before. */
function pieces(text: string): string[] {
  const found: string[] = []
  let piece = ''
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === '&') {
      piece += char + (text[at + 1] ?? '')
      at += 1
    } else if (char === '/') {
      found.push(piece)
      piece = ''
    } else {
      piece += char
    }
  }
  return [...found, piece]
}

function wrong(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why }
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
