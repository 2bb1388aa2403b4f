import { z } from 'zod'
import { endpoint } from '../delivery/endpoint.ts'
import { slug } from '../domain/ids.ts'

/** What of a case can be heard; all of it public, so no word of what staff keeps to itself. */
export const webhookEvent = z.enum([
  'opened',
  'report_joined',
  'alarm_joined',
  'routed',
  'assigned',
  'moved',
  'said',
  'merged',
  'unmerged',
  'verify',
])

/** A program that hears what becomes of cases, as a municipality writes it under `webhooks:`. */
export const webhook = z.strictObject({
  name: z.string().min(1).max(120),
  url: endpoint,
  /** Name among the process's secrets: what bodies are signed with (Standard Webhooks). */
  secret: slug,
  /** Left out: all of them. */
  events: z.array(webhookEvent).min(1).max(20).optional(),
  /** Left out: cases of every unit, and those of none. */
  units: z.array(slug).min(1).max(100).optional(),
  categories: z.array(slug).min(1).max(200).optional(),
})
export type Webhook = z.infer<typeof webhook>
