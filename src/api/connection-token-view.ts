import { z } from 'zod'

/** A token as it is shown once, with where it opens. */
export const issuedConnectionToken = z.object({
  organisation: z.string(),
  connection: z.string(),
  id: z.string(),
  token: z.string(),
  /** Where messages are sent to. */
  url: z.string(),
  /** How the connection speaks: `json`, `line`, `chirpstack4`, … */
  format: z.string(),
})
export type IssuedConnectionToken = z.infer<typeof issuedConnectionToken>

/** The live tokens of a connection, the oldest first. */
export const connectionTokenList = z.object({
  organisation: z.string(),
  connection: z.string(),
  tokens: z.array(z.object({ id: z.string(), issuedAt: z.iso.datetime() })),
})
export type ConnectionTokenList = z.infer<typeof connectionTokenList>

export const revokedConnectionToken = z.object({
  organisation: z.string(),
  connection: z.string(),
  id: z.string(),
})
export type RevokedConnectionToken = z.infer<typeof revokedConnectionToken>
