import type { PointDefinition } from './point.ts'

/** Anything with points, as the schemas give it. */
interface WithPoints<P> {
  readonly points: Readonly<Record<string, P>>
}

/**
 * Puts in place of every point with `bits` one state for each bit, so that nobody behind the schema
 * knows of them. The other fields stay with each: where the integer stands, how it is read.
 */
export function expandBits<P extends PointDefinition, T extends WithPoints<P>>(type: T): T {
  const entries = Object.entries(type.points)
  if (entries.every(([, { bits }]) => bits === undefined)) return type
  return {
    ...type,
    points: Object.fromEntries(entries.flatMap(([key, one]) => expanded(key, one))),
  }
}

function expanded<P extends PointDefinition>(key: string, one: P): [string, P][] {
  const { bits } = one
  if (bits === undefined) return [[key, one]]
  return Object.entries(bits).map(([bit, named]) => {
    const own = typeof named === 'string' ? { point: named } : named
    const { point, semantic, makesBad, alarm } = own
    const copy = Object.assign({ ...one }, { kind: 'state' as const, bit: Number(bit) })
    if (semantic !== undefined) Object.assign(copy, { semantic })
    if (makesBad !== undefined) Object.assign(copy, { makesBad })
    if (alarm !== undefined) Object.assign(copy, { alarm })
    Reflect.deleteProperty(copy, 'bits')
    return [point, copy]
  })
}

/** The points that a point stands for: those of its bits, or itself. */
export function pointNames(key: string, { bits }: Pick<PointDefinition, 'bits'>): string[] {
  if (bits === undefined) return [key]
  return Object.values(bits).map((named) =>
    typeof named === 'string' ? named : named.point,
  )
}
