import type { z } from 'zod'
import { problemView } from './problem-reply.ts'

/** Response schemas of a route that answers 200: only what the schema lists leaves the service. */
export function answers<T extends z.ZodType>(schema: T) {
  return { 200: schema, '4xx': problemView, '5xx': problemView }
}

/** The same for a route that makes something: 201. */
export function creates<T extends z.ZodType>(schema: T) {
  return { 201: schema, '4xx': problemView, '5xx': problemView }
}
