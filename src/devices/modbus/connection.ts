import { z } from 'zod'
import { duration } from '../../domain/duration.ts'

/** What every line has, whatever carries it. */
const common = {
  protocol: z.literal('modbus'),
  /** From the request to the whole answer of a unit. */
  timeout: duration.prefault('1s'),
  /** From the first byte to an open connection. */
  connectWithin: duration.prefault('3s'),
  /**
   * When the line cannot be opened at the start: `error` refuses to start, `retry` tries for ever,
   * `ignore` leaves it alone until its devices change.
   */
  startup: z.enum(['error', 'retry', 'ignore']).default('retry'),
  /** The longest first wait after a line or a unit failed; it doubles with every failure. */
  firstRetry: duration.prefault('1s'),
  /** The longest wait of all. */
  longestRetry: duration.prefault('60s'),
} as const

const host = z.string().min(1).max(253)
const port = z.int().min(1).max(65_535)

/** Modbus TCP: every frame has a header with a number that the answer repeats. */
const tcp = z.strictObject({
  ...common,
  transport: z.literal('tcp'),
  host,
  port: port.default(502),
})

/** A serial line behind a server that passes bytes on: frames of the serial line, over TCP. */
const rtuOverTcp = z.strictObject({
  ...common,
  transport: z.literal('rtu-over-tcp'),
  host,
  port,
})

/** A serial line at this machine. */
const rtu = z.strictObject({
  ...common,
  transport: z.literal('rtu'),
  /** `/dev/ttyUSB0`, or better a name of `/dev/serial/by-id` that survives a restart. */
  path: z.string().min(1).max(200),
  baud: z.int().min(300).max(921_600).default(19_200),
  parity: z.enum(['none', 'even', 'odd']).default('even'),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
})

/** One line with the units on it. The transport is said, never guessed: `tcp` and `rtu-over-tcp` look alike. */
export const modbusConnection = z.discriminatedUnion('transport', [tcp, rtuOverTcp, rtu])
export type ModbusConnection = z.infer<typeof modbusConnection>
