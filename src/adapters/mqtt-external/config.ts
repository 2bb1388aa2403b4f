import { z } from 'zod'
import { duration } from '../../domain/duration.ts'
import { organisationId } from '../../domain/ids.ts'
import { SECOND } from '../../domain/time.ts'

const longestSessionS = 0xffff_fffe

/** Every bound of one connection to a broker. */
const externalLimits = z.strictObject({
  /** QoS 1 messages that may be unacknowledged; MQTT 5 tells the broker (receive maximum). */
  window: z.int().min(1).max(65_535).default(200),
  /** Bytes of QoS 1 payloads that wait for the reading log, also when the broker ignores `window`. */
  pendingBytes: z.int().min(1_048_576).default(16_777_216),
  /** QoS 0 messages that wait for the reading log. */
  unpromised: z.int().min(1).default(2_000),
  /** Bytes of one payload. */
  payloadBytes: z.int().min(64).max(1_048_576).default(65_536),
  /** Bytes of one packet; MQTT 5 tells the broker, which then keeps larger ones to itself. */
  packetBytes: z.int().min(131_072).default(1_310_720),
  /** From the first byte to CONNACK, and from SUBSCRIBE or UNSUBSCRIBE to its answer. */
  answerWithin: duration.prefault('10s'),
  /** The longest first wait before a new attempt; it doubles with every failure. */
  firstRetry: duration.prefault('1s'),
  /** The longest wait of all. After a refusal we wait half of it to all of it. */
  longestRetry: duration.prefault('60s'),
  /** A connection that lived so long was a good one: waits start small again. */
  steadyAfter: duration.prefault('60s'),
  /** A connection that lived so long ends the notice "unstable" or "client id in use". */
  calmAfter: duration.prefault('5m'),
  /** Connections lost within `calmAfter` that make a broker unstable. */
  unstableAfter: z.int().min(2).max(100).default(4),
  /** A message that waits longer for the reading log makes the connection degraded. */
  slowAfter: duration.prefault('10s'),
  /** How long stopping waits for the reading log and the broker. */
  stopWithin: duration.prefault('5s'),
})
export type ExternalLimits = z.infer<typeof externalLimits>

/** A file on this machine, read again at every attempt: a renewed certificate needs no restart. */
const file = z.string().min(1)

const tls = z
  .strictObject({
    /** Certificates to trust instead of the system's, PEM. */
    ca: file.optional(),
    /** Our own certificate, PEM, where the broker asks for one. */
    certificate: file.optional(),
    key: file.optional(),
    /** The name that the broker's certificate must bear, when it is not the host of the URL. */
    servername: z.string().min(1).optional(),
  })
  .refine(
    ({ certificate, key }) => (certificate === undefined) === (key === undefined),
    'certificate and key go together',
  )

const topicFilter = z
  .string()
  .max(200)
  .refine(
    (text) => !text.startsWith('$') && /^[^+#]*(?:^|\/)\+(?:\/[^+#]*)?$/.test(text),
    'a topic with exactly one +, a whole level, where the device stands; no #, no $ in front',
  )

/** One broker of somebody else, and whose devices speak through it. */
export const externalBroker = z
  .strictObject({
    /** `mqtt://host:port` or `mqtts://host:port`, without user name and path. */
    url: z
      .string()
      .refine(isBrokerUrl, 'mqtt://host:port or mqtts://host:port, nothing more'),
    /** Whose devices speak there. */
    organisation: organisationId,
    /** 5, or 4 for MQTT 3.1.1. */
    protocolVersion: z.union([z.literal(5), z.literal(4)]).default(5),
    /** The name of our session at the broker, one for each instance; see `clientIdOf`. */
    clientId: z.string().min(1).max(128).regex(/^\S+$/, 'no spaces').optional(),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    tls: tls.optional(),
    /** What to listen to; left out: the topics of the organisation's device types. */
    topics: z.array(topicFilter).min(1).max(1_000).optional(),
    /** Instances with the same group share the messages between them (MQTT 5). */
    sharedGroup: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -, at most 64')
      .optional(),
    /** How long the broker keeps our session, and so our messages, while we are away (MQTT 5). */
    sessionExpiry: duration
      .prefault('1d')
      .refine((us) => us >= SECOND && us <= longestSessionS * SECOND, 'at least 1s'),
    /** A link that is silent for one and a half times this is dead. */
    keepalive: duration
      .prefault('30s')
      .refine((us) => us % SECOND === 0 && us >= SECOND && us <= 65_535 * SECOND, {
        error: 'whole seconds, 1s to 65535s',
      }),
    limits: externalLimits.prefault({}),
  })
  .refine(({ url, tls: given }) => given === undefined || url.startsWith('mqtts:'), {
    error: 'tls needs a URL with mqtts://',
    path: ['tls'],
  })
  .refine(({ username, password }) => password === undefined || username !== undefined, {
    error: 'a password needs a user name',
    path: ['username'],
  })
  .refine(
    ({ sharedGroup, protocolVersion }) =>
      sharedGroup === undefined || protocolVersion === 5,
    { error: 'a shared group needs protocolVersion 5', path: ['sharedGroup'] },
  )
export type ExternalBroker = z.infer<typeof externalBroker>

/** The configured client id, or one that this installation always derives alike. */
export function clientIdOf(connection: string, config: ExternalBroker): string {
  return config.clientId ?? `gatuvakt-${config.organisation}-${connection}`
}

/** Host and port of the broker; 1883 and 8883 where the URL names none. */
export function endpointOf({ url }: Pick<ExternalBroker, 'url'>): {
  readonly host: string
  readonly port: number
  readonly secure: boolean
} {
  const { protocol, hostname, port } = new URL(url)
  const secure = protocol === 'mqtts:'
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 8_883 : 1_883) : Number(port),
    secure,
  }
}

/** A user name in it would end up in logs, and a path means nothing. */
function isBrokerUrl(text: string): boolean {
  if (!/^mqtts?:\/\//.test(text) || !URL.canParse(text)) return false
  const { hostname, username, password, pathname, search, hash } = new URL(text)
  const more = [username, password, search, hash].join('')
  return hostname !== '' && more === '' && (pathname === '' || pathname === '/')
}
