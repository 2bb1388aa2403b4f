import { CodecRuntime } from './codec-runtime.ts'
import type { NewEngine } from './engine.ts'
import { compileExpression, type Evaluate } from './expression.ts'
import type { Job, Outcome, Program, Uplink } from './program.ts'

/** Codecs that stay loaded; each holds 16 MiB at most. */
const MAX_CODECS = 16
/** Expressions that stay compiled. */
const MAX_EXPRESSIONS = 1_000

type Failed = Extract<Outcome, { readonly ok: false }>
type Root = { readonly ok: true; readonly root: unknown } | Failed

/** Runs jobs one after the other, keeping codecs and expressions ready. Never rejects for what they do. */
export function createRunner(
  newEngine: NewEngine,
): (program: Program, job: Job) => Promise<Outcome> {
  const codecs = new Kept(MAX_CODECS, (source) => new CodecRuntime(newEngine, source))
  const expressions = new Kept(MAX_EXPRESSIONS, compileExpression)

  async function start({ codec }: Program, job: Job): Promise<Root> {
    if (codec === undefined || job.uplink === undefined) return { ok: true, root: job.root }
    const result = await codecs.get(codec).run(codecInput(job.uplink, job))
    if (!result.ok) return result
    const output: unknown = JSON.parse(result.json)
    const error = errorOf(output)
    return error === undefined
      ? { ok: true, root: output }
      : { ok: false, reason: 'codec_error', detail: error }
  }

  return async (program, job) => {
    const first = await start(program, job)
    if (!first.ok) return first
    const second = await transformed(first.root, program, { job, expressions })
    if (!second.ok) return second
    const { root } = second
    const values: [string, unknown][] = []
    const errors: [string, string][] = []
    for (const [point, text] of Object.entries(program.points)) {
      const result = await expressions.get(text)(root, job)
      if (!result.ok) errors.push([point, result.detail])
      else if (result.value !== undefined) values.push([point, result.value])
    }
    return {
      ok: true,
      root,
      values: Object.fromEntries(values),
      errors: Object.fromEntries(errors),
    }
  }
}

async function transformed(
  root: unknown,
  { transform }: Program,
  { job, expressions }: { readonly job: Job; readonly expressions: Kept<Evaluate> },
): Promise<Root> {
  if (transform === undefined) return { ok: true, root }
  const result = await expressions.get(transform)(root, job)
  return result.ok
    ? { ok: true, root: result.value }
    : { ok: false, reason: 'expression_error', detail: `transform: ${result.detail}` }
}

function codecInput({ bytes, fPort }: Uplink, { params, now }: Job): string {
  return JSON.stringify({ bytes: [...bytes], fPort, recvTime: now, variables: params })
}

/** What the codec itself says is wrong: `errors` as the LoRaWAN form has it. */
function errorOf(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null) return 'the codec returned no object'
  if (!('errors' in output) || !Array.isArray(output.errors)) return undefined
  const [first]: unknown[] = output.errors
  if (first === undefined) return undefined
  return (typeof first === 'string' ? first : JSON.stringify(first)).slice(0, 200)
}

/** The things used last, made when they are not there. */
class Kept<T extends object> {
  readonly #most: number
  readonly #make: (text: string) => T
  readonly #things = new Map<string, T>()

  constructor(most: number, make: (text: string) => T) {
    this.#most = most
    this.#make = make
  }

  get(text: string): T {
    const thing = this.#things.get(text) ?? this.#make(text)
    this.#things.delete(text)
    this.#things.set(text, thing)
    if (this.#things.size > this.#most) this.#dropOldest()
    return thing
  }

  #dropOldest(): void {
    const oldest = this.#things.entries().next().value
    if (oldest === undefined) return
    const [text, thing] = oldest
    this.#things.delete(text)
    if ('dispose' in thing && typeof thing.dispose === 'function') thing.dispose()
  }
}
