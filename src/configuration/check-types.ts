import { isUnit, meantUnit, unitCodes } from '../devices/units.ts'
import type { Finding } from './finding.ts'
import { isJsonObject } from './json.ts'
import { suggestion } from './mistake.ts'
import type { ObjectSet, TypedObjects } from './objects.ts'

/**
 * Units that are no UCUM code we know. Looked for where types are written, and not in the schema:
 * what 0.1 has stored with a unit of its own still counts.
 */
export function checkUnits(set: ObjectSet): Finding[] {
  return [...(set.get('deviceType') ?? [])].flatMap(([slug, { points }]) =>
    !isJsonObject(points)
      ? []
      : Object.entries(points).flatMap(([key, point]): Finding[] => {
          const unit = isJsonObject(point) ? point['unit'] : undefined
          if (typeof unit !== 'string' || unit === '' || isUnit(unit)) return []
          return [unknownUnit(slug, key, unit)]
        }),
  )
}

function unknownUnit(slug: string, key: string, unit: string): Finding {
  const meant = meantUnit(unit)
  return {
    severity: 'mistake',
    kind: 'deviceType',
    slug,
    path: ['points', key, 'unit'],
    part: 'value',
    what: `"${unit}" is no unit that is known here`,
    why: 'units are UCUM codes, so that they can be converted',
    ...(meant === undefined
      ? { next: 'count things in braces: {lamps}', ...suggestion(unit, unitCodes) }
      : { next: `did you mean "${meant}"?` }),
  }
}

/** Devices whose type has points of some firmware only, and that do not say theirs. */
export function checkVersions({ device, deviceType }: TypedObjects): Finding[] {
  return [...device].flatMap(([slug, { type, firmware }]): Finding[] => {
    const points = Object.entries(deviceType.get(type)?.points ?? {})
    const conditional = points.filter(([, point]) => point.firmware !== undefined)
    const [first] = conditional
    if (first === undefined || firmware !== undefined) return []
    return [
      {
        severity: 'warning',
        kind: 'device',
        slug,
        path: ['type'],
        part: 'value',
        what: `without firmware the device has no ${first[0]}`,
        why: `${conditional.length} points of its type are of some versions only`,
        next: 'say firmware: "2.1" at the device',
      },
    ]
  })
}
