import { parentPort, type Worker } from 'node:worker_threads'
import { Problem, type ProblemDetails } from '../domain/problem.ts'

/** What a worker answers to: the name of each call with what it takes and gives. */
export type CallTable = Record<
  string,
  { readonly request: unknown; readonly reply: unknown }
>

/** How a worker does each of its calls. */
export type CallHandlers<T extends CallTable> = {
  readonly [K in keyof T]: (request: T[K]['request']) => Handled<T[K]['reply']>
}

type Handled<R> = Answer<R> | Promise<Answer<R>>

/** What a call gives back, and which of its buffers move instead of being copied. */
export interface Answer<R> {
  readonly reply: R
  readonly transfer?: readonly ArrayBuffer[]
}

/** A failure inside a worker. `code` is the library's own number or name for it, where it has one. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure'
  readonly code: string | number | undefined

  constructor(message: string, code?: string | number) {
    super(message)
    this.code = code
  }
}

interface Fault {
  readonly message: string
  readonly code?: string | number
  readonly problem?: ProblemDetails
}

type FromWorker =
  | { readonly id: number; readonly ok: true; readonly reply: unknown }
  | { readonly id: number; readonly ok: false; readonly fault: Fault }

interface Waiting {
  readonly resolve: (reply: never) => void
  readonly reject: (error: Error) => void
}

/**
 * Calls into one worker. The caller bounds how many are under way. When the worker dies, every call
 * under way and every later one rejects with WorkerFailure.
 */
export class WorkerCalls<T extends CallTable> {
  /** Resolves when the worker has ended without being asked to. */
  readonly died: Promise<WorkerFailure>
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #ended: WorkerFailure | undefined
  #closing = false

  constructor(worker: Worker) {
    this.#worker = worker
    const died = Promise.withResolvers<WorkerFailure>()
    this.died = died.promise
    const end = (failure: WorkerFailure): void => {
      this.#end(failure)
      if (!this.#closing) died.resolve(failure)
    }
    worker.on('message', (message: FromWorker) => this.#settle(message))
    worker.on('messageerror', (error) => end(new WorkerFailure(error.message)))
    worker.on('error', (error) => end(failureOf(error)))
    worker.on('exit', (code) =>
      end(new WorkerFailure(`the worker ended with code ${code}`)),
    )
  }

  /** Rejects with the Problem the worker refused with, or with WorkerFailure. */
  call<K extends keyof T & string>(
    name: K,
    request: T[K]['request'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<T[K]['reply']> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      const message: ToWorker = { id, name, request, moved: transfer }
      this.#worker.postMessage(message, transfer)
    })
  }

  /** Stops the worker. What is under way rejects, so callers let their last call finish first. */
  async stop(): Promise<void> {
    this.#closing = true
    await this.#worker.terminate()
  }

  #settle(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.ok) waiting?.resolve(message.reply as never)
    else waiting?.reject(errorOf(message.fault))
  }

  #end(failure: WorkerFailure): void {
    this.#ended ??= failure
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}

/** The worker's side: answers every call with what its handler gives or throws. */
export function answerCalls<T extends CallTable>(handlers: CallHandlers<T>): void {
  const port = parentPort
  if (port === null) throw new Error('this file runs in a worker only')
  const answer = async ({ id, name, request, moved }: ToWorker): Promise<void> => {
    try {
      const handler = handlers[name]
      if (handler === undefined) throw new Error(`no such call: ${name}`)
      const { reply, transfer } = await handler(request)
      port.postMessage({ id, ok: true, reply } satisfies FromWorker, [...(transfer ?? [])])
    } catch (error) {
      port.postMessage({ id, ok: false, fault: faultOf(error) } satisfies FromWorker)
    }
    letGo(moved)
  }
  port.on('message', (message: ToWorker) => void answer(message))
}

/**
 * Frees what moved here for a call that is over. Left to the collector it would stay: it looks after
 * objects, of which a worker makes few, and 37 MB of dead batches hang on them at full speed.
 */
function letGo(moved: readonly ArrayBuffer[]): void {
  for (const buffer of moved) if (!buffer.detached) buffer.transfer(0)
}

interface ToWorker {
  readonly id: number
  readonly name: string
  readonly request: unknown
  /** Buffers of the request that are the worker's now, until it has answered. */
  readonly moved: readonly ArrayBuffer[]
}

function faultOf(error: unknown): Fault {
  const { message, code } = failureOf(error)
  const fault = code === undefined ? { message } : { message, code }
  return error instanceof Problem ? { ...fault, problem: error.details } : fault
}

function errorOf({ message, code, problem }: Fault): Error {
  return problem === undefined ? new WorkerFailure(message, code) : new Problem(problem)
}

function failureOf(error: unknown): WorkerFailure {
  if (!(error instanceof Error)) return new WorkerFailure(String(error))
  // node:sqlite says what happened in a number, everything else of Node in a name.
  const code = 'errcode' in error ? error.errcode : 'code' in error ? error.code : undefined
  const known = typeof code === 'number' || typeof code === 'string' ? code : undefined
  return new WorkerFailure(error.message, known)
}
