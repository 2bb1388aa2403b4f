import { pointNames } from './bits.ts'
import type { PointDefinition } from './point.ts'
import { conversion } from './units.ts'

/** A mistake in a type that is sound field by field; `message` is what was expected. */
export interface TypeMistake {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What must hold between the points of a type. */
export function typeMistakes(
  points: Readonly<Record<string, PointDefinition>>,
): TypeMistake[] {
  const owner = new Map<string, string>()
  const mistakes: TypeMistake[] = []
  for (const [key, point] of Object.entries(points)) {
    for (const name of pointNames(key, point)) {
      const other = owner.get(name)
      owner.set(name, other ?? key)
      if (other === undefined) continue
      const message = `names that stand once; "${name}" is a point of ${other} too`
      mistakes.push({
        path: ['points', key, ...(point.bits === undefined ? [] : ['bits'])],
        message,
      })
    }
  }
  for (const [key, point] of Object.entries(points)) {
    for (const { path, message } of pointMistakes(point, owner)) {
      mistakes.push({ path: ['points', key, ...path], message })
    }
  }
  return mistakes
}

function pointMistakes(
  point: PointDefinition,
  known: ReadonlyMap<string, string>,
): readonly TypeMistake[] {
  return [...victims(point, known), ...unitMistakes(point), ...numberMistakes(point)]
}

function victims(
  { makesBad = [], bits = {} }: PointDefinition,
  known: ReadonlyMap<string, string>,
): TypeMistake[] {
  const named = [
    ...makesBad.map((name, index): [string, TypeMistake['path']] => [
      name,
      ['makesBad', index],
    ]),
    ...Object.entries(bits).flatMap(([bit, one]) =>
      typeof one === 'string'
        ? []
        : (one.makesBad ?? []).map((name, index): [string, TypeMistake['path']] => [
            name,
            ['bits', bit, 'makesBad', index],
          ]),
    ),
  ]
  return named
    .filter(([name]) => !known.has(name))
    .map(([, path]) => ({ path, message: 'a point of this type' }))
}

function unitMistakes({ unit, rawUnit }: PointDefinition): TypeMistake[] {
  if (rawUnit === undefined) return []
  if (unit === undefined) return [{ path: ['unit'], message: 'the unit that it becomes' }]
  if (conversion(rawUnit, unit) !== undefined) return []
  return [{ path: ['rawUnit'], message: `a unit of the same kind as ${unit}` }]
}

function numberMistakes(point: PointDefinition): TypeMistake[] {
  const { kind, rollover, valueType } = point
  const mistakes: TypeMistake[] = []
  if (rollover !== undefined && kind !== 'counter') {
    mistakes.push({
      path: ['rollover'],
      message: 'kind: counter; nothing else begins at 0 again',
    })
  }
  if (valueType !== undefined && kind !== 'state') {
    mistakes.push({
      path: ['valueType'],
      message: 'kind: state; the other kinds have one type each',
    })
  }
  return mistakes
}
