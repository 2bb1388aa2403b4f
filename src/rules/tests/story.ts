import { z } from 'zod'
import { organisationId, type OrganisationId, type PointId } from '../../domain/ids.ts'
import type { Reading } from '../../domain/reading.ts'
import {
  durationUs,
  SECOND,
  timeUs,
  type DurationUs,
  type TimeUs,
} from '../../domain/time.ts'
import { nodesOf } from '../condition.ts'
import type { ActiveRules, GroupMember, RuleTarget } from '../detector.ts'
import type { Rule } from '../rule.ts'
import type { Happening } from './player.ts'
import { timeOf, type RuleTest, type TestedAsset } from './rule-test.ts'
import { series } from './series.ts'

/** A test with everything it names found. */
export interface ResolvedTest {
  readonly test: RuleTest
  /** Of the rule; what alarms are keyed by. */
  readonly slug: string
  readonly rule: Rule
  /** The texts of `test.changes`, in their order; undefined where the rule is gone. */
  readonly changed: readonly (Rule | undefined)[]
  readonly zone: string
  readonly holidays?: string
  readonly start: TimeUs
  readonly every: DurationUs
  readonly interval: DurationUs
}

/** Whose detector plays a test. */
export const organisation: OrganisationId = organisationId.parse('rule-tests')
/** Of one test; a story that needs more is a backtest. */
const MOST_READINGS = 200_000
const anyPoint = z.custom<PointId>((id) => Number.isSafeInteger(id))

/** The assets of a test that the rule watches: all, or with a group condition those that have members. */
export function watchedAssets(rule: Rule, test: RuleTest): readonly string[] {
  if (test.assets === undefined) return ['asset']
  const all = Object.entries(test.assets)
  const grouped = nodesOf(rule.condition).some(({ kind }) => kind === 'group')
  return all
    .filter(([, { members }]) => !grouped || members !== undefined)
    .map(([name]) => name)
}

/** What happens in a test, in order, and to whom. */
export interface Story {
  readonly happenings: readonly Happening[]
  readonly watched: readonly string[]
}

/** Makes the story of a test. Throws when it is too long to be one. */
export function storyOf(resolved: ResolvedTest): Story {
  const { test, rule, changed, start } = resolved
  const assets = Object.entries(assetsOf(test))
  const points = pointsOf(assets)
  const watched = watchedAssets(rule, test)
  const active = (version: number, text: Rule | undefined): ActiveRules => ({
    organisation,
    version,
    zone: resolved.zone,
    ...(resolved.holidays !== undefined && { holidays: resolved.holidays }),
    targets:
      text === undefined
        ? []
        : watched.map((name) =>
            targetOf(name, {
              resolved,
              rule: text,
              version,
              points,
              assets: new Map(assets),
            }),
          ),
  })
  const blind = test.blind.map(({ from, to }) => ({
    kind: 'blind' as const,
    from: timeOf(from, start),
    at: timeOf(to, start),
  }))
  const activations = test.changes.map(({ at }, index): Happening => ({
    kind: 'activation',
    at: timeOf(at, start),
    rules: active(index + 2, changed[index]),
  }))
  const heard = messagesOf(assets, points, resolved).filter(
    ({ at }) => !blind.some((one) => at >= one.from && at < one.at),
  )
  const first: Happening = { kind: 'activation', at: start, rules: active(1, rule) }
  const rest = [...activations, ...blind, ...heard].toSorted((a, b) => a.at - b.at)
  return { happenings: [first, ...rest], watched }
}

function assetsOf({ assets, attributes, place, series: own }: RuleTest) {
  if (assets !== undefined) return assets
  const one: TestedAsset = {
    attributes,
    series: own ?? {},
    ...(place !== undefined && { place }),
  }
  return { asset: one }
}

type Points = ReadonlyMap<string, ReadonlyMap<string, PointId>>

function pointsOf(assets: readonly (readonly [string, TestedAsset])[]): Points {
  let last = 0
  return new Map(
    assets.map(([name, asset]) => [
      name,
      new Map(
        Object.keys(asset.series).map((role) => {
          last += 1
          return [role, anyPoint.parse(last)]
        }),
      ),
    ]),
  )
}

function targetOf(
  name: string,
  context: {
    readonly resolved: ResolvedTest
    readonly rule: Rule
    readonly version: number
    readonly points: Points
    readonly assets: ReadonlyMap<string, TestedAsset>
  },
): RuleTarget {
  const { resolved, rule, version, points, assets } = context
  const own = memberOf(name, points, assets)
  const { members } = assets.get(name) ?? {}
  return {
    ruleId: resolved.slug,
    ruleVersion: version,
    rule,
    ...own,
    devices: Object.keys(assets.get(name)?.series ?? {}).length === 0 ? [] : [name],
    interval: resolved.interval,
    ...(members !== undefined && {
      members: members.map((one) => memberOf(one, points, assets)),
    }),
  }
}

function memberOf(
  name: string,
  points: Points,
  assets: ReadonlyMap<string, TestedAsset>,
): GroupMember {
  const { attributes = {}, place } = assets.get(name) ?? {}
  return {
    asset: name,
    points: points.get(name) ?? new Map<string, PointId>(),
    attributes,
    ...(place !== undefined && { place }),
  }
}

type Message = Happening & { readonly kind: 'readings' }

/** What the devices say, in the order it is heard. Roles of one asset that are heard at once are one message. */
function messagesOf(
  assets: readonly (readonly [string, TestedAsset])[],
  points: Points,
  resolved: ResolvedTest,
): readonly Message[] {
  const messages = assets.flatMap(([device, asset]) => {
    const readings = Object.entries(asset.series).flatMap(([role, text]) => {
      const point = points.get(device)?.get(role)
      return point === undefined ? [] : readingsOf(text, point, resolved)
    })
    const together = Map.groupBy(
      readings,
      ({ ingest, effective }) => `${ingest} ${effective}`,
    )
    return [...together.values()].map((own): Message => {
      const at = own[0]?.ingest ?? resolved.start
      return { kind: 'readings', at, device, readings: own }
    })
  })
  const count = messages.reduce((sum, { readings }) => sum + readings.length, 0)
  if (count > MOST_READINGS) throw new Error(`a test has at most ${MOST_READINGS} readings`)
  return messages.toSorted((a, b) => a.at - b.at)
}

function readingsOf(
  text: string,
  point: PointId,
  { start, every }: ResolvedTest,
): readonly Reading[] {
  return series(text).flatMap((beat, index): Reading[] => {
    if (beat === undefined) return []
    const { value, quality, late } = beat
    const effective = timeUs(start + index * every)
    const ingest = timeUs(effective + late * SECOND)
    const code = quality === 'bad' ? 'device_fault' : 'ok'
    return [{ point, value, quality, code, effective, ingest, flags: 0, typeVersion: 1 }]
  })
}

/** The beat of a test that says nothing of it. */
export const DEFAULT_BEAT: DurationUs = durationUs(60 * SECOND)
