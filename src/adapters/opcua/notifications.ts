import type { NotificationMessage } from 'node-opcua'
import type { OpcuaValue } from '../../devices/opcua/message.ts'
import type { Clock } from '../../domain/clock.ts'
import { elapsed, type TimeUs } from '../../domain/time.ts'
import { chunksOf } from './chunks.ts'
import type { Conditions } from './conditions.ts'
import { micros, type createEncoder } from './encode.ts'
import type { Intake } from './intake.ts'
import type { Opcua } from './library.ts'
import { batches, type Space } from './resolve.ts'
import type { Item, Watched } from './watched.ts'

/** Values that are asked for anew in one go. */
const confirmAtOnce = 2_000

export interface NotificationParts {
  readonly opcua: Opcua
  readonly intake: Intake
  readonly clock: Clock
  readonly encode: ReturnType<typeof createEncoder>
  /** By client handle. */
  readonly items: ReadonlyMap<number, Item>
  readonly conditions: Conditions
  readonly watchedOn: (subscriptionId: number) => readonly Watched[]
  readonly failed: (why: string) => void
}

/** Sorts what the server tells by device and gives it to the intake. */
export class Notifications {
  readonly #parts: NotificationParts
  readonly #sequences = new Map<number, number>()
  #serverTime: number | undefined
  /** The server's clock less ours, in µs. */
  #ahead: number | undefined
  #heard: TimeUs

  constructor(parts: NotificationParts) {
    this.#parts = parts
    this.#heard = parts.clock.now()
  }

  /** When the server, by its clock, sent its newest news. */
  get serverTime(): number | undefined {
    return this.#serverTime
  }

  /**
   * A time of ours by the server's clock, as its newest news had it, and earlier by as long as they were
   * under way; undefined before there were any.
   */
  byServer(ours: TimeUs): number | undefined {
    return this.#ahead === undefined ? undefined : ours + this.#ahead
  }

  /**
   * Takes what was told in an answer of that time. Resolves with whether all of it is durable. The order
   * of calls is the order in the log.
   */
  async take(
    subscriptionId: number,
    message: NotificationMessage,
    sent: Date | null,
  ): Promise<boolean> {
    const { opcua, clock, conditions, failed } = this.#parts
    const now = clock.now()
    const stored: Promise<boolean>[] = this.#missed(subscriptionId, message, now)
    // Not the message's own time, which some servers leave out.
    const published = micros(sent) ?? micros(message.publishTime)
    if (published !== undefined) {
      this.#serverTime = published
      this.#ahead = published - now
    }
    const byDevice = new Map<Watched, OpcuaValue[]>()
    for (const data of message.notificationData ?? []) {
      if (data instanceof opcua.DataChangeNotification) this.#sort(data, now, byDevice)
      else if (data instanceof opcua.EventNotificationList) {
        for (const { eventFields } of data.events ?? []) {
          stored.push(...conditions.take(eventFields ?? [], now))
        }
      } else if (data instanceof opcua.StatusChangeNotification) {
        failed(`the server ended the subscription (${data.status.name})`)
      }
    }
    this.#heard = now
    for (const [watched, values] of byDevice) {
      stored.push(...storeValues(this.#parts.intake, watched, { values, ingest: now }))
    }
    const all = await Promise.all(stored)
    return all.every(Boolean)
  }

  #sort(
    { monitoredItems }: InstanceType<Opcua['DataChangeNotification']>,
    now: TimeUs,
    byDevice: Map<Watched, OpcuaValue[]>,
  ): void {
    const { items, encode } = this.#parts
    for (const { clientHandle, value } of monitoredItems ?? []) {
      const item = items.get(clientHandle)
      if (item === undefined) continue
      const encoded = encode(item.place.path, value)
      const values = byDevice.get(item.owner)
      const one: OpcuaValue = item.begun
        ? encoded
        : standing(encoded, this.byServer(item.heard))
      item.begun = true
      item.heard = now
      if (values === undefined) byDevice.set(item.owner, [one])
      else values.push(one)
    }
  }

  /** A number left out means news that never came; they are a gap of all devices concerned. */
  #missed(
    subscriptionId: number,
    { sequenceNumber }: NotificationMessage,
    now: TimeUs,
  ): Promise<boolean>[] {
    const { intake, watchedOn } = this.#parts
    const last = this.#sequences.get(subscriptionId)
    this.#sequences.set(subscriptionId, sequenceNumber)
    // The number after 2^32 - 1 is 1.
    if (last === undefined || sequenceNumber === (last % 0xffffffff) + 1) return []
    const why = `the server's messages jumped from ${last} to ${sequenceNumber}`
    const gap = { from: this.#heard, to: now, why }
    return watchedOn(subscriptionId).map(({ device, root }) =>
      intake.store({
        device: device.id,
        root,
        message: { v: 1, gaps: [gap] },
        ingest: now,
      }),
    )
  }
}

/**
 * Asks for values that nobody has spoken of for as long as a healthy device may be silent: a value
 * that does not change is no fault, and this is how it stays fresh.
 */
export async function confirm(parts: {
  readonly space: Space
  readonly intake: Intake
  readonly clock: Clock
  readonly encode: ReturnType<typeof createEncoder>
  readonly items: Iterable<Item>
  /** A time of ours by the server's clock. */
  readonly byServer: (ours: TimeUs) => number | undefined
  readonly readAtOnce: number
}): Promise<void> {
  const { space, intake, clock, encode, readAtOnce } = parts
  const now = clock.now()
  const quiet: Item[] = []
  for (const item of parts.items) {
    if (item.monitoredItemId === 0) continue
    if (elapsed(item.heard, now) >= item.owner.type.interval) quiet.push(item)
    if (quiet.length >= confirmAtOnce) break
  }
  for (const batch of batches(quiet, readAtOnce)) {
    const { opcua, session } = space
    const asked = clock.now()
    const values = await session.read(
      batch.map(({ nodeId }) => ({ nodeId, attributeId: opcua.AttributeIds.Value })),
    )
    const ingest = clock.now()
    const byDevice = new Map<Watched, OpcuaValue[]>()
    for (const [index, item] of batch.entries()) {
      const value = values[index]
      if (value === undefined) continue
      item.heard = ingest
      const one = standing(encode(item.place.path, value), parts.byServer(asked))
      const list = byDevice.get(item.owner)
      if (list === undefined) byDevice.set(item.owner, [one])
      else list.push(one)
    }
    for (const [watched, list] of byDevice) {
      await Promise.all(storeValues(intake, watched, { values: list, ingest }))
    }
  }
}

/**
 * `confirmed` is when we asked, not when the answer came: a change in between must be the newer of the
 * two, although it may be told much later.
 */
function standing(value: OpcuaValue, confirmed: number | undefined): OpcuaValue {
  return { ...value, standing: true, ...(confirmed !== undefined && { confirmed }) }
}

function storeValues(
  intake: Intake,
  { device, root }: Watched,
  { values, ingest }: { readonly values: readonly OpcuaValue[]; readonly ingest: TimeUs },
): Promise<boolean>[] {
  return Array.from(chunksOf(values), (chunk) =>
    intake.store({ device: device.id, root, message: { v: 1, values: chunk }, ingest }),
  )
}
