import { z } from 'zod'
import { bitOrEnum, pointFields } from '../point.ts'
import { codecFile, codecSource, expression } from '../program-fields.ts'
import { jsonTime } from '../json/type.ts'
import { tlvTable } from './tlv-type.ts'

/** How network servers wrap what a device sent. */
export const lorawanEnvelope = z.enum(['chirpstack4', 'tts3'])
export type LorawanEnvelope = z.infer<typeof lorawanEnvelope>

/** What a type says of LoRaWAN as a whole. */
export const lorawanSection = z.strictObject({
  /** Network servers whose messages it takes; its vectors run through each of them. */
  envelopes: z.array(lorawanEnvelope).min(1).max(2).default(['chirpstack4', 'tts3']),
  /** `frm`: the device's own bytes. `object`: what a codec on the network server made of them. */
  payload: z.enum(['frm', 'object']).default('frm'),
  /** Ports that carry values; left out: all. */
  fPort: z.array(z.int().min(1).max(255)).min(1).max(16).optional(),
})

/** The device's EUI, as network servers write it. */
export const lorawanAddress = z.strictObject({
  devEui: z.string().regex(/^[0-9a-f]{16}$/, '16 hexadecimal digits in lower case'),
})

/** `$.data.…`: what the codec returned. `$envelope.…`: what the network server says of the radio. */
const lorawanPath = z
  .string()
  .max(200)
  .regex(
    /^\$(?:envelope)?(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,4}\])+$/,
    'a path such as $.data.power or $envelope.rssi',
  )

/** A value in what a codec or the network server made of the bytes. */
export const lorawanPoint = z
  .strictObject({
    ...pointFields,
    /** Left out, as `jsonata` is: the value of the point's own name in `data`. */
    path: lorawanPath.optional(),
    /** JSONata over `{ data }`, with `$params` of the device and `$envelope`. */
    jsonata: expression.optional(),
    /** What it is when it is not there; see `missing`. */
    default: z.union([z.number(), z.boolean(), z.string().max(500)]).optional(),
  })
  .refine(...bitOrEnum)
  .refine(
    ({ path, jsonata }) => path === undefined || jsonata === undefined,
    'either path (where it stands) or jsonata (how it is made)',
  )
export type LorawanPoint = z.infer<typeof lorawanPoint>

/** What a LoRaWAN type says beside its points. */
export const lorawanFields = {
  lorawan: lorawanSection.prefault({}),
  /** JavaScript beside the type, or the table below. */
  codec: z.union([codecFile, z.literal('tlv')]).optional(),
  codecSource: codecSource.optional(),
  tlv: tlvTable.optional(),
  transform: expression.optional(),
  /** Where `data` says when it was measured; otherwise the network server's time counts. */
  time: jsonTime.optional(),
  /**
   * The Things Stack leaves out what is 0, false or empty. With `absentMeans: default` such a point
   * is its default: 0, false or the empty text, or what it says itself.
   */
  missing: z.strictObject({ absentMeans: z.literal('default') }).optional(),
} as const
