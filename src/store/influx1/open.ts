import type { Clock } from '../../domain/clock.ts'
import type { StoredCursors } from '../influx/stored-cursors.ts'
import { InfluxStore } from '../influx/store.ts'
import type { ReadingStore } from '../reading-store.ts'
import { Influx1Server, type Influx1Address } from './server.ts'

export interface Influx1StoreOptions extends Influx1Address {
  readonly cursors: StoredCursors
  /** For the time-out of a request, which guards a real network: the real time. */
  readonly clock: Clock
}

/**
 * The history of readings in a database of an InfluxDB 1.x. Opening asks nothing of the server: one
 * that is away makes the first calls `unavailable`. The database is made at the first contact, when
 * the user may.
 */
export function openInflux1Store(options: Influx1StoreOptions): ReadingStore {
  const { cursors, clock, ...address } = options
  return new InfluxStore(new Influx1Server(address, clock), cursors)
}
