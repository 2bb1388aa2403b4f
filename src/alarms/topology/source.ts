import type { OrganisationId } from '../../domain/ids.ts'
import { durationUs, later, MINUTE, type DurationUs } from '../../domain/time.ts'
import type { RuleFacts } from '../alarms.ts'
import type { Standing } from '../records.ts'
import type { AlarmChange, Raise, SourceWork, SuppressionSource } from '../sources.ts'
import type { Suppression } from '../suppression.ts'
import { causesOf, explained } from './causes.ts'
import { GATHERED, gatherRaises, siblingsOf, siblingsUnder } from './gathering.ts'
import { gatherGroups } from './groups.ts'
import { listMembers } from './list-members.ts'
import { CHECK, checkGathered, thinOut } from './thin-out.ts'
import { explainedBy, type Town } from './town.ts'

/** What an alarm explained is told so long after it cleared, if it still stands then: things come back one by one. */
export const SETTLE: DurationUs = durationUs(MINUTE)
/** A rule that names causes and no `hold` waits so long for them. */
const USUAL_HOLD: DurationUs = durationUs(MINUTE)

/**
 * Alarms that explain others, over the topology: a cabinet without supply explains its dark lamps,
 * and 500 lamps of one feeder are one alarm of the feeder. `townNow`: the configuration in force, at
 * hand, for a transaction awaits nothing but the database.
 */
export function createTopologySource(
  townNow: (organisation: OrganisationId) => Town | undefined,
): SuppressionSource {
  return {
    name: 'topology',
    async reasonsFor(work, raises) {
      const town = townNow(work.organisation)
      if (town === undefined) return new Map()
      const causes = await causesOf(work, town, raises)
      // What has a cause needs no gathering: the cause speaks for all of them.
      const unexplained = raises.filter(({ alarm }) => !causes.has(alarm))
      const places = new Map([
        ...(await gatherRaises(work, town, unexplained)),
        ...(await gatherGroups(work, town, unexplained)),
      ])
      const reasons = new Map<string, readonly Suppression[]>()
      for (const raise of raises) {
        const place = places.get(raise.alarm)
        const gathered = place === undefined ? [] : [explained(place.alarm, place.asset)]
        const known = [...(causes.get(raise.alarm) ?? []), ...gathered]
        const own = known.length > 0 ? known : held(work, raise)
        if (own.length > 0) reasons.set(raise.alarm, own)
      }
      await listMembers(work, town, { raises, places })
      return reasons
    },
    async changed(work, changes) {
      const town = townNow(work.organisation)
      if (town === undefined) return
      for (const change of changes) await rose(work, town, change)
      for (const change of changes) await reached(work, town, change)
      for (const change of changes) fell(work, town, change)
      await thinOut(work, town, changes)
    },
    async due(work, ref) {
      const town = townNow(work.organisation)
      const [what, alarm = ''] = ref.split(' ')
      const stands = await work.records.standing(alarm)
      if (what === 'settle' && stands === undefined) work.releaseAll(reasonOf(alarm))
      if (stands === undefined || town === undefined) return
      if (what === 'spread') await spread(work, town, stands)
      if (what === 'check') await checkGathered(work, town, stands)
    },
  }
}

function reasonOf(alarm: string) {
  return { kind: 'topology', ref: alarm } as const
}

/** Gives the cause a moment to arrive. Never for priority 1, and never for what is old already. */
function held(
  { now }: SourceWork,
  { facts, priority, at, discriminator }: Raise,
): readonly Suppression[] {
  if (priority === 1) return []
  // Siblings that were gathered have nothing to wait for but what would explain them all.
  if (discriminator === GATHERED && facts.causedBy.length === 0) return []
  const until = later(at, holdOf(facts))
  if (until <= now) return []
  return [
    { kind: 'held', ref: 'hold', until, by: 'topology', reason: 'waits for its cause' },
  ]
}

function holdOf({ hold, causedBy, gather }: RuleFacts): DurationUs {
  if (hold !== undefined) return hold
  return causedBy.length > 0 || gather !== undefined ? USUAL_HOLD : durationUs(0)
}

/** An alarm that began to stand explains what stands below it already. */
async function rose(work: SourceWork, town: Town, change: AlarmChange): Promise<void> {
  if (change.before.active || !change.after.active) return
  const { alarm, facts, discriminator } = change
  if (discriminator !== GATHERED && explainedBy(town, facts.faultClass).size === 0) return
  work.unwake(`settle ${alarm}`)
  if (discriminator === GATHERED) work.wake(`check ${alarm}`, later(work.now, CHECK))
  await spread(work, town, {
    id: alarm,
    rule: change.rule,
    asset: change.asset,
    faultClass: facts.faultClass,
    discriminator,
  })
}

/** A gathered alarm that people learn of has a case now, which is about all that stand below. */
async function reached(work: SourceWork, town: Town, change: AlarmChange): Promise<void> {
  const { alarm, rule, asset, facts, discriminator, before, after } = change
  const isTold = after.told && !before.told
  if (discriminator !== GATHERED || !isTold || facts.gather === undefined) return
  const below = siblingsUnder(town, rule, facts.gather, asset)
  const standing = await siblingsOf(work, rule)
  work.gather(
    alarm,
    standing.filter((one) => below.has(one.asset)),
  )
}

/** What it explained is told for itself, if it still stands when things have settled. */
function fell(work: SourceWork, town: Town, change: AlarmChange): void {
  const { alarm, facts, discriminator, before, after } = change
  const stood = before.active || before.latched
  if (!stood || after.active || after.latched) return
  if (discriminator !== GATHERED && explainedBy(town, facts.faultClass).size === 0) return
  work.wake(`settle ${alarm}`, later(work.now, SETTLE))
}

type Cause = Pick<Standing, 'id' | 'rule' | 'asset' | 'faultClass' | 'discriminator'>

/** Suppresses what the alarm explains and what does not know yet, as much as there is room for; a timer goes on. */
async function spread(work: SourceWork, town: Town, cause: Cause): Promise<void> {
  const waiting = await unexplained(work, town, cause)
  const some = waiting.slice(0, work.room())
  for (const { id } of some) work.suppress(id, explained(cause.id, cause.asset))
  const members = some.filter(({ discriminator }) => discriminator !== GATHERED)
  if (cause.discriminator === GATHERED && members.length > 0) {
    work.gather(
      cause.id,
      members.map(({ asset, occurrence }) => ({ asset, occurrence })),
    )
  }
  if (some.length < waiting.length) work.wake(`spread ${cause.id}`, work.now)
}

async function unexplained(
  work: SourceWork,
  town: Town,
  { id, rule, asset, faultClass, discriminator }: Cause,
): Promise<readonly Standing[]> {
  const without = { reason: id }
  if (discriminator === GATHERED) {
    const gather = town.rules.get(rule)?.gather
    if (gather === undefined) return []
    const siblings = siblingsUnder(town, rule, gather, asset)
    const below = town.topology.below(asset, gather.edge)
    const active = await work.records.activeOf([rule], without)
    // Groups below are explained by what they are gathered on, as their members are.
    return active.filter((one) =>
      one.discriminator === GATHERED ? below.has(one.asset) : siblings.has(one.asset),
    )
  }
  const found: Standing[] = []
  for (const [edge, rules] of explainedBy(town, faultClass)) {
    const below = town.topology.below(asset, edge)
    const active = await work.records.activeOf(rules, without)
    // What was gathered on the asset itself hangs on it too.
    const isBelow = (one: Standing): boolean =>
      below.has(one.asset) || (one.discriminator === GATHERED && one.asset === asset)
    found.push(...active.filter((one) => one.id !== id && isBelow(one)))
  }
  return found
}
