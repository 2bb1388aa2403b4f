import type { Position } from '../../domain/position.ts'

/**
 * Where the store of an InfluxDB keeps its cursor: a place that survives the process, because
 * InfluxDB has no transaction that could hold readings and cursor together. Saved after the readings
 * were acknowledged; written again after a crash they change nothing.
 */
export interface StoredCursors {
  /** Undefined when nothing was saved, or it was forgotten. */
  load(): Promise<Position | undefined>
  /** Resolves when it is durable. Undefined forgets. */
  save(position: Position | undefined): Promise<void>
}
