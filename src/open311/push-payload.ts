import { z } from 'zod'

/** Kind of the outbox rows that send a client what it has not had yet. */
export const pushKind = 'open311.push'

/** Whose report it is about; what is sent is looked up then. */
export const pushPayload = z.object({ client: z.string(), request: z.string() })
