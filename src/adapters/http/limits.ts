/** What the intake bears; every bound that is not a connection's own. */
export interface HttpLimits {
  /** Bytes of bodies that are read or wait for the log, over all connections. */
  readonly pendingBytes: number
  /** The same for one connection, so that one sender does not keep out the others. */
  readonly pendingBytesEach: number
  /** Most messages (items of a list, lines, entries of a log) in one request. */
  readonly messages: number
  /** Wrong tokens in a minute from one address to one connection, before it has to wait for a minute. */
  readonly failuresEach: number
  /** The same from one address to any. */
  readonly failures: number
  /** Addresses that are remembered for that. */
  readonly addresses: number
}

export const httpLimits: HttpLimits = {
  pendingBytes: 64 * 1024 * 1024,
  pendingBytesEach: 16 * 1024 * 1024,
  messages: 10_000,
  failuresEach: 10,
  failures: 100,
  addresses: 10_000,
}
