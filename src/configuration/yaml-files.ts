import {
  isAlias,
  isMap,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type YAMLParseError,
} from 'yaml'
import type { Json } from './json.ts'
import { MAX_MISTAKES, type Mistake } from './mistake.ts'
import { keyText, offsetOf, toPlain, type Refuse } from './yaml-plain.ts'

/** Bytes a file may have; assets are many, all else is short. */
const MAX_BYTES = 256 * 1024
export const MAX_ASSET_BYTES = 4 * 1024 * 1024

/** A place in a file. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A file that is sound YAML; whether it says anything sensible is for others to find out. */
export interface YamlFile {
  readonly path: string
  readonly value: Json
  /** Where the value (or its key) stands; what is missing is pointed to by what should hold it. */
  readonly at: (path: readonly PropertyKey[], part?: 'key' | 'value') => Place
}

export type YamlResult =
  | { readonly ok: true; readonly file: YamlFile }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** Parses YAML 1.2 (core schema: `no` is a text). Reports at most `MAX_MISTAKES`. */
export function parseYamlFile(path: string, text: string): YamlResult {
  const limit = /(?:^|\/)assets[^/]*(?:$|\/)/.test(path) ? MAX_ASSET_BYTES : MAX_BYTES
  if (Buffer.byteLength(text) > limit) {
    const what = `the file is larger than ${limit / 1024} KiB`
    const next = 'split it; files named assets… may have 4096 KiB'
    return { ok: false, mistakes: [{ file: path, line: 1, column: 1, what, next }] }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    // Ours is linear and names both kinds of duplicates; the package's compares every key with every other.
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    // At 'silent' the package would drop every document but the first without a word.
    logLevel: 'error',
    lineCounter: lines,
  })
  const mistakes: Mistake[] = []
  const refuse: Refuse = (offset, what, more) => {
    if (mistakes.length >= MAX_MISTAKES) return
    mistakes.push({ file: path, ...placeOf(lines, offset), what, ...more })
  }
  refuseSyntax(document, refuse)
  if (mistakes.length > 0) return { ok: false, mistakes }
  const value = toPlain(document, refuse)
  if (mistakes.length > 0) return { ok: false, mistakes }
  return {
    ok: true,
    file: {
      path,
      value,
      at: (at, part = 'value') => placeOf(lines, findOffset(document, at, part)),
    },
  }
}

/** File, line and column of a part, for a mistake in it. */
export function placeIn(
  file: YamlFile,
  path: readonly PropertyKey[],
  part: 'key' | 'value' = 'value',
): Place & { readonly file: string } {
  return { file: file.path, ...file.at(path, part) }
}

function placeOf(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function refuseSyntax({ errors }: Document.Parsed, refuse: Refuse): void {
  // One exhausted parser leaves hundreds of errors behind it; the first says it all.
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (exhausted !== undefined) {
    refuse(exhausted.pos[0], 'nested too deeply to be read')
    return
  }
  for (const error of errors.slice(0, MAX_MISTAKES)) {
    const { what, ...more } = syntaxWords(error)
    refuse(error.pos[0], what, more)
  }
}

function syntaxWords({ code, message }: YAMLParseError): {
  what: string
  why?: string
  next?: string
} {
  if (code === 'MULTIPLE_DOCS') {
    return { what: 'a second document starts here', next: 'put it into a file of its own' }
  }
  if (code === 'TAB_AS_INDENT') {
    return { what: 'a tab cannot indent in YAML', next: 'indent with spaces' }
  }
  return { what: 'this is not YAML', why: message }
}

/** Follows the path as far as it exists. A part that is missing is pointed to by the key of its holder. */
function findOffset(
  document: Document,
  path: readonly PropertyKey[],
  part: 'key' | 'value',
): number {
  let node: unknown = document.contents
  let keyOffset = offsetOf(node)
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === String(step))
      if (pair === undefined) return keyOffset
      keyOffset = offsetOf(pair.key)
      node = pair.value
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)]
      if (item === undefined) return keyOffset
      keyOffset = offsetOf(item)
      node = item
    } else {
      return keyOffset
    }
  }
  return part === 'key' ? keyOffset : offsetOf(node) || keyOffset
}
