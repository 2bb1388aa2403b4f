import { talqEventTypes } from '../devices/talq/event-types.ts'
import { isUnit, meantUnit, unitCodes } from '../devices/units.ts'
import type { Finding } from './finding.ts'
import { isJsonObject, type Json } from './json.ts'
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

/**
 * Names of TALQ's events that are not known here. No more than a warning: TALQ adds names, and gateways
 * have events of their own.
 */
export function checkTalqNames(set: ObjectSet): Finding[] {
  return [...(set.get('deviceType') ?? [])].flatMap(([slug, { points }]) =>
    !isJsonObject(points)
      ? []
      : Object.entries(points).flatMap(([key, point]) =>
          talqNames(['points', key], point).flatMap(({ path, name }): Finding[] =>
            talqEventTypes.has(name) ? [] : [unknownEvent(slug, path, name)],
          ),
        ),
  )
}

interface TalqName {
  readonly path: readonly string[]
  readonly name: string
}

/** What a point, and each of its bits, calls by a name of TALQ's. */
function talqNames(path: readonly string[], point: Json | undefined): TalqName[] {
  if (!isJsonObject(point)) return []
  const { semantic, attribute, bits } = point
  const own = [
    { at: 'semantic', prefix: 'talq:', text: semantic },
    { at: 'attribute', prefix: 'event:', text: attribute },
  ].flatMap(({ at, prefix, text }): TalqName[] =>
    typeof text === 'string' && text.startsWith(prefix)
      ? [{ path: [...path, at], name: text.slice(prefix.length) }]
      : [],
  )
  const each = isJsonObject(bits) ? Object.entries(bits) : []
  return [...own, ...each.flatMap(([bit, one]) => talqNames([...path, 'bits', bit], one))]
}

function unknownEvent(slug: string, path: readonly string[], name: string): Finding {
  return {
    severity: 'warning',
    kind: 'deviceType',
    slug,
    path,
    part: 'value',
    what: `"${name}" is no event type of TALQ that is known here`,
    why: 'one name for one fault lets alarms of different makers be the same',
    ...suggestion(name, talqEventTypes),
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
