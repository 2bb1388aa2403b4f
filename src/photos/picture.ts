import { z } from 'zod'
import { FULL_EDGE } from './limits.ts'

/** What goes to the process that re-encodes, and what comes back. */

export interface PictureJob {
  readonly id: number
  readonly bytes: Uint8Array
}

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

const picture = z.object({
  full: bytes,
  small: bytes,
  width: z.int().min(1).max(FULL_EDGE),
  height: z.int().min(1).max(FULL_EDGE),
  place: z.object({ lat: z.number(), lon: z.number() }).exactOptional(),
})
export type MadePicture = Readonly<z.infer<typeof picture>>

const refusal = z.discriminatedUnion('kind', [
  /** Nothing that is known, or something else than a picture; `type` is a media type. */
  z.object({ kind: z.literal('unknown'), type: z.string().max(100).nullable() }),
  /** A picture in a format that cannot be decoded here. */
  z.object({ kind: z.literal('heic') }),
  /** More pixels than are decoded. */
  z.object({ kind: z.literal('pixels') }),
  /** Cut off, or not what it says it is. */
  z.object({ kind: z.literal('damaged') }),
])
export type PictureRefusal = Readonly<z.infer<typeof refusal>>

/** The first thing the process says: what it needs is loaded, and what it dies of from now on is a picture. */
export const ready = 'ready'

/** Parsed on arrival: whoever takes over a decoder speaks from there. */
export const pictureReply = z.discriminatedUnion('ok', [
  z.object({ id: z.int(), ok: z.literal(true), picture }),
  z.object({ id: z.int(), ok: z.literal(false), refusal }),
])
export type PictureReply = Readonly<z.infer<typeof pictureReply>>
