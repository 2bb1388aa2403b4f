import { isUtf8 } from 'node:buffer'
import { Problem } from '../domain/problem.ts'

/**
 * The text of a CSV file in whatever programs write here: UTF-8, UTF-16, or ISO 8859-1, which Excel saves in
 * Windows' dialect of it (windows-1252). UTF-16 is known by its mark or by the zeros beside its first
 * letter, the others by the first byte beyond ASCII: it begins a character of UTF-8 or is one itself.
 * Throws Problem invalid, by line, where the bytes of a file do not go on as they began.
 */
export async function* csvText(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  const reader = new Reader(file)
  for await (const chunk of bytes) yield reader.read(chunk, true)
  yield reader.read(new Uint8Array(), false)
}

class Reader {
  readonly #file: string
  /** Undefined while everything was ASCII: then it is open what the file is. */
  #decoder: TextDecoder | undefined
  /** What is not decoded yet, because it says too little alone. */
  #rest: Uint8Array = new Uint8Array()
  #isFirst = true
  #line = 1

  constructor(file: string) {
    this.#file = file
  }

  /** Text of the next bytes; `more` says whether others will come. */
  read(chunk: Uint8Array, more: boolean): string {
    const text =
      this.#decoder === undefined ? this.#open(chunk, more) : this.#decode(chunk, more)
    this.#line += linesIn(text)
    return text
  }

  #open(chunk: Uint8Array, more: boolean): string {
    const bytes = Buffer.concat([this.#rest, chunk])
    if (this.#isFirst) {
      if (more && bytes.length < 2) {
        this.#rest = bytes
        return ''
      }
      this.#isFirst = false
      const wide = wideEncoding(bytes)
      if (wide !== undefined) return this.#decide(wide, bytes, more)
    }
    const at = bytes.findIndex((byte) => byte > 0x7f)
    const ascii = bytes.subarray(0, at < 0 ? bytes.length : at)
    this.#rest = bytes.subarray(ascii.length)
    // The longest character of UTF-8 has four bytes.
    if (at < 0 || (more && this.#rest.length < 4)) return ascii.toString('latin1')
    const narrow = beginsUtf8(this.#rest) ? 'utf-8' : 'windows-1252'
    return ascii.toString('latin1') + this.#decide(narrow, this.#rest, more)
  }

  #decide(encoding: string, bytes: Uint8Array, more: boolean): string {
    this.#decoder = new TextDecoder(encoding, { fatal: true })
    return this.#decode(bytes, more)
  }

  #decode(bytes: Uint8Array, more: boolean): string {
    const { encoding } = this.#decoder ?? {}
    try {
      return this.#decoder?.decode(bytes, { stream: more }) ?? ''
    } catch (cause) {
      const [before = ''] = new TextDecoder(encoding).decode(bytes).split('\uFFFD', 1)
      throw new Problem(
        {
          kind: 'invalid',
          what: 'the file is in two encodings',
          where: `${this.#file}:${this.#line + linesIn(before)}`,
          why: `it begins as ${encoding} and does not go on so`,
          next: 'save it again as UTF-8',
        },
        { cause },
      )
    }
  }
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}

/** By its mark (Unicode 16.0, 23.8), or because every other byte of plain letters is 0. */
function wideEncoding([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === undefined || second === undefined) return undefined
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0))
    return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0))
    return 'utf-16be'
  return undefined
}

/** Whether a whole character of several bytes stands there (RFC 3629, 4). */
function beginsUtf8(bytes: Uint8Array): boolean {
  const [lead = 0] = bytes
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  return bytes.length >= length && isUtf8(bytes.subarray(0, length))
}
