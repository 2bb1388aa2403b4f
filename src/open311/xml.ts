/** What an answer says: the same for XML and JSON. */
export type Said =
  | string
  | number
  | boolean
  | null
  | readonly Said[]
  | { readonly [name: string]: Said }

/** What an entry of a list is called in XML. Another list is its own name, once for each entry. */
const entryOf: Readonly<Record<string, string>> = {
  services: 'service',
  groups: 'group',
  attributes: 'attribute',
  values: 'value',
  service_requests: 'request',
  service_request_updates: 'request_update',
  errors: 'error',
  endpoints: 'endpoint',
  formats: 'format',
}

/**
 * A document as the Spark convention turns JSON into XML: fields are elements, null is an empty one.
 * The names of fields must be names that XML allows; they are ours and not escaped.
 */
export function writeXml(root: string, said: Said): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${element(root, said)}\n`
}

function element(name: string, said: Said): string {
  const content = inside(name, said)
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`
}

function inside(name: string, said: Said): string {
  if (said === null) return ''
  if (typeof said !== 'object') return escapeXml(String(said))
  if (isList(said)) {
    return said.map((one) => element(entryOf[name] ?? name, one)).join('')
  }
  return Object.entries(said)
    .map(([field, value]) => fieldOf(field, value))
    .join('')
}

function fieldOf(name: string, value: Said): string {
  if (!isList(value) || entryOf[name] !== undefined) return element(name, value)
  if (value.length === 0) return element(name, null)
  return value.map((one) => element(name, one)).join('')
}

function isList(said: Said): said is readonly Said[] {
  return Array.isArray(said)
}

/** Everything but the characters of XML 1.0, production 2: control characters and lone surrogates. */
const unspeakable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser would make a line feed of it.
  '\r': '&#13;',
}

/** Text as it may stand in an element. What XML cannot carry is left out. */
export function escapeXml(text: string): string {
  return speakable(text).replaceAll(/[&<>"'\r]/g, (found) => escapes[found] ?? '')
}

/** The text without the characters that no XML document may hold. */
export function speakable(text: string): string {
  return text.replaceAll(unspeakable, '')
}
