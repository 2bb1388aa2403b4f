import { z } from 'zod'
import { suppressionView } from '../alarms/views.ts'
import { toIso } from '../domain/time.ts'
import type { ExplainedNode, KnownAlarm, WhyNot } from '../workshop/why-not.ts'

const time = z.iso.datetime()

const evidence = z.object({
  role: z.string(),
  value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
  quality: z.enum(['good', 'uncertain', 'bad']),
  at: time,
  limit: z.number().optional(),
  computed: z.number().optional(),
})

interface NodeView {
  kind: string
  truth: 'true' | 'false' | 'unknown'
  because?: string | undefined
  evidence: z.infer<typeof evidence>[]
  of: NodeView[]
}

/** Deeper than a rule can be. */
const DEEPEST = 24

/** Written out and not recursive, because the documentation of the API cannot follow a circle. */
const nodeView: z.ZodType<NodeView> = z.custom<NodeView>().meta({
  type: 'object',
  description: 'kind, truth, because, evidence, and `of`: the nodes below, alike',
})

/** What people knew of the alarm at that time, from its journal. */
const alarmThenView = z.object({
  id: z.string(),
  /** As `GET /alarms` has it, and `unannounced` for one of old readings alone. */
  state: z.string(),
  raisedAt: time,
  /** When people were told of this raise last; null: nobody was. */
  toldAt: time.nullable(),
  /** Why it was kept from people then; empty: it was not. */
  keptBy: z.array(
    suppressionView.omit({ since: true }).extend({
      /** The reason as a person says it. */
      words: z.string(),
    }),
  ),
  sentence: z.string(),
})

/** Why a rule says of an asset at a time what it says. */
export const whyNotView = z.object({
  rule: z.string(),
  ruleVersion: z.int(),
  asset: z.string(),
  at: time,
  /** Null when the rule does not watch the asset; then the sentence says why. */
  state: z.enum(['NORMAL', 'PENDING', 'ACTIVE', 'CLEARING']).nullable(),
  sentence: z.string(),
  raisedAt: time.nullable(),
  /** Did it stand, and who was told? Null: no alarm of it stood then. */
  alarm: alarmThenView.nullable(),
  delay: z.object({ since: time, until: time }).nullable(),
  condition: nodeView.nullable(),
  clearWhen: nodeView.nullable(),
  /** The same for a terminal: one line a node. */
  tree: z.array(
    z.object({
      depth: z.int(),
      truth: z.enum(['true', 'false', 'unknown']).nullable(),
      text: z.string(),
    }),
  ),
  /** Readings it rests on, and from when on they were read. */
  readings: z.int(),
  from: time,
})
export type WhyNotView = z.infer<typeof whyNotView>

export function whyNotViewOf(why: WhyNot): WhyNotView {
  const { explained, slug, ruleVersion, asset, at, sentence, tree, readings, from } = why
  const { alarm } = why
  const times = { at: toIso(at), from: toIso(from) }
  const { phase, raisedAt, delay, condition, clearWhen } = explained ?? {}
  return {
    rule: slug,
    ruleVersion,
    asset,
    ...times,
    readings,
    sentence,
    state: phase ?? null,
    alarm: alarm === undefined ? null : alarmThenViewOf(alarm),
    raisedAt: raisedAt === undefined ? null : toIso(raisedAt),
    delay:
      delay === undefined ? null : { since: toIso(delay.since), until: toIso(delay.until) },
    condition: condition === undefined ? null : nodeOf(condition, DEEPEST),
    clearWhen: clearWhen === undefined ? null : nodeOf(clearWhen, DEEPEST),
    tree: tree.map(({ depth, truth = null, text }) => ({ depth, truth, text })),
  }
}

function alarmThenViewOf({
  alarm,
  state,
  raisedAt,
  toldAt,
  keptBy,
  sentence,
}: KnownAlarm): z.infer<typeof alarmThenView> {
  return {
    id: alarm,
    state,
    raisedAt: toIso(raisedAt),
    toldAt: toldAt === null ? null : toIso(toldAt),
    keptBy: keptBy.map(({ until, ...reason }) => {
      return Object.assign(reason, { until: until === undefined ? null : toIso(until) })
    }),
    sentence,
  }
}

function nodeOf(
  { kind, truth, because, evidence: facts, of }: ExplainedNode,
  depth: number,
): NodeView {
  return {
    kind,
    truth,
    ...(because !== undefined && { because }),
    evidence: facts.map(({ role, value, quality, at, limit, computed }) => ({
      role,
      value,
      quality,
      at: toIso(at),
      ...(limit !== undefined && { limit }),
      ...(computed !== undefined && { computed }),
    })),
    of: depth === 0 ? [] : of.map((one) => nodeOf(one, depth - 1)),
  }
}
