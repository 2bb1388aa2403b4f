import { bareValue, Fault, type FieldValue } from './line-value.ts'

/** One line of InfluxDB's line protocol. */
export interface Line {
  /** From 1, counted in the whole body. */
  readonly number: number
  readonly measurement: string
  readonly tags: ReadonlyMap<string, string>
  readonly fields: ReadonlyMap<string, FieldValue>
  /** As written, in the precision that the request says; undefined: the sender leaves it to us. */
  readonly timestamp: bigint | undefined
}

/** A line that cannot be understood. */
export interface LineFault {
  readonly number: number
  /** What is wrong with it, for whoever set up the sender. */
  readonly why: string
  /** Start of the line, at most 80 characters. */
  readonly start: string
}

/** Longest measurement, tag name, tag value or field name, in characters. */
const MAX_NAME = 500
/** Most tags, and most fields, of one line. */
const MAX_PARTS = 256
const backslash = 0x5c
const comma = 0x2c
const equals = 0x3d
const space = 0x20
const quote = 0x22
const newline = 0x0a

/**
 * Reads a body line by line. Blank lines and those that begin with `#` are passed over. A line that
 * cannot be read yields why and does not disturb the next one; only a text that never closes its
 * quotes ends the reading, because nobody knows where its line ends. Never throws.
 */
export function* parseLines(text: string): Generator<Line | LineFault> {
  let at = 0
  let number = 1
  while (at < text.length) {
    const start = at
    const here = number
    const end = endOfLine(text, at)
    if (end === 'open') {
      yield fault(
        text,
        { start, number: here },
        'a text in quotes is never closed; the rest of the body was not read',
      )
      return
    }
    number += lineBreaks(text, start, end)
    number += 1
    at = end + 1
    const line = parseLine(text, { start, end: trimmedEnd(text, start, end), number: here })
    if (line !== undefined) yield line
  }
}

export function isFault(line: Line | LineFault): line is LineFault {
  return 'why' in line
}

interface Span {
  readonly start: number
  readonly end: number
  readonly number: number
}

function parseLine(text: string, span: Span): Line | LineFault | undefined {
  let { start } = span
  while (start < span.end && isBlank(text.charCodeAt(start))) start += 1
  if (start === span.end || text[start] === '#') return undefined
  try {
    return new LineReader(text, { ...span, start }).read()
  } catch (error) {
    if (error instanceof Fault) return fault(text, span, error.message)
    throw error
  }
}

/** Reads one line from left to right. */
class LineReader {
  readonly #text: string
  readonly #end: number
  readonly #number: number
  #at: number

  constructor(text: string, { start, end, number }: Span) {
    this.#text = text
    this.#at = start
    this.#end = end
    this.#number = number
  }

  read(): Line {
    const measurement = this.#name('measurement', comma)
    if (measurement === '') throw new Fault('it has no measurement')
    const tags = new Map<string, string>()
    while (this.#take(comma)) this.#tag(tags)
    if (!this.#take(space)) throw new Fault('it has no fields')
    this.#skipBlanks()
    const fields = new Map<string, FieldValue>()
    do this.#field(fields)
    while (this.#take(comma))
    this.#skipBlanks()
    return { number: this.#number, measurement, tags, fields, timestamp: this.#timestamp() }
  }

  #tag(tags: Map<string, string>): void {
    const name = this.#name('tag', comma, equals)
    if (name === '' || !this.#take(equals)) throw new Fault('a tag is not NAME=VALUE')
    const value = this.#name(`tag ${name}`, comma, equals)
    if (value === '') throw new Fault(`the tag ${name} has no value`)
    put(tags, name, value, 'tag')
  }

  #field(fields: Map<string, FieldValue>): void {
    if (this.#at >= this.#end) throw new Fault('it has no fields')
    const name = this.#name('field', comma, equals)
    if (name === '' || !this.#take(equals)) throw new Fault('a field is not NAME=VALUE')
    put(fields, name, this.#value(name), 'field')
  }

  #value(name: string): FieldValue {
    if (this.#take(quote)) return this.#quoted(name)
    const start = this.#at
    while (this.#at < this.#end && !isOneOf(this.#code(), comma, space)) this.#at += 1
    return bareValue(name, this.#text.slice(start, this.#at))
  }

  #quoted(name: string): string {
    let value = ''
    let start = this.#at
    for (; this.#at < this.#end; this.#at += 1) {
      const code = this.#code()
      if (code === quote) return value + this.#closed(name, start)
      if (code !== backslash) continue
      const next = this.#text.charCodeAt(this.#at + 1)
      if (next !== quote && next !== backslash) continue
      value += this.#text.slice(start, this.#at)
      this.#at += 1
      start = this.#at
    }
    throw new Fault(`the text of ${name} is never closed`)
  }

  /** The last piece of a text, up to the closing quote, which is passed over. */
  #closed(name: string, start: number): string {
    const piece = this.#text.slice(start, this.#at)
    this.#at += 1
    if (this.#at < this.#end && !isOneOf(this.#code(), comma, space)) {
      throw new Fault(`something stands behind the closing quote of ${name}`)
    }
    return piece
  }

  #timestamp(): bigint | undefined {
    const word = this.#text.slice(this.#at, this.#end).trim()
    if (word === '') return undefined
    if (!/^-?\d{1,19}$/.test(word)) {
      throw new Fault(`the time ${JSON.stringify(word.slice(0, 40))} is no whole number`)
    }
    return BigInt(word)
  }

  /** Up to a blank or one of the characters given; a backslash makes each of them ordinary. */
  #name(what: string, stop: number, other = stop): string {
    let value = ''
    let start = this.#at
    for (; this.#at < this.#end; this.#at += 1) {
      const code = this.#code()
      if (code === space || code === stop || code === other) break
      if (code !== backslash || this.#at + 1 >= this.#end) continue
      const next = this.#text.charCodeAt(this.#at + 1)
      if (next !== space && next !== stop && next !== other) continue
      value += this.#text.slice(start, this.#at)
      this.#at += 1
      start = this.#at
    }
    value += this.#text.slice(start, this.#at)
    if (value.length > MAX_NAME) {
      throw new Fault(`a ${what} is longer than ${MAX_NAME} characters`)
    }
    return value
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at)
  }

  #take(code: number): boolean {
    if (this.#at >= this.#end || this.#code() !== code) return false
    this.#at += 1
    return true
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && this.#code() === space) this.#at += 1
  }
}

function put<V>(into: Map<string, V>, name: string, value: V, what: string): void {
  if (name === '__proto__' || name === 'constructor') {
    throw new Fault(`the name ${name} is not taken; rename it at the sender`)
  }
  if (into.has(name)) throw new Fault(`the ${what} ${name} stands twice`)
  if (into.size >= MAX_PARTS) throw new Fault(`it has more than ${MAX_PARTS} ${what}s`)
  into.set(name, value)
}

/**
 * Index of the line's end; `open` when a quote is never closed. Quotes count only behind the first
 * unescaped blank, where the fields stand, and only as the first character of a value: in a tag they
 * are ordinary.
 */
function endOfLine(text: string, start: number): number | 'open' {
  const first = skipSpaces(text, start)
  if (text[first] === '#') return endOfComment(text, first)
  let inFields = false
  let inQuotes = false
  for (let at = first; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === newline && !inQuotes) return at
    if (code === backslash) {
      if (isEscaped(text.charCodeAt(at + 1), inQuotes)) at += 1
    } else if (code === space) inFields = true
    else if (code === quote) inQuotes = !inQuotes && inFields && text[at - 1] === '='
  }
  return inQuotes ? 'open' : text.length
}

function skipSpaces(text: string, start: number): number {
  let at = start
  while (text.charCodeAt(at) === space) at += 1
  return at
}

function endOfComment(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}

function isEscaped(code: number, inQuotes: boolean): boolean {
  return inQuotes
    ? isOneOf(code, quote, backslash)
    : code === space || isOneOf(code, comma, equals)
}

function trimmedEnd(text: string, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(text.charCodeAt(at - 1))) at -= 1
  // A blank behind a backslash belongs to a name; such a line has no fields and is refused for that.
  return at
}

/** Line breaks inside the quotes of one line. */
function lineBreaks(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; count += 1) {
    at = text.indexOf('\n', at + 1)
  }
  return count
}

function isBlank(code: number): boolean {
  return code === space || code === 0x0d || code === 0x09
}

function isOneOf(code: number, one: number, other: number): boolean {
  return code === one || code === other
}

function fault(
  text: string,
  { start, number }: { readonly start: number; readonly number: number },
  why: string,
): LineFault {
  const [first = ''] = text.slice(start, start + 80).split('\n')
  return { number, why, start: first }
}
