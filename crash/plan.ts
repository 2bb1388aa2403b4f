/** Pure: which kills a run makes, from its seed. */

/** Places in the way of the data where the service ends itself, and what that place is. */
export const stages = {
  K1: 'before the append to the reading log',
  K2: 'after the append was asked for, before it is durable',
  K3: 'after the fsync, before the PUBACK',
  K4: 'after the PUBACK',
  K5: 'in the middle of a write of history, or after it before the cursor counts',
  K6: 'rules evaluated, before the transaction of the alarms',
  K7: 'inside the transaction of the alarms',
  K8: 'after the commit of the alarms, before its reply',
  K9: 'after the transaction, before the outbox sends',
  K10: 'after a letter or a call was sent, before anybody knows',
  'K11-photo':
    'after a photo was stored, before its row or in the transaction of its report',
  'K11-report': 'in the transaction that takes a report in, or after it before the answer',
  'K11-place': 'in the transaction that places an accepted report, or after it',
  'K12-snapshot': 'while the snapshot of the detector is written',
  'K12-retention': 'while the reading log deletes its oldest commits',
} as const
export type Stage = keyof typeof stages

/** One death of the service. Times in ms. */
export type Kill =
  | {
      readonly kind: 'stage'
      readonly stage: Stage
      /** It dies the so-manieth time it comes by. */
      readonly hit: number
      /** A second choice that a stage may need, 0 to 1: how long after, or which statement. */
      readonly chance: number
    }
  /** K13: in a folder of its own, at a statement of the migration of its database. */
  | {
      readonly kind: 'migration'
      readonly from: 'nothing' | 'released'
      readonly statement: number
    }
  /** K14: asked to end, then killed. */
  | { readonly kind: 'shutdown'; readonly after: number; readonly grace: number }
  | { readonly kind: 'anytime'; readonly since: 'start' | 'ready'; readonly after: number }

/** What `--only` may name. */
export const kinds = [...Object.keys(stages), 'K11', 'K12', 'K13', 'K14', 'anytime']

export interface PlanParts {
  readonly kills: number
  /** Numbers in [0, 1). */
  readonly random: () => number
  readonly only?: string | undefined
}

/**
 * Every stage in turn for half of the kills (and each at least once when there are that many), any
 * time for the rest, all in an order that the seed decides.
 */
export function makePlan({ kills, random, only }: PlanParts): readonly Kill[] {
  const named = [...stageNames(), 'K13', 'K14']
  const chosen = only === undefined ? named : named.filter((name) => fits(name, only))
  const staged =
    only === 'anytime'
      ? 0
      : only === undefined
        ? Math.min(kills, Math.max(named.length, Math.ceil(kills / 2)))
        : kills
  const plan = Array.from({ length: kills }, (_, index) =>
    index < staged
      ? killAt(chosen[index % chosen.length] ?? '', { random, round: index })
      : anytime(random),
  )
  return shuffled(plan, random)
}

function stageNames(): Stage[] {
  return Object.keys(stages).filter((name): name is Stage => Object.hasOwn(stages, name))
}

/** `K12` means both of its stages, `K11` its three. */
function fits(name: string, only: string): boolean {
  return name === only || name.startsWith(`${only}-`)
}

/** What a run's log says of a kill. */
export function nameOf(kill: Kill): string {
  switch (kill.kind) {
    case 'stage':
      return `${kill.stage} hit ${kill.hit}`
    case 'migration':
      return `K13 statement ${kill.statement}, from ${kill.from}`
    case 'shutdown':
      return `K14 ${kill.grace} ms after SIGTERM`
    case 'anytime':
      return `any time, ${kill.after} ms after ${kill.since}`
  }
}

function killAt(
  name: string,
  { random, round }: { readonly random: () => number; readonly round: number },
): Kill {
  if (name === 'K14') {
    return { kind: 'shutdown', after: upTo(500, random), grace: upTo(150, random) }
  }
  if (name === 'K13') {
    return round % 2 === 0
      ? { kind: 'migration', from: 'nothing', statement: 1 + upTo(120, random) }
      : { kind: 'migration', from: 'released', statement: 1 + upTo(12, random) }
  }
  const stage = stageNames().find((one) => one === name)
  if (stage === undefined) throw new Error(`no stage ${name}`)
  return { kind: 'stage', stage, hit: 1 + upTo(mostHits[stage], random), chance: random() }
}

/** How often each place is come by in about a second. */
const mostHits: Readonly<Record<Stage, number>> = {
  K1: 100,
  K2: 100,
  K3: 100,
  K4: 100,
  K5: 4,
  K6: 10,
  K7: 10,
  K8: 10,
  K9: 0,
  K10: 5,
  'K11-photo': 0,
  'K11-report': 3,
  'K11-place': 3,
  'K12-snapshot': 0,
  'K12-retention': 3,
}

function anytime(random: () => number): Kill {
  return random() < 0.2
    ? { kind: 'anytime', since: 'start', after: upTo(2_500, random) }
    : { kind: 'anytime', since: 'ready', after: upTo(800, random) }
}

function upTo(most: number, random: () => number): number {
  return Math.floor(random() * (most + 1))
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
