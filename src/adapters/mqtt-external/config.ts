import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'

/** One broker of somebody else, and whose devices speak through it. */
export const externalBroker = z.strictObject({
  /** mqtt://… or mqtts://… */
  url: z.string().regex(/^mqtts?:\/\//),
  /** Whose devices speak there. */
  organisation: organisationId,
  username: z.string().optional(),
  password: z.string().optional(),
})
export type ExternalBroker = z.infer<typeof externalBroker>
