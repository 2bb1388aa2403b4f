import { createMessageParser } from '../devices/json/parse-message.ts'

/** Names of a message that its shape is made of, at most; the rest makes no other shape. */
const MOST_PATHS = 200

/** What is the same in messages of one kind of sender, whatever they measure. */
export interface Shape {
  /** The whole of it, to compare. */
  readonly text: string
  /** Path → JSON type, `$.a[]` for every place of a list; undefined when the message is not JSON. */
  readonly paths: ReadonlyMap<string, string> | undefined
}

const parse = createMessageParser()
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The shape of a message: which names it has and of which types, sorted; or `text`, `binary` and
 * `empty`. Costs one bounded parse; never throws.
 */
export function shapeOfMessage(payload: Uint8Array): Shape {
  if (payload.length === 0) return { text: 'empty', paths: undefined }
  const parsed = parse(payload)
  if (!parsed.ok) return { text: isText(payload) ? 'text' : 'binary', paths: undefined }
  const paths = new Map<string, string>()
  collect(parsed.root, '$', paths)
  const lines = [...paths].map(([path, type]) => `${path}: ${type}`).toSorted()
  return { text: lines.join(', '), paths }
}

/** Depth and names were bounded by the parser. */
function collect(value: unknown, path: string, into: Map<string, string>): void {
  if (into.size >= MOST_PATHS) return
  if (Array.isArray(value)) {
    if (value.length === 0) into.set(`${path}[]`, 'nothing')
    for (const item of value) collect(item, `${path}[]`, into)
    return
  }
  if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) collect(part, `${path}.${name}`, into)
    return
  }
  into.set(path, value === null ? 'null' : typeof value)
}

function isText(payload: Uint8Array): boolean {
  try {
    return !/\p{Cc}/u.test(utf8.decode(payload).replaceAll(/[\t\r\n]/g, ''))
  } catch {
    return false
  }
}

/** A name with its numbers taken out, so that `lamp-17` and `lamp-18` are of one kind. */
export function shapeOfIdentity(identity: string): string {
  return identity
    .replaceAll(/(?<![A-Za-z0-9])(?=[A-Fa-f0-9]*\d)[A-Fa-f0-9]{8,}(?![A-Za-z0-9])/g, '#')
    .replaceAll(/\d+/g, '#')
}
