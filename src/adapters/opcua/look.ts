import type { OpcuaConnection } from '../../devices/opcua/connection.ts'
import type { Clock, Random } from '../../domain/clock.ts'
import { dial, hangUp } from './dial.ts'
import { ownIdentity } from './identity.ts'
import { loadOpcua } from './library.ts'
import { operationLimits, type OperationLimits } from './limits.ts'
import type { Space } from './resolve.ts'

export interface LookParts {
  readonly settings: OpcuaConnection
  /** Of the user, where the connection has one. */
  readonly password: string | undefined
  /** Where our application certificate is kept. */
  readonly folder: string
  readonly clock: Clock
  readonly random: Random
}

/** A session for tools that look and change nothing. */
export interface Look extends AsyncDisposable {
  readonly space: Space
  readonly limits: OperationLimits
}

/** Rejects as `dial` does: with what the health of a connection would say. */
export async function openLook(parts: LookParts): Promise<Look> {
  const { settings, password, folder, clock, random } = parts
  const opcua = await loadOpcua()
  const identity = await ownIdentity(folder, { opcua, random, clock })
  const { client, session } = await dial({ opcua, settings, identity, password, clock })
  try {
    const uris = await session.readNamespaceArray()
    const limits = await operationLimits(opcua, session)
    return {
      space: { opcua, session, uris, translateAtOnce: limits.translate },
      limits,
      [Symbol.asyncDispose]: () => hangUp(client, clock),
    }
  } catch (error) {
    await hangUp(client, clock)
    throw error
  }
}
