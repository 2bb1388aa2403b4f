import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import { pointToPolygonDistance } from '@turf/point-to-polygon-distance'
import Flatbush from 'flatbush'
import type { Area } from '../cases/category.ts'
import type { Place } from '../domain/asset.ts'

/** So near to a border (m) a pin may mean the other side. */
export const BORDER_METRES = 25

/** Metres of a degree on the sphere that the distances are measured on (mean radius, IUGG). */
const METRES_A_DEGREE = (6_371_008.8 * Math.PI) / 180

type Position = [lon: number, lat: number]

interface Edge {
  readonly from: Position
  readonly to: Position
}

/** Areas as they are looked up by place. */
export interface AreaIndex {
  /** Areas the place lies in; on a border it lies in both. */
  containing(place: Place): ReadonlySet<string>
  /** Is a border of one of them within 25 m? */
  nearBorder(place: Place): boolean
}

/** Indexes areas by their boxes and by each edge of theirs. A ring that is left open is closed. */
export function indexAreas(areas: ReadonlyMap<string, Area>): AreaIndex {
  const all = [...areas].map(([id, { ring }]) => ({ id, ring: closed(ring) }))
  const edges = all.flatMap(({ ring }) =>
    ring.slice(1).flatMap((to, at): Edge[] => {
      const from = ring[at]
      return from === undefined ? [] : [{ from, to }]
    }),
  )
  const boxes = boxesOf(all.map(({ ring }) => ring))
  const lines = boxesOf(edges.map(({ from, to }) => [from, to]))
  return {
    containing({ lon, lat }) {
      const inside = new Set<string>()
      for (const at of boxes?.search(lon, lat, lon, lat) ?? []) {
        const area = all[at]
        if (area !== undefined && isIn([lon, lat], area.ring)) inside.add(area.id)
      }
      return inside
    },
    nearBorder({ lon, lat }) {
      const [east, north] = reach(lat)
      const found = lines?.search(lon - east, lat - north, lon + east, lat + north) ?? []
      return found.some((at) => {
        const edge = edges[at]
        return edge !== undefined && metresTo([lon, lat], edge) <= BORDER_METRES
      })
    },
  }
}

function isIn(point: Position, ring: Position[]): boolean {
  return booleanPointInPolygon(point, { type: 'Polygon', coordinates: [ring] })
}

/** The edge is handed over as a ring that goes there and back, so that only it is measured. */
function metresTo(point: Position, { from, to }: Edge): number {
  const there = { type: 'Polygon' as const, coordinates: [[from, to, from]] }
  return Math.abs(pointToPolygonDistance(point, there, { units: 'meters' }))
}

/** Degrees east and north that 25 m are at most, with a little to spare. */
function reach(lat: number): Position {
  const north = (1.02 * BORDER_METRES) / METRES_A_DEGREE
  const shrink = Math.max(0.001, Math.cos(((Math.abs(lat) + north) * Math.PI) / 180))
  return [north / shrink, north]
}

function closed(ring: Area['ring']): Position[] {
  const [first] = ring
  const last = ring.at(-1)
  if (first === undefined || last === undefined) return []
  const isClosed = first[0] === last[0] && first[1] === last[1]
  return isClosed ? [...ring] : [...ring, first]
}

/** Undefined for nothing: an index of nothing cannot be made. */
function boxesOf(lines: readonly (readonly Position[])[]): Flatbush | undefined {
  if (lines.length === 0) return undefined
  const index = new Flatbush(lines.length)
  for (const line of lines) {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
    for (const [lon, lat] of line) {
      west = Math.min(west, lon)
      south = Math.min(south, lat)
      east = Math.max(east, lon)
      north = Math.max(north, lat)
    }
    index.add(west, south, east, north)
  }
  index.finish()
  return index
}
