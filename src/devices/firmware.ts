import { coerce, satisfies, validRange } from 'semver'

/** Is this a range of versions as package managers write it? */
export function isFirmwareRange(range: string): boolean {
  return range.trim() !== '' && validRange(range) !== null
}

/**
 * Does a device with this firmware have a point of this range? Versions are read generously: `v2.1`,
 * `2.1` and `FW 2.1.0` are the same. A device whose firmware is unknown has no such point.
 */
export function hasFirmware(
  range: string | undefined,
  firmware: string | undefined,
): boolean {
  if (range === undefined) return true
  const version = firmware === undefined ? null : coerce(firmware)
  return version !== null && satisfies(version, range)
}
