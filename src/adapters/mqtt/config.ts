import { z } from 'zod'
import { duration } from '../../domain/duration.ts'
import { slug } from '../../domain/ids.ts'

/** Every bound of the broker. The defaults carry a town; a device never needs to know them. */
export const mqttLimits = z.strictObject({
  /** Open connections, logged in or not. */
  connections: z.int().min(1).max(100_000).default(10_000),
  /** Connections of one user name, so that one stolen secret cannot use up all of them. */
  connectionsPerLogin: z.int().min(1).default(20),
  /** Connections of one address that have not logged in yet. */
  unauthenticatedPerAddress: z.int().min(1).default(50),
  /** Bytes of a CONNECT packet after its fixed header. */
  connectBytes: z.int().min(64).max(65_536).default(1_024),
  /** Bytes of any later packet after its fixed header. */
  frameBytes: z.int().min(64).max(1_048_576).default(65_536),
  /** From the open socket to a whole CONNECT packet. */
  connectWithin: duration.prefault('5s'),
  /** From the CONNECT packet to the end of the login. */
  loginWithin: duration.prefault('15s'),
  /** Failed logins of one address in a minute; then it is shut out for a minute. */
  failuresPerMinute: z.int().min(1).default(20),
  /** Addresses whose failures are remembered; the oldest is forgotten first. */
  addresses: z.int().min(1).default(10_000),
  /** Packets a second of one connection, in the long run. Beyond it we read more slowly. */
  packetsPerSecond: z.int().min(1).max(1_000_000).default(200),
  /** Packets that may come at once, for instance after an outage. */
  burst: z.int().min(1).max(1_000_000).default(1_000),
  /** Packets of one connection that wait for their answer, and so for the reading log. */
  pendingPerConnection: z.int().min(1).max(1_000).default(100),
  /** QoS 2 messages of one connection that it has not released (PUBREL). */
  unreleasedPerConnection: z.int().min(1).max(65_535).default(1_000),
  /** Messages of all connections that wait for the reading log. */
  pending: z.int().min(1).max(100_000).default(2_000),
  /** No more of them are let in while they hold so many bytes; the reading log bears twice that. */
  pendingBytes: z
    .int()
    .min(65_536)
    .max(64 * 1024 * 1024)
    .default(32 * 1024 * 1024),
  /** Most messages that are let in between two turns of the event loop, whatever else is allowed. */
  messagesPerTurn: z.int().min(1).max(10_000).default(2_000),
  /** How long stopping waits for the reading log. */
  stopWithin: duration.prefault('5s'),
})

const file = z.string().min(1)

/** A second port, for devices on networks of others. */
export const mqttTls = z.strictObject({
  /** 0 takes any free port. */
  port: z.coerce.number().int().min(0).max(65_535).default(8_883),
  /** Our certificate with its chain, and its key, PEM. Read again when they change. */
  certificate: file,
  key: file,
  /**
   * Authority of the devices' certificates, PEM. A device that shows one of it is the one its common
   * name says, `organisation/device`, and needs no secret.
   */
  clientCa: file.optional(),
})
export type MqttTls = z.infer<typeof mqttTls>

export const mqttConfig = z.strictObject({
  /** Name of the connection in envelopes. */
  connection: slug
    .regex(/^(?!import$)/, 'that name belongs to imported recordings')
    .default('mqtt'),
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: z.int().min(0).max(65_535).default(1_883),
  tls: mqttTls.optional(),
  limits: mqttLimits.prefault({}),
})
export type MqttConfig = z.infer<typeof mqttConfig>
