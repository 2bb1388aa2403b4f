/** A stretch of the map in degrees (WGS 84). It does not cross the 180th meridian. */
export interface Box {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

export interface Place {
  readonly lat: number
  readonly lon: number
}

/** Width of the drawn map to its height. */
export const RATIO = 5 / 3

/** The smallest stretch from south to north that is shown: some 100 m. */
const SPAN_MIN = 0.001
/** Room around what is shown, in parts of its span. */
const MARGIN = 0.1
/** Length of a degree of latitude in metres, on a sphere of 6,371 km. */
const DEGREE_M = 111_195
/** Steps in which the address writes degrees: about a metre. */
const STEPS = 100_000
/** Of a step: what numbers that were written and read again may be off by. */
const SLIP = 1e-6

/** Reads `west,south,east,north`; undefined for what is no box. */
export function boxOf(text: string): Box | undefined {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : +part))
  const [west = 0, south = 0, east = 0, north = 0] = numbers
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return undefined
  const box = { west, south, east, north }
  return isOnEarth(box) && west <= east && south <= north ? box : undefined
}

function isOnEarth({ west, south, east, north }: Box): boolean {
  return west >= -180 && south >= -90 && east <= 180 && north <= 90
}

/** As the address and the service take it, to the metre; whatever lies in the box lies in this. */
export function boxText({ west, south, east, north }: Box): string {
  const down = [west, south].map((degrees) => Math.floor(degrees * STEPS + SLIP))
  const up = [east, north].map((degrees) => Math.ceil(degrees * STEPS - SLIP))
  return [...down, ...up].map((steps) => (steps / STEPS).toFixed(5)).join(',')
}

/** The box that holds all these places with some room around; undefined for none. */
export function boxAround(places: readonly Place[]): Box | undefined {
  if (places.length === 0) return undefined
  const lats = places.map(({ lat }) => lat)
  const lons = places.map(({ lon }) => lon)
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  const [west, east] = [Math.min(...lons), Math.max(...lons)]
  return zoomed({ west, south, east, north }, 1 + 2 * MARGIN)
}

/** The smallest box around this one in which a metre is drawn as long to the east as to the north. */
export function fitted(box: Box): Box {
  const { lat } = middleOf(box)
  const shrink = Math.max(Math.cos((lat * Math.PI) / 180), 0.01)
  const height = Math.max(
    box.north - box.south,
    ((box.east - box.west) * shrink) / RATIO,
    SPAN_MIN,
  )
  // There and back again, a width may lose its last bit, and with it a place on the edge of the earth.
  const width = Math.max(box.east - box.west, (height * RATIO) / shrink)
  return boxAt(middleOf(box), { width, height })
}

/** Around the same middle, so many times as wide and as high. */
export function zoomed(box: Box, factor: number): Box {
  return boxAt(middleOf(box), {
    width: Math.max((box.east - box.west) * factor, SPAN_MIN),
    height: Math.max((box.north - box.south) * factor, SPAN_MIN),
  })
}

/** As large, so many parts of itself further to the east and north. */
export function moved(
  box: Box,
  by: { readonly east: number; readonly north: number },
): Box {
  const [width, height] = [box.east - box.west, box.north - box.south]
  const { lat, lon } = middleOf(box)
  return boxAt(
    { lat: lat + by.north * height, lon: lon + by.east * width },
    { width, height },
  )
}

export function isIn({ west, south, east, north }: Box, { lat, lon }: Place): boolean {
  return lat >= south && lat <= north && lon >= west && lon <= east
}

/** Where a place is drawn: parts of the width from the left and of the height from the top. */
export function pointIn(
  { west, south, east, north }: Box,
  { lat, lon }: Place,
): { readonly x: number; readonly y: number } {
  return { x: (lon - west) / (east - west), y: (north - lat) / (north - south) }
}

/** A round length in metres that fits into a quarter of the width, and its part of the width. */
export function scaleOf(box: Box): { readonly metres: number; readonly part: number } {
  const { lat } = middleOf(box)
  const width = (box.east - box.west) * DEGREE_M * Math.cos((lat * Math.PI) / 180)
  const most = Math.max(width / 4, 1)
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = power * ([5, 2].find((times) => times * power <= most) ?? 1)
  return { metres, part: metres / width }
}

function middleOf({ west, south, east, north }: Box): Place {
  return { lat: (south + north) / 2, lon: (west + east) / 2 }
}

/** Moved as little as needed to lie on the earth, and cut where it is larger. */
function boxAt(
  { lat, lon }: Place,
  { width, height }: { readonly width: number; readonly height: number },
): Box {
  const [wide, high] = [Math.min(width, 360), Math.min(height, 180)]
  const x = within(lon, 180 - wide / 2)
  const y = within(lat, 90 - high / 2)
  return {
    west: Math.max(x - wide / 2, -180),
    south: Math.max(y - high / 2, -90),
    east: Math.min(x + wide / 2, 180),
    north: Math.min(y + high / 2, 90),
  }
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, -most), most)
}
