import { z } from 'zod'
import { localText } from '../domain/language.ts'
import { toIso } from '../domain/time.ts'
import { changesView } from './apply-view.ts'
import { mistake, uploadedFiles } from './uploaded-files.ts'
import type { VectorOutcome } from '../workshop/run-vectors.ts'
import type { Tried } from '../workshop/try-message.ts'
import type { TypeInForce } from '../workshop/types-in-force.ts'

const time = z.iso.datetime()
const value = z.union([z.number(), z.string(), z.boolean()]).nullable()

/** Files of one type, as they are sent: paths inside its folder. */
export const typeFiles = uploadedFiles(
  /^[\w.-]+(?:\/[\w.-]+)*$/,
  'a path inside the folder of the type',
)

/** What is wrong with a type; `type` is null when even its name cannot be read. */
export const typeCheckView = z.object({
  type: z.string().nullable(),
  protocol: z.string().nullable(),
  points: z.int(),
  vectors: z.int(),
  mistakes: z.array(mistake),
})
export type TypeCheckView = z.infer<typeof typeCheckView>

export const typeTestView = z.object({
  type: z.string().nullable(),
  /** Anything else that keeps the type from being applied. */
  mistakes: z.array(mistake),
  vectors: z.array(
    z.object({
      path: z.string(),
      name: z.string(),
      holds: z.boolean(),
      differences: z.array(
        z.object({ of: z.string(), expected: z.string(), said: z.string() }),
      ),
      /** The whole file as it would have to be to hold; null when it holds. */
      update: z.string().nullable(),
    }),
  ),
})
export type TypeTestView = z.infer<typeof typeTestView>

/** What a type makes of a message. */
export const typeTryView = z.object({
  type: z.string(),
  /** Slug of the device whose rules were asked; null when none was. */
  device: z.string().nullable(),
  /** Where the message came from: given, or the last one of the device. */
  message: z.object({ from: z.enum(['given', 'device']), at: time, topic: z.string() }),
  points: z.array(
    z.object({
      point: z.string(),
      /** Null when the message says nothing of it. */
      raw: z.string().nullable(),
      value,
      unit: z.string().nullable(),
      quality: z.enum(['good', 'uncertain', 'bad']),
      code: z.string(),
      native: z.number().nullable(),
      at: time,
    }),
  ),
  problems: z.array(z.object({ reason: z.string(), detail: z.string() })),
  /** What is probably wrong with the type itself: `mistake` names it, `point` is empty for the whole. */
  hints: z.array(
    z.object({
      point: z.string(),
      mistake: z.string(),
      what: z.string(),
      why: z.string(),
      next: z.string(),
    }),
  ),
  /** Null when no device was named, so that there are no rules to ask. */
  alarms: z
    .array(
      z.object({
        rule: z.string(),
        name: localText,
        asset: z.string(),
        role: z.string(),
        priority: z.int(),
        faultClass: z.string(),
        /** How long it must stay so, in seconds. */
        onDelaySeconds: z.number(),
        opensCase: z.boolean(),
      }),
    )
    .nullable(),
})
export type TypeTryView = z.infer<typeof typeTryView>

export const typeListView = z.object({
  types: z.array(
    z.object({
      type: z.string(),
      protocol: z.string(),
      description: z.string(),
      points: z.int(),
      devices: z.int(),
      /** Version of the configuration that brought its present text. */
      version: z.int(),
      at: time,
      author: z.string(),
      /** Texts it had so far; a rollback needs two. */
      texts: z.int(),
    }),
  ),
})
export type TypeListView = z.infer<typeof typeListView>

export function vectorViewOf(one: VectorOutcome): TypeTestView['vectors'][number] {
  const { path, name, differences, update = null } = one
  return { path, name, holds: update === null, differences: [...differences], update }
}

export function triedView({
  points,
  problems,
  hints,
  alarms,
}: Tried): Pick<TypeTryView, 'points' | 'problems' | 'hints' | 'alarms'> {
  return {
    points: points.map(({ raw = null, unit = null, native = null, effective, ...one }) => ({
      point: one.point,
      raw,
      value: one.value,
      unit,
      quality: one.quality,
      code: one.code,
      native,
      at: toIso(effective),
    })),
    problems: problems.map(({ reason, detail }) => ({ reason, detail })),
    hints: hints.map(({ point, mistake, what, why, next }) => ({
      point,
      mistake,
      what,
      why,
      next,
    })),
    alarms:
      alarms?.map(({ onDelay, ...alarm }) => ({
        ...alarm,
        onDelaySeconds: onDelay / 1_000_000,
      })) ?? null,
  }
}

export function typeListViewOf(types: readonly TypeInForce[]): TypeListView {
  return { types: types.map((one) => ({ ...one, at: toIso(one.at) })) }
}

/** What an apply of one type did, or would do. */
export const typeApplyView = z.object({
  organisation: z.string(),
  /** The new version; null when nothing was written. */
  version: z.int().nullable(),
  changes: changesView,
  mistakes: z.array(mistake),
  warnings: z.array(z.string()),
})
export type TypeApplyView = z.infer<typeof typeApplyView>

export const typeRollBackView = typeApplyView.extend({
  /** Version of the configuration whose text of the type is back. */
  backTo: z.int(),
})
export type TypeRollBackView = z.infer<typeof typeRollBackView>
