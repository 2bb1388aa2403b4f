import jsonata from 'jsonata'
import { EXPRESSION_STEPS, MAX_RESULT } from './program.ts'

/** What an expression sees beside the message. */
export interface Scope {
  readonly params: unknown
  readonly envelope: unknown
  /** What `$now()` and `$millis()` say, ms since 1970. */
  readonly now: number
}

/** What an expression gave; `value` undefined when it gave nothing. */
export type Evaluated =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly detail: string }

/** A compiled expression. Evaluations of one expression must not overlap. Never rejects. */
export type Evaluate = (root: unknown, scope: Scope) => Promise<Evaluated>

/** Calls within calls, and entries of one list. */
const bounds = { stack: 300, sequence: 10_000 } as const

/** What is wrong with the text of an expression; undefined when it can be compiled. */
export function expressionMistake(text: string): string | undefined {
  try {
    jsonata(text, bounds)
    return undefined
  } catch (error) {
    return wordsOf(error)
  }
}

/**
 * Compiles JSONata once. The result depends on the message and the scope alone: steps are counted
 * instead of milliseconds, time stands still at `now` and there are no dice.
 */
export function compileExpression(text: string): Evaluate {
  let expression: jsonata.Expression
  try {
    expression = jsonata(text, bounds)
  } catch (error) {
    const detail = wordsOf(error)
    return () => Promise.resolve({ ok: false, detail })
  }
  let steps = 0
  let now = 0
  const count = (): void => {
    steps += 1
    if (steps > EXPRESSION_STEPS)
      throw new RangeError(`more than ${EXPRESSION_STEPS} steps`)
  }
  // The package looks its hook up under a symbol, and its types know names of text only.
  const assign: unknown = Reflect.get(expression, 'assign')
  if (typeof assign !== 'function') throw new TypeError('jsonata has no assign any more')
  Reflect.apply(assign, expression, [Symbol.for('jsonata.__evaluate_entry'), count])
  expression.registerFunction('now', () => new Date(now).toISOString())
  expression.registerFunction('millis', () => now)
  for (const name of ['random', 'shuffle']) {
    expression.registerFunction(name, () => {
      throw new RangeError(`$${name} would give something else each time`)
    })
  }
  return async (root, scope) => {
    steps = 0
    ;({ now } = scope)
    try {
      const { params, envelope } = scope
      const value: unknown = await expression.evaluate(root, { params, envelope })
      return plainOf(value)
    } catch (error) {
      return { ok: false, detail: wordsOf(error) }
    }
  }
}

/** As JSON, so that no function and no list with extras leaves, and its size is known. */
function plainOf(value: unknown): Evaluated {
  if (typeof value === 'number' && !Number.isFinite(value))
    return { ok: true, value: String(value) }
  if (typeof value === 'function') return { ok: false, detail: 'the result is a function' }
  const json: unknown = JSON.stringify(value)
  if (typeof json !== 'string') return { ok: true, value: undefined }
  if (json.length > MAX_RESULT) {
    return { ok: false, detail: `the result is longer than ${MAX_RESULT} characters` }
  }
  const plain: unknown = JSON.parse(json)
  return { ok: true, value: plain }
}

function wordsOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error).slice(0, 200)
  const message = 'message' in error ? String(error.message) : 'it failed'
  const position = 'position' in error ? ` at character ${String(error.position)}` : ''
  return `${message}${position}`.slice(0, 200)
}
