import { z } from 'zod'

/** A key of a client as it is shown once, with where it opens. */
export const issuedClientKey = z.object({
  organisation: z.string(),
  client: z.string(),
  id: z.string(),
  key: z.string(),
  /** What a partner is told: ends with a slash. */
  endpoint: z.string(),
  jurisdiction: z.string(),
})
export type IssuedClientKey = z.infer<typeof issuedClientKey>

/** Every partner with its live keys, the oldest first. */
export const clientList = z.object({
  organisation: z.string(),
  clients: z.array(
    z.object({
      client: z.string(),
      name: z.string(),
      keys: z.array(z.object({ id: z.string(), issuedAt: z.iso.datetime() })),
    }),
  ),
})
export type ClientList = z.infer<typeof clientList>

export const revokedClientKey = z.object({
  organisation: z.string(),
  client: z.string(),
  id: z.string(),
})
export type RevokedClientKey = z.infer<typeof revokedClientKey>
