import { z } from 'zod'
import { qualities, qualityCodes } from '../domain/reading.ts'
import { roleName } from '../domain/ids.ts'
import { fromIso, type TimeUs } from '../domain/time.ts'
import type { DeviceType } from './device-type.ts'
import { wrapUplink } from './lorawan/wrap.ts'

const instant = z.string().transform((text, context): TimeUs => {
  const time = fromIso(text)
  if (time !== undefined) return time
  context.addIssue({ code: 'custom', message: 'a time such as 2026-11-20T13:31:00Z' })
  return z.NEVER
})

/** What must come out for one point; of several values in one message the last. */
export const expectedReading = z.strictObject({
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  quality: z.enum(qualities),
  code: z.enum(qualityCodes).optional(),
  /** The protocol's own code: an OPC UA StatusCode, a Modbus exception. */
  native: z.int().min(0).optional(),
  /** The time that it counts from. */
  effective: instant.optional(),
})
export type ExpectedReading = z.infer<typeof expectedReading>

/** One file of `vectors/*.json`: a message as the field sends it, and what must come out of it. */
export const vector = z
  .strictObject({
    name: z.string().min(1).max(120),
    /**
     * The message as JSON; or `payloadText` when it is not JSON, as in a malformed vector; or
     * `payloadHex`, bytes. Of a LoRaWAN type the hex is what the device sent, and every network server
     * that the type takes wraps it; so it does with `object`, what a codec there would make of it.
     */
    payload: z.json().optional(),
    payloadText: z.string().max(65_536).optional(),
    payloadHex: z
      .string()
      .max(131_072)
      .regex(/^(?:[0-9A-Fa-f]{2}\s?)*$/, 'pairs of hexadecimal digits')
      .optional(),
    object: z.json().optional(),
    /** LoRaWAN port of `payloadHex` and `object`. */
    fPort: z.int().min(0).max(255).default(1),
    /** Left out: the topic of the type. `{organisation}` and `{device}` stand for the vector's own. */
    topic: z.string().max(200).optional(),
    /** What runs on the device, and its parameters. */
    firmware: z.string().min(1).max(60).optional(),
    params: z
      .record(z.string().max(60), z.union([z.string().max(200), z.number()]))
      .optional(),
    ingest: instant,
    expect: z.strictObject({
      readings: z.record(roleName, expectedReading),
      /** Reasons of the problems, in any order. */
      problems: z.array(z.string()).default([]),
    }),
  })
  .refine(
    ({ payload, payloadText, payloadHex, object }) =>
      [payload, payloadText, payloadHex, object].filter((one) => one !== undefined)
        .length === 1,
    'one of payload, payloadText, payloadHex and object',
  )
export type Vector = z.infer<typeof vector>

/** A message of a vector as it would be in the log. */
export interface VectorMessage {
  /** Through whom it comes, where there are several ways. */
  readonly via?: string
  readonly payload: Uint8Array
}

/** The messages that a vector stands for: one, or of a LoRaWAN type one for each network server. */
export function vectorMessages(type: DeviceType, one: Vector): readonly VectorMessage[] {
  const { payload, payloadText, payloadHex, object, fPort, ingest } = one
  const bytes =
    payloadHex === undefined
      ? undefined
      : Uint8Array.from(Buffer.from(payloadHex.replaceAll(/\s/g, ''), 'hex'))
  if (type.protocol === 'lorawan' && (bytes !== undefined || object !== undefined)) {
    const sent = {
      fPort,
      at: ingest,
      ...(bytes && { bytes }),
      ...(object !== undefined && { object }),
    }
    return type.lorawan.envelopes.map((via) => ({ via, payload: wrapUplink(via, sent) }))
  }
  if (bytes !== undefined) return [{ payload: bytes }]
  const text = payloadText ?? JSON.stringify(payload ?? object)
  return [{ payload: new TextEncoder().encode(text) }]
}
