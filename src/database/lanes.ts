import { DatabaseBusyError, type Lane } from './database.ts'
import { DatabaseLostError } from './errors.ts'

export interface LanesOptions {
  /** How many may write at once. */
  readonly slots: number
  /** How many may wait, both lanes together; one more is refused. */
  readonly capacity: number
}

interface Waiter {
  readonly key: string | undefined
  readonly start: (turn: Disposable) => void
  readonly refuse: (reason: Error) => void
}

/**
 * Who may write next: alarms before everything else, then whoever came first. Two writes with the
 * same key never run together.
 */
export class Lanes {
  readonly #options: LanesOptions
  readonly #waiting: Record<Lane, Waiter[]> = { alarm: [], normal: [] }
  readonly #busyKeys = new Set<string>()
  readonly #idle = Promise.withResolvers<void>()
  #running = 0
  #closed = false

  constructor(options: LanesOptions) {
    this.#options = options
  }

  /** Resolves when it is the caller's turn; disposing the turn lets the next one in. */
  turn(lane: Lane, key: string | undefined): Promise<Disposable> {
    if (this.#closed) return Promise.reject(closedError())
    const waiting = this.#waiting.alarm.length + this.#waiting.normal.length
    if (waiting >= this.#options.capacity) {
      const message = `${waiting} writes are already waiting for the database`
      return Promise.reject(new DatabaseBusyError(message))
    }
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>()
    this.#waiting[lane].push({ key, start: resolve, refuse: reject })
    this.#startNext()
    return promise
  }

  /** Refuses whoever waits and whoever comes; resolves when the last running write has ended. */
  close(): Promise<void> {
    this.#closed = true
    for (const lane of [this.#waiting.alarm, this.#waiting.normal]) {
      for (const waiter of lane.splice(0)) waiter.refuse(closedError())
    }
    if (this.#running === 0) this.#idle.resolve()
    return this.#idle.promise
  }

  #startNext(): void {
    while (this.#running < this.#options.slots) {
      const waiter = this.#take(this.#waiting.alarm) ?? this.#take(this.#waiting.normal)
      if (waiter === undefined) return
      this.#running += 1
      if (waiter.key !== undefined) this.#busyKeys.add(waiter.key)
      waiter.start(this.#turnOf(waiter.key))
    }
  }

  #take(lane: Waiter[]): Waiter | undefined {
    const index = lane.findIndex(({ key }) => key === undefined || !this.#busyKeys.has(key))
    return index === -1 ? undefined : lane.splice(index, 1)[0]
  }

  #turnOf(key: string | undefined): Disposable {
    let held = true
    return {
      [Symbol.dispose]: () => {
        if (!held) return
        held = false
        this.#running -= 1
        if (key !== undefined) this.#busyKeys.delete(key)
        this.#startNext()
        if (this.#closed && this.#running === 0) this.#idle.resolve()
      },
    }
  }
}

function closedError(): DatabaseLostError {
  return new DatabaseLostError('the database is closed')
}
