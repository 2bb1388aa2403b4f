import { z } from 'zod'
import { duration } from '../../domain/duration.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import { slug } from '../../domain/ids.ts'

const strong = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256'] as const
const weak = ['Basic256', 'Basic128Rsa15', 'None'] as const

const security = z.strictObject({
  policy: z.enum([...strong, ...weak]).default('Basic256Sha256'),
  mode: z.enum(['SignAndEncrypt', 'Sign', 'None']).default('SignAndEncrypt'),
  /** Somebody has decided that this connection may be read or forged on its way, until `expires`. */
  insecure: z
    .strictObject({
      accept: z.literal(true),
      /** Last day on which the connection is made. */
      expires: z.iso.date(),
    })
    .optional(),
})

const limits = z.strictObject({
  /** Network, certificate, session and subscription, all together. */
  connectWithin: duration
    .prefault('20s')
    .refine((us) => us >= SECOND && us <= 5 * MINUTE, '1s to 5m'),
  /** One request. */
  answerWithin: duration
    .prefault('15s')
    .refine((us) => us >= SECOND && us <= 5 * MINUTE, '1s to 5m'),
  /** The first wait after a failure; doubled each time. */
  firstRetry: duration.prefault('1s'),
  longestRetry: duration.prefault('60s'),
  /** Points that could not be made are tried again so often. */
  repairEvery: duration.prefault('60s'),
  /** Values that wait for the reading log; with more, the server keeps them. */
  pendingValues: z.int().min(100).max(1_000_000).default(20_000),
  /** Values that one message of the server may hold; 0 leaves it to the server. */
  perPublish: z.int().min(0).max(100_000).default(5_000),
  /** Values read back from histories after one outage. */
  backfillValues: z.int().min(0).max(10_000_000).default(200_000),
  /** How long stopping waits for the reading log and the server. */
  stopWithin: duration.prefault('5s'),
})

/** One OPC UA server. */
export const opcuaConnection = z
  .strictObject({
    protocol: z.literal('opcua'),
    endpoint: z
      .string()
      .max(500)
      .regex(
        /^opc\.tcp:\/\/[^\s/@]+(?:\/\S*)?$/,
        'opc.tcp://host:port, without a user name',
      ),
    security: security.prefault({}),
    /** SHA-256 of the server's certificate, as the health shows it: 64 hex digits, colons allowed. */
    trust: z
      .array(
        z
          .string()
          .transform((text) => text.replaceAll(':', '').toLowerCase())
          .pipe(
            z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits: the SHA-256 fingerprint'),
          ),
      )
      .max(8)
      .default([]),
    username: z.string().min(1).max(200).optional(),
    password: z.strictObject({ secret: slug }).optional(),
    /** When the server is not there at the start: `error` ends the start, `ignore` gives up, `retry` goes on. */
    startup: z.enum(['error', 'retry', 'ignore']).default('retry'),
    limits: limits.prefault({}),
  })
  .refine(
    ({ username, password }) => (username === undefined) === (password === undefined),
    { error: 'username and password go together', path: ['password'] },
  )
  .refine(({ security: { policy, mode } }) => (policy === 'None') === (mode === 'None'), {
    error: 'policy None and mode None go together',
    path: ['security', 'mode'],
  })
  .refine(
    ({ security: { policy, insecure } }) =>
      insecure !== undefined || !weak.some((name) => name === policy),
    {
      error:
        'this policy can be broken or protects nothing; use Aes256_Sha256_RsaPss, Aes128_Sha256_RsaOaep or Basic256Sha256, or say insecure: { accept: true, expires: 2027-01-31 }',
      path: ['security', 'policy'],
    },
  )
export type OpcuaConnection = z.infer<typeof opcuaConnection>
