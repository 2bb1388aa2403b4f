import { comparePositions, type Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, earlier, type TimeUs } from '../../domain/time.ts'
import type { Clock } from '../../domain/clock.ts'
import { maxConsumers, tooManyConsumers } from '../log-refusals.ts'
import type { Retained, Retention } from '../reading-log.ts'
import type { WorkerCalls } from '../../store/worker-calls.ts'
import type { Mark, WriterCalls } from './calls.ts'

const markEvery = durationUs(1_000_000)
/** One call deletes at most this many slices of the writer's own size; the next call goes on. */
const maxSlices = 1_000

/** Low-water marks of the consumers, and the deletion they allow. */
export class Retainer {
  readonly #writer: WorkerCalls<WriterCalls>
  readonly #clock: Clock
  readonly #marks = new Map<string, Mark>()
  readonly #failed: (error: unknown) => void
  #unwritten = new Map<string, Mark>()
  #cancelTimer: (() => void) | undefined

  constructor(
    parts: { readonly writer: WorkerCalls<WriterCalls>; readonly clock: Clock },
    marks: readonly Mark[],
    failed: (error: unknown) => void,
  ) {
    this.#writer = parts.writer
    this.#clock = parts.clock
    this.#failed = failed
    for (const mark of marks) this.#marks.set(mark.consumer, mark)
  }

  /** Remembers the mark, and writes it within a second: one lost in a crash only keeps more. */
  release(consumer: string, position: Position, head: Position | undefined): void {
    if (head === undefined || comparePositions(position, head) > 0)
      throw beyondEnd(consumer)
    const { partition, sequence, index } = position
    const old = this.#marks.get(consumer)
    if (old === undefined && this.#marks.size >= maxConsumers)
      throw tooManyConsumers(consumer)
    if (old !== undefined && (old.sequence - sequence || old.index - index) >= 0) return
    const mark = { consumer, partition, sequence, index }
    this.#marks.set(consumer, mark)
    this.#unwritten.set(consumer, mark)
    this.#cancelTimer ??= this.#clock.after(markEvery, () => {
      this.#cancelTimer = undefined
      this.flush().catch(this.#failed)
    })
  }

  /** Writes the marks that are not in the file yet. */
  async flush(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (this.#unwritten.size === 0) return
    const marks = [...this.#unwritten.values()]
    this.#unwritten = new Map()
    await this.#writer.call('mark', marks)
  }

  /** Deletes whole commits, never one that a consumer still needs, and never the newest. */
  async retain({ maxAge, maxBytes, minAge }: Retention, now: TimeUs): Promise<Retained> {
    await this.flush()
    const slowest = this.#slowest()
    if (slowest === undefined) return { deletedCommits: 0, slowest: undefined }
    const before = maxAge === undefined ? undefined : earlier(now, maxAge)
    const keepSince = minAge === undefined ? undefined : earlier(now, minAge)
    let deletedCommits = 0
    for (let slice = 0; slice < maxSlices; slice++) {
      const request = { below: slowest.sequence, before, maxBytes, keepSince }
      const deleted = await this.#writer.call('delete', request)
      if (deleted === 0) break
      deletedCommits += deleted
    }
    return { deletedCommits, slowest: slowest.consumer }
  }

  #slowest(): Mark | undefined {
    return [...this.#marks.values()].reduce<Mark | undefined>(
      (slowest, mark) =>
        slowest === undefined || mark.sequence < slowest.sequence ? mark : slowest,
      undefined,
    )
  }
}

function beyondEnd(consumer: string): Problem {
  return new Problem({
    kind: 'conflict',
    what: `${consumer} releases a position beyond the end of the reading log`,
    where: consumer,
    why: 'Its cursor was made with another copy of the log',
    next: 'Run gatuvakt log adopt',
  })
}
