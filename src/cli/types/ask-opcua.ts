import type { LookParts } from '../../adapters/opcua/look.ts'
import { readOnce } from '../../adapters/opcua/read-once.ts'
import type { FieldDevice } from '../../devices/field-device.ts'
import type { ProblemDetails } from '../../domain/problem.ts'
import type { Hint } from '../../workshop/hints.ts'

/** What a server said of one device when it was asked once. */
export interface AskedServer {
  /** As it would stand in the log. */
  readonly payload: Uint8Array
  /** What the type names and the server does not have. */
  readonly hints: readonly Hint[]
}

/** Reads every value of a device once. Changes nothing. */
export async function askOpcua(
  parts: LookParts,
  device: FieldDevice,
): Promise<AskedServer> {
  const { payload, findings } = await readOnce(parts, device)
  return { payload, hints: findings.map(hintOf) }
}

function hintOf({ what, where = '', why = '', next = '' }: ProblemDetails): Hint {
  const point = where.startsWith('points.') ? where.slice('points.'.length) : ''
  return { point, mistake: 'not_on_the_server', what, why, next }
}
