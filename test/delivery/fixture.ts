import { pino, type Logger } from 'pino'
import type { Database } from '../../src/database/database.ts'
import type { DeliveryParts, Renderer } from '../../src/delivery/deliver.ts'
import { enqueue, type OutboxRow } from '../../src/delivery/enqueue.ts'
import type { Letter, Transport } from '../../src/delivery/letter.ts'
import type { Clock, Random } from '../../src/domain/clock.ts'
import { timeUs, type TimeUs } from '../../src/domain/time.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'

export interface Fixture extends AsyncDisposable {
  readonly database: Database
  readonly clock: ManualClock
  /** Everything an outbox needs, with `transport` or one that keeps the letters. */
  parts(more?: Partial<DeliveryParts>): DeliveryParts
  /** Letters that the default transport was given. */
  readonly letters: readonly Letter[]
  put(id: string, more?: Partial<OutboxRow>): Promise<void>
  rows(): Promise<readonly Row[]>
}

interface Row {
  readonly id: string
  readonly due_at: TimeUs
  readonly attempts: number
  readonly delivered_at: TimeUs | null
  readonly failed_at: TimeUs | null
  readonly error: string | null
}

/** Half of every range, so that back-off is exactly what its table says. */
export const evenRandom: Random = {
  bytes: (count) => new Uint8Array(count).fill(0x80, 0, 1),
}

const silent: Logger = pino({ level: 'silent' })

/** Greets Anna, whatever the payload. */
export const greet: Renderer = () =>
  Promise.resolve({
    to: 'anna@example.se',
    subject: 'Lampan lyser igen',
    text: 'Hej!\nTack för hjälpen.',
  })

export async function openFixture(
  open: (clock: Clock) => Promise<Database> = openTestDatabase,
): Promise<Fixture> {
  const clock = createManualClock()
  const database = await open(clock)
  const letters: Letter[] = []
  const keep: Transport = {
    send: (letter) => {
      letters.push(letter)
      return Promise.resolve()
    },
  }
  return {
    database,
    clock,
    letters,
    parts: (more = {}) => ({
      database,
      clock,
      random: evenRandom,
      log: silent,
      renderers: { greeting: greet },
      transport: keep,
      ...more,
    }),
    put: (id, more = {}) =>
      database.write(north, 'normal', (work) =>
        enqueue(work, {
          id,
          kind: 'greeting',
          payload: { report: 'r-1' },
          dueAt: timeUs(clock.now()),
          ...more,
        }),
      ),
    rows: () =>
      database.read(north).selectFrom('outbox').selectAll().orderBy('id').execute(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/** Rejects once, then passes everything on. */
export function failOnce(transport: Transport, error: Error): Transport {
  let failed = false
  return {
    send: (letter) => {
      if (failed) return transport.send(letter)
      failed = true
      return Promise.reject(error)
    },
  }
}
