import type { MonitoredItemCreateResult } from 'node-opcua'
import type { Clock } from '../../domain/clock.ts'
import { batches, type Space } from './resolve.ts'
import type { Item, Place, Watched } from './watched.ts'

export interface ItemParts {
  readonly space: Space
  readonly subscriptionId: number
  readonly clock: Clock
  /** Items that the server creates in one request. */
  readonly atOnce: number
  readonly nextHandle: () => number
  /** Before the request, because the first values may come before its answer. */
  readonly expect: (item: Item) => void
  readonly forget: (item: Item) => void
}

/** A node to be watched. */
export interface Wanted {
  readonly owner: Watched
  readonly place: Place
  readonly nodeId: Item['nodeId']
}

/**
 * Has the server watch nodes, in batches. Every answer is looked at: what was not created is noted at
 * its device with the status, and what was created without its deadband, too.
 */
export async function createItems(
  parts: ItemParts,
  wanted: readonly Wanted[],
): Promise<void> {
  const unfiltered: Wanted[] = []
  for (const batch of batches(wanted, parts.atOnce)) {
    const results = await ask(parts, batch, 'filtered')
    for (const [index, one] of batch.entries()) {
      const result = results[index]
      if (isFilterRefused(result, one.place)) unfiltered.push(one)
      else settle(one, result)
    }
  }
  for (const batch of batches(unfiltered, parts.atOnce)) {
    const results = await ask(parts, batch, 'unfiltered')
    for (const [index, one] of batch.entries()) {
      settle(one, results[index])
      one.owner.notes.set(one.place.path, 'the server cannot filter with this deadband')
    }
  }
}

async function ask(
  { space, subscriptionId, nextHandle, clock, expect, forget }: ItemParts,
  batch: readonly Wanted[],
  filter: 'filtered' | 'unfiltered',
): Promise<readonly MonitoredItemCreateResult[]> {
  const { opcua, session } = space
  const items = batch.map(({ owner, place, nodeId }): Item => ({
    owner,
    place,
    nodeId,
    handle: nextHandle(),
    monitoredItemId: 0,
    heard: clock.now(),
    begun: false,
  }))
  for (const item of items) expect(item)
  const response = await session.createMonitoredItems({
    subscriptionId,
    timestampsToReturn: opcua.TimestampsToReturn.Both,
    itemsToCreate: items.map(({ nodeId, handle, place }) => ({
      itemToMonitor: { nodeId, attributeId: opcua.AttributeIds.Value },
      monitoringMode: opcua.MonitoringMode.Reporting,
      requestedParameters: {
        clientHandle: handle,
        samplingInterval: place.watching.sampling / 1_000,
        queueSize: place.watching.queue,
        discardOldest: true,
        filter: filterOf(space, place, filter),
      },
    })),
  })
  const results = response.results ?? []
  for (const [index, item] of items.entries()) {
    const result = results[index]
    if (result?.statusCode.isGoodish() !== true) {
      forget(item)
      continue
    }
    item.monitoredItemId = result.monitoredItemId
    item.owner.items.set(item.place.path, item)
  }
  return results
}

function settle(
  { owner, place }: Wanted,
  result: MonitoredItemCreateResult | undefined,
): void {
  if (result?.statusCode.isGoodish() === true) {
    owner.broken.delete(place.path)
    return
  }
  const status = result?.statusCode.name ?? 'no answer'
  owner.broken.set(place.path, `the server does not watch it (${status})`)
}

/** Without a deadband a new timestamp alone is news, too: the value was measured again. */
function filterOf(
  { opcua }: Space,
  { watching }: Place,
  filter: 'filtered' | 'unfiltered',
) {
  const { deadband } = watching
  if (deadband === 'none' || filter === 'unfiltered') {
    return new opcua.DataChangeFilter({
      trigger: opcua.DataChangeTrigger.StatusValueTimestamp,
    })
  }
  return new opcua.DataChangeFilter({
    trigger: opcua.DataChangeTrigger.StatusValue,
    deadbandType:
      deadband.type === 'absolute'
        ? opcua.DeadbandType.Absolute
        : opcua.DeadbandType.Percent,
    deadbandValue: deadband.value,
  })
}

function isFilterRefused(
  result: MonitoredItemCreateResult | undefined,
  { watching }: Place,
): boolean {
  if (watching.deadband === 'none' || result === undefined) return false
  return /Filter|Deadband/.test(result.statusCode.name)
}
