import type { Mistake } from '../configuration/mistake.ts'
import { placeIn, type YamlFile } from '../configuration/yaml-files.ts'
import type { DeviceType } from '../devices/device-type.ts'
import { checkModbusType } from '../devices/modbus/check.ts'
import { checkOpcuaType } from '../devices/opcua/check.ts'
import type { ProblemDetails } from '../domain/problem.ts'

/** What no single line of a type shows: registers that overlap, prefixes without a namespace. */
export function protocolFindings(type: DeviceType, file: YamlFile): Mistake[] {
  return findingsOf(type).map(({ what, why, next, where = '' }) => {
    const place = placeIn(file, pathOf(where, Object.keys(type.points)), 'key')
    return Object.assign(
      place,
      { what },
      why !== undefined && { why },
      next !== undefined && { next },
    )
  })
}

function findingsOf(type: DeviceType): readonly ProblemDetails[] {
  switch (type.protocol) {
    case 'modbus':
      return checkModbusType(type)
    case 'opcua':
      return checkOpcuaType(type)
    case 'mqtt':
    case 'http':
    case 'lorawan':
    case 'talq':
      return []
  }
}

/** `points.p1.amps.address`: names of points have dots too. */
function pathOf(where: string, keys: readonly string[]): string[] {
  if (!where.startsWith('points.')) return where.split('.')
  const rest = where.slice('points.'.length)
  const key = keys
    .filter((one) => rest === one || rest.startsWith(`${one}.`))
    .toSorted((a, b) => b.length - a.length)
    .at(0)
  if (key === undefined) return ['points']
  const part = rest.slice(key.length + 1)
  return part === '' ? ['points', key] : ['points', key, ...part.split('.')]
}
