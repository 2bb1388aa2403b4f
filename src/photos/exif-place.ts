/**
 * Reads where a photo was taken out of its EXIF block: a TIFF header, a list of tags, and behind tag
 * 0x8825 the list of the GPS (CIPA DC-008, 4.6.6). Pure; undefined for whatever is not in order.
 */

const GPS_LIST = 0x88_25
const LATITUDE_REF = 1
const LATITUDE = 2
const LONGITUDE_REF = 3
const LONGITUDE = 4
/** A list with more tags is not one of a camera. */
const TAGS_AT_MOST = 512
const ENTRY_BYTES = 12
const HEADER = 'Exif\0\0'

interface Tiff {
  readonly view: DataView
  readonly little: boolean
}

/** Offset of the 12 bytes of each tag. */
type Tags = ReadonlyMap<number, number>

/** Degrees of the GPS tags, if both are there and on the globe. */
export function exifPlace(
  exif: Uint8Array,
): { readonly lat: number; readonly lon: number } | undefined {
  try {
    return readPlace(exif)
  } catch (error) {
    // A DataView says so when an offset points outside.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function readPlace(
  exif: Uint8Array,
): { readonly lat: number; readonly lon: number } | undefined {
  const tiff = openTiff(exif)
  if (tiff === undefined) return undefined
  const first = tags(tiff, tiff.view.getUint32(4, tiff.little))
  const gps = first.get(GPS_LIST)
  if (gps === undefined) return undefined
  const list = tags(tiff, tiff.view.getUint32(gps + 8, tiff.little))
  const lat = degrees(tiff, list, LATITUDE, [LATITUDE_REF, 'N', 'S'])
  const lon = degrees(tiff, list, LONGITUDE, [LONGITUDE_REF, 'E', 'W'])
  if (lat === undefined || lon === undefined) return undefined
  // A camera without a fix writes zeros.
  const nowhere = lat === 0 && lon === 0
  return nowhere || Math.abs(lat) > 90 || Math.abs(lon) > 180 ? undefined : { lat, lon }
}

function openTiff(exif: Uint8Array): Tiff | undefined {
  const start = latin(exif, 0, HEADER.length) === HEADER ? HEADER.length : 0
  const body = exif.subarray(start)
  const order = latin(body, 0, 2)
  if (order !== 'II' && order !== 'MM') return undefined
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  return { view, little: order === 'II' }
}

function tags({ view, little }: Tiff, at: number): Tags {
  const count = view.getUint16(at, little)
  const found = new Map<number, number>()
  for (let index = 0; index < Math.min(count, TAGS_AT_MOST); index += 1) {
    const entry = at + 2 + index * ENTRY_BYTES
    found.set(view.getUint16(entry, little), entry)
  }
  return found
}

/** Three fractions: degrees, minutes, seconds; the letter gives the sign. */
function degrees(
  tiff: Tiff,
  list: Tags,
  tag: number,
  [refTag, plus, minus]: readonly [number, string, string],
): number | undefined {
  const entry = list.get(tag)
  const ref = list.get(refTag)
  if (entry === undefined || ref === undefined) return undefined
  const letter = String.fromCodePoint(tiff.view.getUint8(ref + 8)).toUpperCase()
  if (letter !== plus && letter !== minus) return undefined
  const at = tiff.view.getUint32(entry + 8, tiff.little)
  const [whole, minutes, seconds] = [0, 8, 16].map((step) => fraction(tiff, at + step))
  const value = (whole ?? NaN) + (minutes ?? NaN) / 60 + (seconds ?? NaN) / 3_600
  if (!Number.isFinite(value)) return undefined
  // Seven digits are a centimetre.
  const rounded = Math.round(value * 1e7) / 1e7
  return letter === minus ? -rounded : rounded
}

function fraction({ view, little }: Tiff, at: number): number {
  const below = view.getUint32(at + 4, little)
  const above = view.getUint32(at, little)
  // 0/0 stands for "not known" where a camera has no seconds.
  return below === 0 && above === 0 ? 0 : above / below
}

function latin(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCodePoint(...bytes.subarray(from, from + length))
}
