import { z } from 'zod'
import { edgeKind } from '../domain/asset.ts'
import { roleName } from '../domain/ids.ts'
import {
  eitherLimit,
  leafCondition,
  type LeafCondition,
  noData,
  oneLimit,
  positive,
} from './leaf-condition.ts'
import { type Parameter, parameter } from './parameter.ts'

/** Three-valued (Kleene): FALSE decides `all`, TRUE decides `any`, else what is UNKNOWN stays so. */
export type Condition =
  | LeafCondition
  | z.infer<typeof noData>
  | {
      readonly kind: 'all' | 'any' | 'oneOf'
      readonly of: readonly Condition[]
    }
  | { readonly kind: 'not'; readonly of: Condition }
  /** The first that is not UNKNOWN: command before photocell before sun. */
  | { readonly kind: 'firstKnown'; readonly of: readonly Condition[] }
  /** TRUE in at least `n` of the last `m` evaluations; UNKNOWN ones leave, down to `least`. */
  | {
      readonly kind: 'nOfM'
      readonly of: Condition
      readonly n: number
      readonly m: number
      readonly least: number
    }
  /** TRUE within the last `within`, also if it is not so any more: for things that follow one another. */
  | { readonly kind: 'lately'; readonly of: Condition; readonly within: number }
  | GroupCondition

/** The assets that hang on this one. UNKNOWN members are left out; those out of service are not: what is suppressed is judged too. */
export interface Population {
  readonly kind: 'group'
  readonly edge: z.infer<typeof edgeKind>
  /** Type of the members; left out: all. */
  readonly members?: string | undefined
  /** Fewer members that are known: UNKNOWN. */
  readonly population: number
  /** A larger share (0 to 1) of the members that is UNKNOWN: UNKNOWN. Left out: 0 for a sum, else 1. */
  readonly mostUnknown?: number | undefined
}

/** How many members there are of which a condition is TRUE. */
export interface GroupCount extends Population {
  readonly value?: 'count' | undefined
  readonly of: Condition
  /** How many, or which share (0 to 1) of the members must be TRUE. */
  readonly atLeast?: number | undefined
  readonly share?: number | undefined
}

/** What the members measure in one role, taken together, against a limit as `threshold` has it. */
export interface GroupValue extends Population {
  readonly value: 'sum' | 'mean'
  readonly role: string
  readonly above?: Parameter | undefined
  readonly below?: Parameter | undefined
  /** In the unit of the sum or mean. */
  readonly deadband: number
}

export type GroupCondition = GroupCount | GroupValue

const several = z
  .array(z.lazy(() => node))
  .min(1)
  .max(16)
const population = {
  kind: z.literal('group'),
  edge: edgeKind,
  members: z.string().max(60).optional(),
  population: z.int().min(1).max(100_000).default(1),
  mostUnknown: z.number().min(0).max(1).optional(),
}
const group = z.discriminatedUnion(
  'value',
  [
    z
      .strictObject({
        ...population,
        value: z.literal('count').optional(),
        of: z.lazy(() => node),
        atLeast: z.int().min(1).max(100_000).optional(),
        share: z.number().gt(0).max(1).optional(),
      })
      .refine(
        ({ atLeast, share }) => (atLeast === undefined) !== (share === undefined),
        'exactly one of atLeast and share',
      ),
    z
      .strictObject({
        ...population,
        value: z.enum(['sum', 'mean']),
        role: roleName,
        above: parameter.optional(),
        below: parameter.optional(),
        deadband: z.number().nonnegative().default(0),
      })
      .refine(oneLimit, eitherLimit),
  ],
  // What is neither is held against both, so that nobody is told to write nothing.
  { unionFallback: true },
)
const node: z.ZodType<Condition> = z.discriminatedUnion('kind', [
  ...leafCondition.options,
  noData,
  z.strictObject({ kind: z.enum(['all', 'any', 'oneOf', 'firstKnown']), of: several }),
  z.strictObject({ kind: z.literal('not'), of: z.lazy(() => node) }),
  z
    .strictObject({
      kind: z.literal('nOfM'),
      of: z.lazy(() => node),
      n: z.int().min(1).max(30),
      m: z.int().min(1).max(30),
      least: z.int().min(1).max(30).default(1),
    })
    .refine(({ n, m, least }) => n <= m && least <= m, 'n and least are at most m'),
  z.strictObject({ kind: z.literal('lately'), of: z.lazy(() => node), within: positive }),
  group,
])

/** Nodes of a condition, itself included. */
const MOST_NODES = 64

/** A condition: a leaf, or a tree of at most 64 nodes. `noData` and `levels` stand alone at the root. */
export const condition = node.superRefine((root, context) => {
  const nodes = nodesOf(root)
  const refuse = (message: string): void => context.addIssue({ code: 'custom', message })
  if (nodes.length > MOST_NODES) refuse(`at most ${MOST_NODES} conditions in one rule`)
  if (nodes.length === 1) return
  if (nodes.some(({ kind }) => kind === 'noData'))
    refuse('noData is measured by the clock and stands alone; make it a rule of its own')
  if (nodes.some(({ kind }) => kind === 'levels'))
    refuse(
      'levels stands alone, because its level is that of the alarm; use threshold here',
    )
  const groups = nodes.filter((one) => one.kind === 'group')
  if (groups.some((one) => nodesOf(one).filter(({ kind }) => kind === 'group').length > 1))
    refuse('a group of groups is a rule on the group below')
  const [first] = groups
  if (groups.some(({ edge, members }) => edge !== first?.edge || members !== first.members))
    refuse('one edge and one type of members for all groups of a condition')
})

/** The condition and everything below it, from the top. */
export function nodesOf(root: Condition): readonly Condition[] {
  if (!('of' in root)) return [root]
  const below: readonly Condition[] = 'kind' in root.of ? [root.of] : root.of
  return [root, ...below.flatMap(nodesOf)]
}
