import { z } from 'zod'
import { jsonPath } from '../json/type.ts'

/** Largest body that a connection can be set to take, in bytes, after unpacking. */
export const LARGEST_BODY = 8 * 1024 * 1024

const common = {
  protocol: z.literal('http'),
  /** Longest body that is taken, in bytes, after unpacking. */
  maxBody: z
    .int()
    .min(1_024)
    .max(LARGEST_BODY)
    .default(1024 * 1024),
} as const

/** Where a JSON message, or the request that carries it, names its device. */
const jsonIdentity = z.union(
  [
    /** Behind the address of the connection: `…/ingest/v1/ORGANISATION/CONNECTION/DEVICE`. */
    z.literal('url'),
    z.strictObject({ path: jsonPath }),
    z.strictObject({
      header: z.string().regex(/^[a-z0-9-]{1,60}$/, 'the name of a header in lower case'),
    }),
  ],
  {
    error: 'url, { path: $.id } or { header: x-device }: where a message names its device',
  },
)

/** Somebody who sends to us over HTTP. `format` says how it speaks. */
export const httpConnection = z.discriminatedUnion('format', [
  /** One JSON object is one message; a list is several. */
  z.strictObject({
    ...common,
    format: z.literal('json'),
    identity: jsonIdentity.default('url'),
  }),
  /** InfluxDB's line protocol. */
  z.strictObject({
    ...common,
    format: z.literal('line'),
    identity: z.strictObject({
      /** The tag that names the device; Telegraf sets `host`. */
      tag: z.string().min(1).max(100),
    }),
  }),
  /** Webhooks of a LoRaWAN network server; devices are found by their EUI. */
  z.strictObject({ ...common, format: z.literal('chirpstack4') }),
  z.strictObject({ ...common, format: z.literal('tts3') }),
  /** A street-light gateway that speaks TALQ 2. */
  z.strictObject({ ...common, format: z.literal('talq') }),
])
export type HttpConnection = z.infer<typeof httpConnection>
export type HttpFormat = HttpConnection['format']
/** A connection of one format. */
export type HttpConnectionOf<F extends HttpFormat> = Extract<
  HttpConnection,
  { readonly format: F }
>
