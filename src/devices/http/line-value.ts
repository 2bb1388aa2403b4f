/** A value of a line: a whole number keeps its digits, because a plain number loses them beyond 2^53. */
export type FieldValue = number | string | boolean | { readonly digits: string }

/** Why a line cannot be read; never leaves the parser. */
export class Fault extends Error {
  override readonly name = 'Fault'
}

/** A value that stands without quotes. Throws Fault. */
export function bareValue(name: string, word: string): FieldValue {
  if (/^(?:t|T|true|True|TRUE)$/.test(word)) return true
  if (/^(?:f|F|false|False|FALSE)$/.test(word)) return false
  if (/^-?\d{1,20}i$|^\d{1,20}u$/.test(word)) return wholeNumber(name, word)
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(word)) {
    const value = Number(word)
    if (Number.isFinite(value)) return value
    throw new Fault(`the field ${name} is larger than a number can be`)
  }
  const hint = /^[+-]?\d+$/.test(word.replace(/,.*/, '')) ? '; decimals have a point' : ''
  const shown = JSON.stringify(word.slice(0, 40))
  throw new Fault(
    `the field ${name} is ${shown}: a number, true, false or a text in quotes${hint}`,
  )
}

function wholeNumber(name: string, word: string): FieldValue {
  const value = BigInt(word.slice(0, -1))
  const fits = word.endsWith('i')
    ? BigInt.asIntN(64, value) === value
    : BigInt.asUintN(64, value) === value
  if (fits) return { digits: String(value) }
  throw new Fault(`the field ${name} does not fit into 64 bits`)
}
