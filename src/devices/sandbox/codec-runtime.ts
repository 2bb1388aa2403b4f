import type {
  QuickJSContext,
  QuickJSHandle,
  QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import type { NewEngine } from './engine.ts'
import { factorySource, prelude } from './codec-prelude.ts'
import { CODEC_BUDGET, MAX_RESULT } from './program.ts'

/** What a codec made of one message: text of JSON, or why there is none. */
export type CodecResult =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly reason: string; readonly detail: string }

/** Room for calls within calls, inside the stack that the engine itself has. */
const stackBytes = 256 * 1024
/**
 * A runtime that has run before may be up to two ticks ahead in its count. It gets so many less,
 * and whoever is over is judged again in a fresh one: the verdict never depends on what came before.
 */
const slack = 2

/** One codec in an interpreter of its own. Must be disposed of. Runs must not overlap. */
export class CodecRuntime {
  readonly #newEngine: NewEngine
  readonly #source: string
  #warm: Machine | undefined

  constructor(newEngine: NewEngine, source: string) {
    this.#newEngine = newEngine
    this.#source = source
  }

  /** `input` is JSON of bytes, fPort, recvTime (ms) and variables. Never rejects for what the codec does. */
  async run(input: string): Promise<CodecResult> {
    if (this.#warm !== undefined) {
      const result = this.#warm.run(input, CODEC_BUDGET - slack)
      if (!isLimit(result)) return result
      this.dispose()
    }
    const fresh = new Machine(await this.#newEngine(), this.#source)
    const result = fresh.run(input, CODEC_BUDGET)
    if (isLimit(result)) fresh.dispose()
    else this.#warm = fresh
    return result
  }

  dispose(): void {
    this.#warm?.dispose()
    this.#warm = undefined
  }
}

function isLimit(result: CodecResult): boolean {
  return (
    !result.ok && (result.reason === 'codec_budget' || result.reason === 'codec_memory')
  )
}

class Machine {
  readonly #context: QuickJSContext
  #decode: QuickJSHandle | undefined
  #refusal: CodecResult | undefined
  #ticks = 0
  #limit = CODEC_BUDGET

  constructor(engine: QuickJSWASMModule, source: string) {
    const runtime = engine.newRuntime()
    runtime.setMaxStackSize(stackBytes)
    runtime.setInterruptHandler(() => ++this.#ticks > this.#limit)
    this.#context = runtime.newContext()
    this.#load(source)
  }

  run(input: string, limit: number): CodecResult {
    if (this.#decode === undefined)
      return this.#refusal ?? failed('codec_error', 'it did not load')
    this.#ticks = 0
    this.#limit = limit
    const context = this.#context
    using text = context.newString(input)
    const result = context.callFunction(this.#decode, context.undefined, text)
    if (result.error) return this.#failure(result.error)
    using value = result.value
    return { ok: true, json: context.getString(value) }
  }

  dispose(): void {
    const { runtime } = this.#context
    if (this.#decode?.alive === true) this.#decode.dispose()
    this.#context.dispose()
    runtime.dispose()
  }

  #load(source: string): void {
    const context = this.#context
    const shims = context.evalCode(prelude, 'prelude.js')
    if (shims.error)
      throw new Error(`the codec prelude failed: ${this.#words(shims.error)}`)
    using make = shims.value
    const factory = context.evalCode(factorySource(source), 'codec.js')
    if (factory.error) {
      this.#refusal = this.#failure(factory.error)
      return
    }
    using made = factory.value
    using longest = context.newNumber(MAX_RESULT)
    const decode = context.callFunction(make, context.undefined, made, longest)
    if (decode.error) this.#refusal = this.#failure(decode.error)
    else this.#decode = decode.value
  }

  #failure(error: QuickJSHandle): CodecResult {
    const words = this.#words(error)
    if (this.#ticks > this.#limit) {
      return failed(
        'codec_budget',
        'the codec runs for too long; look for a loop that does not end',
      )
    }
    // Without room for an error there is nothing to throw but null.
    if (/out of memory/.test(words) || words === 'null') {
      return failed('codec_memory', 'the codec needs more memory than it may have')
    }
    return failed('codec_error', words)
  }

  /** Disposes of the handle. */
  #words(error: QuickJSHandle): string {
    using held = error
    try {
      const thrown: unknown = this.#context.dump(held)
      if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
        const name = 'name' in thrown ? `${String(thrown.name)}: ` : ''
        return `${name}${String(thrown.message)}`.slice(0, 200)
      }
      return String(thrown).slice(0, 200)
    } catch {
      return 'out of memory'
    }
  }
}

function failed(reason: string, detail: string): CodecResult {
  return { ok: false, reason, detail }
}
