/** Records of the past written again: what stands at their points and times is looked at first. */

import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import { durationUs, HOUR, type TimeUs } from '../../domain/time.ts'
import type { RewrittenRecord } from '../reading-store.ts'
import { groupsOf, parametersOf, where } from './influxql.ts'
import type { Question } from './influx-server.ts'
import { measurements } from './measurement.ts'
import { rowPagesOf, type Table } from './pages.ts'
import { ascending, type Asks } from './points.ts'
import { positionIn, timeIn } from './rows.ts'
import { linesOf, placeText, type Writer } from './writer.ts'

const positions: Table = {
  measurement: measurements.reading,
  counted: 'flags',
  fields: ['epoch', 'sequence', 'idx'],
}

/** Times that lie further apart than this are asked for apart. */
const widestGap = durationUs(HOUR)
/** Deletions of a single reading in one request. */
const deletionsARequest = 50

interface Parts {
  readonly server: Asks
  readonly writer: Writer
}

/** Point and time. */
interface Place {
  readonly organisation: OrganisationId
  readonly point: PointId
  readonly effective: TimeUs
}

/** See `ReadingStore.rewrite`. Nothing else is written meanwhile, so what was looked at still stands. */
export async function rewriteReadings(
  { server, writer }: Parts,
  records: readonly RewrittenRecord[],
): Promise<void> {
  const lines = linesOf(records)
  const gone = records.flatMap(({ organisation, position, gone: places = [] }) =>
    places.map((place) => ({ ...place, organisation, position })),
  )
  await writer.between(async ({ sendReadings }) => {
    const followed = await writer.cursor()
    const stored = await storedAt(server, [
      ...gone,
      ...lines.map(({ organisation, reading }) => ({ ...reading, organisation })),
    ])
    const winning = lines.filter(({ organisation, position, reading }) => {
      const there = stored.get(placeText(organisation, reading))
      return there === undefined || !winsOver(there, position, followed?.epoch)
    })
    await sendReadings(winning)
    const own = gone.filter((place) => {
      const there = stored.get(placeText(place.organisation, place))
      return there !== undefined && isSame(there, place.position)
    })
    await deleteEach(server, own)
  })
}

/** Whether what is stored stays, because it is later, or of the log that is followed now. */
function winsOver(
  stored: Position,
  rewritten: Position,
  followed: string | undefined,
): boolean {
  if (stored.epoch !== rewritten.epoch) return stored.epoch === followed
  return (stored.sequence - rewritten.sequence || stored.index - rewritten.index) > 0
}

function isSame(a: Position, b: Position): boolean {
  return a.epoch === b.epoch && a.sequence === b.sequence && a.index === b.index
}

/** The position of the reading that stands at each of these places, where there is one. */
async function storedAt(
  server: Asks,
  places: readonly Place[],
): Promise<ReadonlyMap<string, Position>> {
  const found = new Map<string, Position>()
  const clusters = [...byOrganisation(places)].flatMap(([organisation, own]) =>
    clustersOf(own).map((cluster) => ({ organisation, cluster })),
  )
  for (const { organisation, cluster } of clusters) {
    const [first, last] = [cluster[0]?.effective ?? 0, cluster.at(-1)?.effective ?? 0]
    const points = ascending(cluster.map(({ point }) => point))
    const range = { organisation, points, from: first, to: last + 1 }
    for await (const page of rowPagesOf(server, positions, range)) {
      for (const { point, row } of page) {
        const place = placeText(organisation, { point, effective: timeIn(row) })
        found.set(place, positionIn(row, organisation))
      }
    }
  }
  return found
}

/** Places by time, cut where no time is near. */
function clustersOf(places: readonly Place[]): readonly (readonly Place[])[] {
  const clusters: Place[][] = []
  let before = -Infinity
  for (const place of places.toSorted((a, b) => a.effective - b.effective)) {
    if (place.effective - before > widestGap) clusters.push([])
    clusters.at(-1)?.push(place)
    before = place.effective
  }
  return clusters
}

async function deleteEach(server: Asks, places: readonly Place[]): Promise<void> {
  for (const [organisation, own] of byOrganisation(places)) {
    const statements = own.map(({ point, effective }) => {
      const one = { organisation, points: [point], from: effective, to: effective + 1 }
      return `DELETE FROM "${measurements.reading}" ${where(one)}`
    })
    for (const some of groupsOf(statements, deletionsARequest)) {
      const question: Question = {
        statements: some,
        parameters: parametersOf({ organisation }),
      }
      await server.ask(question)
    }
  }
}

function byOrganisation(
  places: readonly Place[],
): ReadonlyMap<OrganisationId, readonly Place[]> {
  return Map.groupBy(places, (place) => place.organisation)
}
