import type { ClientSession } from 'node-opcua'
import type { Opcua } from './library.ts'

/** Operations that a server takes in one request of each kind; never 0. */
export interface OperationLimits {
  readonly read: number
  readonly translate: number
  readonly monitor: number
}

/** What we ask for at once where a server names no limit: a message must stay a modest size. */
const modest = 500

/** OperationLimits of the server; a server that does not say gets modest requests. */
export async function operationLimits(
  opcua: Opcua,
  session: ClientSession,
): Promise<OperationLimits> {
  // MaxNodesPerRead, MaxNodesPerTranslateBrowsePathsToNodeIds, MaxMonitoredItemsPerCall.
  const [read, translate, monitor] = await session.read(
    [11705, 11712, 11714].map((id) => ({
      nodeId: `i=${id}`,
      attributeId: opcua.AttributeIds.Value,
    })),
  )
  return {
    read: limitOf(read?.value.value),
    translate: limitOf(translate?.value.value),
    monitor: limitOf(monitor?.value.value),
  }
}

/** 0 means that the server sets no limit. */
function limitOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(value, modest) : modest
}
