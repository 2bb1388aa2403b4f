import type { TimeUs } from '../../domain/time.ts'

/** Until when a device is known, over all sessions of a connection. */
export interface Known {
  /** By our clock. */
  readonly heard: TimeUs
  /** By the server's, in µs. */
  readonly server: number | undefined
}

/** Device id → until when it is known. Bounded by the devices of the connection. */
export type Memory = Map<string, Known>
