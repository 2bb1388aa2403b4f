import { Worker } from 'node:worker_threads'
import { Problem } from '../../domain/problem.ts'
import type { BacktestJob, SourcePiece } from '../../rules/backtest/job.ts'
import type { FromWorker, RunLine, ToWorker } from './messages.ts'
import type { PastTown } from './past-town.ts'

export interface WorkerRun {
  readonly what: 'backtest' | 'sweep'
  readonly job: BacktestJob
  /** What keeps alarms from people. */
  readonly town: PastTown
  /** Its pieces are moved to the worker: nobody else may hold them. */
  readonly source: AsyncIterable<SourcePiece>
  /** Occurrences in the report. */
  readonly list: number
  /** Ends the worker at once; the run then throws the signal's reason. */
  readonly signal: AbortSignal
}

/** Pieces on their way to the worker or waiting there. */
const piecesAhead = 3

/**
 * Runs a backtest in a thread of its own. Lines come as the worker says them; who stops asking ends
 * it. Throws what the source throws, and an Error or Problem when the worker fails.
 */
export async function* runInWorker(run: WorkerRun): AsyncGenerator<RunLine> {
  const { signal, what, job, town, list } = run
  signal.throwIfAborted()
  const worker = new Worker(new URL('./backtest.worker.ts', import.meta.url))
  const lines = new Lines()
  const tell = (message: ToWorker, transfer: readonly ArrayBuffer[] = []): void =>
    worker.postMessage(message, transfer)
  const abort = (): void => lines.fail(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  let room = piecesAhead
  let roomMade: (() => void) | undefined
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'line') lines.add(message.line)
    else if (message.kind === 'failed') lines.fail(failureOf(message))
    else {
      room++
      roomMade?.()
    }
  })
  worker.on('error', (error) => lines.fail(error))
  worker.on('exit', () => lines.fail(new Error('the backtest ended before its report')))
  const stopped = new AbortController()
  const stop = (): void => {
    stopped.abort()
    roomMade?.()
  }
  const roomFor = async (): Promise<void> => {
    if (room > 0 || stopped.signal.aborted) return
    await new Promise<void>((resolve) => (roomMade = resolve))
    await roomFor()
  }

  async function send(): Promise<void> {
    for await (const piece of run.source) {
      await roomFor()
      if (stopped.signal.aborted) return
      room--
      tell({ kind: 'piece', piece }, buffersOf(piece))
    }
    tell({ kind: 'end' })
  }

  try {
    tell({ kind: 'start', what, job, town, list })
    send().catch((error: unknown) => lines.fail(error))
    for (;;) {
      const line = await lines.next()
      yield line
      if (line.kind !== 'partial') return
    }
  } finally {
    stop()
    signal.removeEventListener('abort', abort)
    await worker.terminate()
  }
}

/** Lines that came, for one who asks for them in turn. A failure comes at once. */
class Lines {
  readonly #lines: RunLine[] = []
  #failed: { readonly why: unknown } | undefined
  #wake: (() => void) | undefined

  add(line: RunLine): void {
    // Whoever is slow to ask sees the newest partial, not all there were.
    if (this.#lines.at(-1)?.kind === 'partial') this.#lines.pop()
    this.#lines.push(line)
    this.#wake?.()
  }

  fail(why: unknown): void {
    this.#failed ??= { why }
    this.#wake?.()
  }

  async next(): Promise<RunLine> {
    for (;;) {
      const line = this.#lines.shift()
      if (line !== undefined && (line.kind !== 'partial' || this.#failed === undefined))
        return line
      if (this.#failed !== undefined) throw this.#failed.why
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

function failureOf(message: FromWorker & { readonly kind: 'failed' }): Error {
  return message.problem === undefined
    ? new Error(message.message)
    : new Problem(message.problem)
}

function buffersOf(piece: SourcePiece): readonly ArrayBuffer[] {
  if (piece.kind !== 'columns') return []
  return Object.values(piece.columns).flatMap((column: unknown) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer
      ? [column.buffer]
      : [],
  )
}
