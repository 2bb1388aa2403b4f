import type { Clock } from '../../domain/clock.ts'
import type { StoredCursors } from '../influx/stored-cursors.ts'
import { InfluxStore } from '../influx/store.ts'
import type { ReadingStore } from '../reading-store.ts'
import { Influx2Server, type Influx2Address } from './server.ts'

export interface Influx2StoreOptions extends Influx2Address {
  readonly cursors: StoredCursors
  /** For the time-out of a request, which guards a real network: the real time. */
  readonly clock: Clock
}

/**
 * The history of readings in a bucket of an InfluxDB 2.x, which must be there with a DBRP mapping.
 * Opening asks nothing of the server: one that is away makes the first calls `unavailable`.
 */
export function openInflux2Store(options: Influx2StoreOptions): ReadingStore {
  const { cursors, clock, ...address } = options
  return new InfluxStore(new Influx2Server(address, clock), cursors)
}
