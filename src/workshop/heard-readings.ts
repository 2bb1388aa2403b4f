import type { ActiveConfiguration } from '../configuration/active.ts'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'
import type { Reading } from '../domain/reading.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import type { RuleTarget } from '../rules/detector.ts'
import type { Happening } from '../rules/tests/player.ts'

/** Where readings of the past come from; the reading store is one. */
export interface StoredReadings {
  /** Readings of these points by their effective time: `from` inclusive, `to` exclusive. */
  scan(request: {
    readonly organisation: OrganisationId
    readonly points: readonly PointId[]
    readonly from: TimeUs
    readonly to: TimeUs
  }): AsyncIterable<readonly (Reading & { readonly position: Position })[]>
}

/** Readings that are replayed for one answer. */
const MOST_READINGS = 500_000

/** A message, as a detector hears it. */
export type Heard = Happening & { readonly kind: 'readings' }

/** As it was heard, one happening a message. */
export async function heardReadings(
  store: StoredReadings,
  asked: {
    readonly target: RuleTarget
    readonly configuration: ActiveConfiguration
    readonly from: TimeUs
    readonly at: TimeUs
  },
): Promise<readonly Heard[]> {
  const { target, configuration, from, at } = asked
  const devices = devicesOf(target, configuration)
  const points = [...devices.keys()]
  if (points.length === 0) return []
  const all: (Reading & { readonly position: Position })[] = []
  const request = {
    organisation: configuration.organisation,
    points,
    from,
    to: timeUs(at + 1),
  }
  for await (const page of store.scan(request)) {
    for (const reading of page) if (reading.ingest <= at) all.push(reading)
    if (all.length > MOST_READINGS) throw tooMany()
  }
  all.sort(
    (a, b) =>
      a.ingest - b.ingest ||
      a.position.sequence - b.position.sequence ||
      a.position.index - b.position.index,
  )
  const messages: { at: TimeUs; device: string; key: string; readings: Reading[] }[] = []
  for (const reading of all) {
    const device = devices.get(reading.point) ?? ''
    const key = `${device} ${reading.position.epoch} ${reading.position.sequence} ${reading.position.index}`
    const last = messages.at(-1)
    // What was imported has times of arrival before the activation: heard at once then.
    const when = timeUs(Math.max(from, reading.ingest))
    if (last?.key === key) last.readings.push(reading)
    else messages.push({ at: when, device, key, readings: [reading] })
  }
  return messages.map(({ at: when, device, readings }) => ({
    kind: 'readings',
    at: when,
    device,
    readings,
  }))
}

/** Point → the device that speaks of it: of the asset, and of its members for a group. */
function devicesOf(
  { asset, members = [] }: RuleTarget,
  { assetPoints }: ActiveConfiguration,
): ReadonlyMap<PointId, string> {
  return new Map(
    [asset, ...members.map((member) => member.asset)].flatMap((name) =>
      (assetPoints.get(name) ?? []).map(({ point, device }) => [point, device] as const),
    ),
  )
}

function tooMany(): Problem {
  return new Problem({
    kind: 'too_large',
    what: `the answer rests on more than ${MOST_READINGS} readings`,
    next: 'use gatuvakt rules backtest with this rule and asset',
  })
}
