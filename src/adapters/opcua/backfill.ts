import type { Logger } from 'pino'
import type { OpcuaGap, OpcuaValue } from '../../devices/opcua/message.ts'
import type { Clock } from '../../domain/clock.ts'
import { chunksOf } from './chunks.ts'
import type { createEncoder } from './encode.ts'
import type { Intake } from './intake.ts'
import type { Known, Memory } from './memory.ts'
import { batches, type Space } from './resolve.ts'
import type { Item, Watched } from './watched.ts'

/** Values of a node that are read in one request. */
const valuesAtOnce = 1_000
/** The bit of AccessLevel that says that a node has a history which may be read. */
const historyRead = 0x04

export interface BackfillParts {
  readonly space: Space
  readonly intake: Intake
  readonly clock: Clock
  readonly encode: ReturnType<typeof createEncoder>
  /** Values that may still be read, over all devices. */
  readonly budget: { values: number }
  readonly readAtOnce: number
  readonly why: string
  readonly isOver: () => boolean
}

/** Reads back what was missed of each device that is remembered; a failure leaves it remembered. */
export async function backfillAll(
  parts: BackfillParts,
  fresh: readonly Watched[],
  { memory, log }: { readonly memory: Memory; readonly log: Logger },
): Promise<void> {
  for (const watched of fresh) {
    const { id } = watched.device
    const known = memory.get(id)
    if (known === undefined || parts.isOver()) continue
    memory.delete(id)
    try {
      await backfill(parts, watched, known)
    } catch (error) {
      // The session failed: the next one begins where this one was to begin.
      memory.set(id, known)
      log.warn({ err: error }, 'history could not be read')
    }
  }
}

/**
 * Reads back what a device said while we were away, as far as the server has histories, and writes a
 * gap for the rest of its points. What is not read for whatever reason becomes a gap.
 */
async function backfill(
  parts: BackfillParts,
  watched: Watched,
  known: Known,
): Promise<void> {
  const lacking = new Set(watched.places.map(({ path }) => path))
  for (const { text } of watched.conditions) lacking.add(text)
  const count = lacking.size
  if (watched.type.opcua.backfill.historyRead === 'ifAvailable') {
    for (const path of await readBack(parts, watched, known)) lacking.delete(path)
  }
  if (lacking.size === 0) return
  const now = parts.clock.now()
  // Paths are at most 500 characters, so a hundred of them fit a message.
  for (const paths of lacking.size === count ? [undefined] : batches([...lacking], 100)) {
    const gap: OpcuaGap = {
      from: known.heard,
      to: now,
      why: parts.why.slice(0, 300),
      ...(paths !== undefined && { paths }),
    }
    const { device, root } = watched
    const message = { v: 1, gaps: [gap] } as const
    await parts.intake.store({ device: device.id, root, message, ingest: now })
  }
}

/** Reads histories; answers with the paths of which everything was read. */
async function readBack(
  parts: BackfillParts,
  watched: Watched,
  known: Known,
): Promise<readonly string[]> {
  const earliest = parts.clock.now() - watched.type.opcua.backfill.max
  const wished = known.server ?? known.heard
  const complete: string[] = []
  for (const item of await withHistory(parts, [...watched.items.values()])) {
    if (parts.isOver()) break
    const all = await readOne(parts, item, Math.max(wished - overlap(item), earliest))
    if (all && wished >= earliest) complete.push(item.place.path)
  }
  return complete
}

/** A change may be older than the news that came before it: it was looked at and told only after them. */
function overlap({ place, owner }: Item): number {
  return place.watching.sampling + owner.type.opcua.subscription.publishing
}

async function withHistory(
  { space, readAtOnce }: BackfillParts,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const { opcua, session } = space
  const able: Item[] = []
  for (const batch of batches(items, readAtOnce)) {
    const levels = await session.read(
      batch.map(({ nodeId }) => ({ nodeId, attributeId: opcua.AttributeIds.AccessLevel })),
    )
    for (const [index, item] of batch.entries()) {
      const level: unknown = levels[index]?.value.value
      if (typeof level === 'number' && (level & historyRead) !== 0) able.push(item)
    }
  }
  return able
}

/** Whether the whole history of a node since `start` was read. */
async function readOne(parts: BackfillParts, item: Item, start: number): Promise<boolean> {
  const { budget, isOver } = parts
  let from = new Date(start / 1_000 + 1)
  while (!isOver()) {
    if (budget.values <= 0) return false
    const part = await readPart(parts, item, from)
    if (part === undefined) return false
    budget.values -= part.values.length
    await store(parts, item, part.values)
    const last = part.values.at(-1)?.source
    if (!part.more && part.values.length < valuesAtOnce) return true
    if (last === undefined || last / 1_000 < from.getTime()) return false
    from = new Date(last / 1_000 + 1)
  }
  return false
}

/** Some values of a history; undefined when the server does not give them. */
async function readPart(
  parts: BackfillParts,
  item: Item,
  from: Date,
): Promise<{ readonly values: readonly OpcuaValue[]; readonly more: boolean } | undefined> {
  const { space, clock, budget, encode } = parts
  const { opcua, session } = space
  const until = new Date(clock.now() / 1_000)
  const { statusCode, historyData, continuationPoint } = await session.readHistoryValue(
    item.nodeId,
    from,
    until,
    {
      numValuesPerNode: Math.min(valuesAtOnce, budget.values),
      timestampsToReturn: opcua.TimestampsToReturn.Both,
    },
  )
  // GoodNoData and BadNoData alike: there is a history, and nothing happened.
  if (/NoData/.test(statusCode.name)) return { values: [], more: false }
  if (!statusCode.isGoodish()) return undefined
  const found: unknown = historyData && Reflect.get(historyData, 'dataValues')
  const values: OpcuaValue[] = []
  for (const one of Array.isArray(found) ? found : []) {
    if (!(one instanceof opcua.DataValue)) continue
    values.push({ ...encode(item.place.path, one), history: true })
  }
  const more = continuationPoint instanceof Uint8Array && continuationPoint.length > 0
  if (more) await release(parts, item, continuationPoint)
  return { values, more }
}

/** We ask anew by time instead: continuation points die with the session, and servers have few. */
async function release({ space }: BackfillParts, item: Item, point: Buffer): Promise<void> {
  const { opcua, session } = space
  await session.historyRead(
    new opcua.HistoryReadRequest({
      historyReadDetails: new opcua.ReadRawModifiedDetails({}),
      releaseContinuationPoints: true,
      nodesToRead: [{ nodeId: item.nodeId, continuationPoint: point }],
    }),
  )
}

async function store(
  { intake, clock }: BackfillParts,
  { owner }: Item,
  values: readonly OpcuaValue[],
): Promise<void> {
  for (const chunk of chunksOf(values)) {
    const message = { v: 1, values: chunk } as const
    await intake.store({
      device: owner.device.id,
      root: owner.root,
      message,
      ingest: clock.now(),
    })
  }
}
