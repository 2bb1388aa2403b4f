import type { FieldDevice } from '../../devices/field-device.ts'
import type { ProblemDetails } from '../../domain/problem.ts'
import { locate } from './locate.ts'
import type { Space } from './resolve.ts'
import { watch } from './watched.ts'

/**
 * Holds a device's type and address against a server and says what is not there, one finding each:
 * a namespace that the server does not have, the step at which a path breaks and what is there
 * instead, the root first. Empty: every point has its node. Reads names, changes nothing.
 */
export async function diagnose(
  space: Space,
  device: FieldDevice,
): Promise<readonly ProblemDetails[]> {
  const watched = watch(device)
  if (watched === undefined) return []
  await locate(space, watched)
  return Array.from(watched.broken, ([text, why]) =>
    finding(text === '' ? 'address.root' : whereOf(device, text), why),
  )
}

function whereOf({ type }: FieldDevice, text: string): string {
  if (type.protocol !== 'opcua') return text
  const named = Object.entries(type.points).find(
    ([, { path, condition }]) => path === text || condition === text,
  )
  return named === undefined ? text : `points.${named[0]}`
}

function finding(where: string, why: string): ProblemDetails {
  return {
    kind: 'invalid',
    what: `The server has no node for ${where}`,
    where,
    why,
    next: 'Correct it; a look at the server (probe) lists what is there',
  }
}
