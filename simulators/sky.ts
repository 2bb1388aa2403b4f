import { getPosition } from 'suncalc'
import type { TimeUs } from '../src/domain/time.ts'

/** Upper limb on the horizon with standard refraction, in degrees. */
const sunset = -0.833

/** Is the sun down here? By elevation, so that polar night and midnight sun need no special case. */
export function isDark(
  place: { readonly lat: number; readonly lon: number },
  at: TimeUs,
): boolean {
  const { altitude } = getPosition(new Date(at / 1_000), place.lat, place.lon)
  return altitude < sunset
}
