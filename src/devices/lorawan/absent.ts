import type { TypeOf } from '../device-type.ts'
import type { LorawanPoint } from './type.ts'

/** By point, what it is when The Things Stack leaves it out; undefined when absence means absence. */
export function absentValues({
  missing,
  points,
}: TypeOf<'lorawan'>): ReadonlyMap<string, unknown> | undefined {
  if (missing === undefined) return undefined
  return new Map(
    Object.entries(points)
      .filter(
        ([, { jsonata, path }]) =>
          jsonata === undefined && path?.startsWith('$envelope') !== true,
      )
      .map(([key, point]) => [key, absentValue(point)]),
  )
}

function absentValue({
  default: given,
  kind,
  bit,
  enum: names,
  valueType,
}: LorawanPoint): unknown {
  if (given !== undefined) return given
  if (kind === 'text' || valueType === 'string') return ''
  const isNumber = kind !== 'state' || bit !== undefined || names !== undefined
  return isNumber || valueType === 'number' ? 0 : false
}
