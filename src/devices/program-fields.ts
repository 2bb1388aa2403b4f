import { z } from 'zod'

/** Longest source of a codec, in characters. */
export const MAX_CODEC = 65_536

/** JSONata; whether it can be compiled is found out where types are checked. */
export const expression = z.string().min(1).max(4_000)

/** The file beside `type.yaml`, and its text, which is put in when the folder is read. */
export const codecFile = z.literal('./codec.js')
export const codecSource = z.string().min(1).max(MAX_CODEC)

/** Code that a JSON message may go through before its points are read. */
export const programFields = {
  /** JavaScript that makes the message out of bytes: `decodeUplink` in `codec.js`. */
  codec: codecFile.optional(),
  codecSource: codecSource.optional(),
  /** JSONata that makes the message to read from the one that came. */
  transform: expression.optional(),
} as const
