import { z } from 'zod'

/** Somebody who sends to us over HTTP. */
export const httpConnection = z.strictObject({
  protocol: z.literal('http'),
  /** How it speaks; decides the path it sends to. */
  format: z.enum(['json', 'chirpstack4', 'tts3', 'line', 'talq']),
})
export type HttpConnection = z.infer<typeof httpConnection>
