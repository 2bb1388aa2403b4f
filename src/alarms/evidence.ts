import { z } from 'zod'
import { timeUs, toIso } from '../domain/time.ts'
import { MEMBER } from './topology/gathering.ts'
import type { AlarmView, TransitionView } from './views.ts'

/** What `take` stored as the evidence of a transition, read back. */
const stored = z.array(
  z.looseObject({
    role: z.string(),
    value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
    quality: z.string(),
    at: z.int().transform((at) => timeUs(at)),
    limit: z.number().optional(),
  }),
)

/** The evidence as lists show it. */
export function becauseOf(json: string): AlarmView['because'] {
  // Members of a gathered alarm are named where one alarm is looked at.
  const lines = parse(json).filter(({ condition }) => condition !== MEMBER)
  return lines.map(({ role, value, quality, at, limit }) => ({
    role,
    value,
    quality,
    at: toIso(at),
    limit: limit ?? null,
  }))
}

/** The evidence as the journal shows it: everything that was stored, times in ISO 8601. */
export function evidenceRecords(json: string): TransitionView['evidence'] {
  return parse(json).map(({ at, ...rest }) => Object.assign(rest, { at: toIso(at) }))
}

const storedReasons = z.array(z.looseObject({ kind: z.string(), ref: z.string() }))

/** The reasons of a journal row, by what names them. */
export function reasonNames(json: string): TransitionView['suppression'] {
  return storedReasons.parse(JSON.parse(json)).map(({ kind, ref }) => ({ kind, ref }))
}

function parse(json: string): z.infer<typeof stored> {
  return stored.parse(JSON.parse(json))
}
