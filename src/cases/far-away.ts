import type { Place } from '../domain/asset.ts'
import { Problem } from '../domain/problem.ts'
import type { CaseCatalogue } from './catalogue.ts'

/**
 * Degrees around all that the organisation has: between the latitudes 55 and 70 more than 300 km. The
 * largest municipality, Kiruna, is 200 km long, and what it has registered may stand at one end of it.
 */
const MARGIN: Place = { lat: 3, lon: 8 }

/** A box in degrees. */
interface Box {
  readonly south: number
  readonly west: number
  readonly north: number
  readonly east: number
}

type Known = Pick<CaseCatalogue, 'assets' | 'areas'>

/** Of a configuration the same for ever, and looked up with every report. */
const boxes = new WeakMap<
  Known['assets'],
  { readonly areas: Known['areas']; readonly box: Box }
>()

/**
 * Throws Problem invalid for a place so far from every asset and area of the organisation that somebody
 * mistook something, most often latitude and longitude. One without any refuses no place.
 */
export function checkNear(known: Known, place: Place): void {
  const box = boxOf(known)
  if (box.south > box.north || isIn(box, place)) return
  const swapped = isIn(box, { lat: place.lon, lon: place.lat })
  throw new Problem({
    kind: 'invalid',
    what: 'This place is far away from here.',
    where: 'place',
    why: swapped
      ? 'Latitude and longitude stand in each other’s place.'
      : 'It is more than 300 km from everything that the organisation has.',
    next: 'Point at the place on the map, or leave it out and say in words where it is.',
  })
}

function isIn({ south, west, north, east }: Box, { lat, lon }: Place): boolean {
  return lat >= south && lat <= north && lon >= west && lon <= east
}

function boxOf(known: Known): Box {
  const before = boxes.get(known.assets)
  if (before?.areas === known.areas) return before.box
  let [south, west, north, east] = [Infinity, Infinity, -Infinity, -Infinity]
  const include = (lat: number, lon: number): void => {
    south = Math.min(south, lat - MARGIN.lat)
    north = Math.max(north, lat + MARGIN.lat)
    west = Math.min(west, lon - MARGIN.lon)
    east = Math.max(east, lon + MARGIN.lon)
  }
  for (const { place } of known.assets.values()) {
    if (place !== undefined) include(place.lat, place.lon)
  }
  for (const { ring } of known.areas.values())
    for (const [lon, lat] of ring) include(lat, lon)
  const box = { south, west, north, east }
  boxes.set(known.assets, { areas: known.areas, box })
  return box
}
