import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { elapsed, SECOND } from '../../domain/time.ts'
import type { SourcePiece } from '../../rules/backtest/job.ts'
import { runInWorker } from './in-worker.ts'
import type { BacktestCost, BacktestLine, RunLine } from './messages.ts'
import { jobOf, type JobParts, type JobRequest } from './job-of.ts'
import { keepReport, type KeepParts } from './kept-reports.ts'

/** Rules over the past, one run at a time in a thread of its own. */
export interface Backtests {
  /**
   * Runs it; behind the partials comes the report, which is kept, and then what it took. Who stops asking, or
   * aborts, ends it.
   * Throws Problem too_many when others wait already, and invalid or not_found for what cannot run.
   */
  run(asked: {
    readonly organisation: OrganisationId
    readonly request: JobRequest
    /** Who asks: `user:…`, `local`. */
    readonly author: string
    readonly signal: AbortSignal
  }): AsyncGenerator<BacktestLine>
}

/** Runs that wait for the one under way; one more is refused. */
const mostWaiting = 4

export function createBacktests(parts: JobParts & KeepParts): Backtests {
  const turns = new Turns()
  return {
    async *run({ organisation, request, author, signal }) {
      using turn = await turns.take(signal)
      void turn
      const began = parts.clock.now()
      const prepared = await jobOf(parts, organisation, request)
      const { job, town, range, points } = prepared
      const source: AsyncIterable<SourcePiece> =
        request.source === 'log' ? parts.past.log(range) : parts.past.history(range, points)
      const what = 'values' in request ? 'sweep' : 'backtest'
      const list = 'list' in request ? request.list : 0
      // The log brings its own control records.
      const own = request.source === 'log' ? { ...job, controls: [] } : job
      for await (const line of runInWorker({
        what,
        job: own,
        town,
        source,
        list,
        signal,
      })) {
        if (line.kind === 'partial') {
          yield line
          continue
        }
        const took = elapsed(began, parts.clock.now())
        await keepReport(parts, { organisation, request, author, report: line })
        yield line
        yield costOf(line, took)
      }
    },
  }
}

function costOf(
  { readings }: Exclude<RunLine, { kind: 'partial' }>,
  /** µs. */
  took: number,
): BacktestCost {
  // The wall clock may have been put back.
  const seconds = Math.max(0, took) / SECOND
  const readingsPerSecond = seconds > 0 ? Math.round(readings / seconds) : null
  return { kind: 'cost', readings, seconds, readingsPerSecond }
}

/** One at a time, in order. */
class Turns {
  #busy = false
  readonly #waiting: (() => void)[] = []

  async take(signal: AbortSignal): Promise<Disposable> {
    if (this.#busy) await this.#wait(signal)
    this.#busy = true
    return {
      [Symbol.dispose]: () => {
        this.#busy = false
        this.#waiting.shift()?.()
      },
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= mostWaiting) throw tooMany()
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        // Taken before anybody else can ask.
        this.#busy = true
        resolve()
      }
      this.#waiting.push(go)
      const leave = (): void => {
        const place = this.#waiting.indexOf(go)
        if (place === -1) return
        this.#waiting.splice(place, 1)
        const why: unknown = signal.reason
        reject(why instanceof Error ? why : new Error(String(why)))
      }
      signal.addEventListener('abort', leave, { once: true })
      if (signal.aborted) leave()
    })
  }
}

function tooMany(): Problem {
  return new Problem({
    kind: 'too_many',
    what: 'Too many backtests wait already',
    why: `one runs at a time and ${mostWaiting} wait`,
    next: 'Try again when one has ended, or shorten the time of yours',
    facts: { retryAfterSeconds: 30 },
  })
}
