import type { NodeId, Variant } from 'node-opcua'
import type { OpcuaEvent } from '../../devices/opcua/message.ts'
import type { Clock } from '../../domain/clock.ts'
import { durationUs, later, SECOND, type TimeUs } from '../../domain/time.ts'
import { conditionFilter, readEvent, type ToldCondition } from './events.ts'
import type { Intake } from './intake.ts'
import type { Opcua } from './library.ts'
import type { Space } from './resolve.ts'
import type { ConditionPoint, Watched } from './watched.ts'

/** A server that does not say when its refresh ends has this long. */
const refreshWithin = durationUs(10 * SECOND)
/** Conditions whose newest event is remembered. */
const mostRemembered = 10_000

interface Refresh {
  readonly until: TimeUs
  /** Conditions of points that were among those listed. */
  readonly seen: Set<ConditionPoint>
  /** Between its two marks: what comes is said because we asked. */
  listing: boolean
}

interface Belonging {
  readonly watched: Watched
  readonly point: ConditionPoint | undefined
}

/** Listens to the conditions of one session and knows which device and point each belongs to. */
export class Conditions {
  readonly #parts: { readonly opcua: Opcua; readonly intake: Intake; readonly clock: Clock }
  /** Condition and branch → its newest event, so that nothing is said twice. */
  readonly #newest = new Map<string, string>()
  #watched: readonly Watched[] = []
  #uris: readonly string[] = []
  #listening = false
  #refresh: Refresh | undefined

  constructor(parts: {
    readonly opcua: Opcua
    readonly intake: Intake
    readonly clock: Clock
  }) {
    this.#parts = parts
  }

  /** From now on these devices, without asking anew. */
  follow(all: Iterable<Watched>): void {
    this.#watched = [...all].filter(wantsConditions)
  }

  /** Listens when any of the devices wants it, and asks for all conditions that still matter. */
  async listen(
    { session, opcua, uris }: Space,
    subscriptionId: number,
    order: { readonly all: Iterable<Watched>; readonly nextHandle: () => number },
  ): Promise<void> {
    this.#uris = uris
    this.follow(order.all)
    if (this.#watched.length === 0) return
    if (!this.#listening) {
      const { results } = await session.createMonitoredItems({
        subscriptionId,
        timestampsToReturn: opcua.TimestampsToReturn.Both,
        itemsToCreate: [
          {
            itemToMonitor: {
              nodeId: opcua.resolveNodeId('Server'),
              attributeId: opcua.AttributeIds.EventNotifier,
            },
            monitoringMode: opcua.MonitoringMode.Reporting,
            requestedParameters: {
              clientHandle: order.nextHandle(),
              samplingInterval: 0,
              queueSize: 1_000,
              discardOldest: true,
              filter: conditionFilter(opcua),
            },
          },
        ],
      })
      const status = results?.[0]?.statusCode
      if (status?.isGood() !== true) {
        this.#note(`the server tells no events (${status?.name ?? 'no answer'})`)
        return
      }
      this.#listening = true
    }
    const until = later(this.#parts.clock.now(), refreshWithin)
    this.#refresh = { until, seen: new Set(), listing: false }
    // By the ids of the standard: not every server lets the method be found by its path.
    const { statusCode } = await session.call({
      objectId: opcua.resolveNodeId('i=2782'),
      methodId: opcua.resolveNodeId('i=3875'),
      inputArguments: [{ dataType: opcua.DataType.UInt32, value: subscriptionId }],
    })
    if (statusCode.isGood()) this.#note(undefined)
    else {
      this.#refresh = undefined
      this.#note(`the server does not list its conditions (${statusCode.name})`)
    }
  }

  /** One event; what of it is stored. */
  take(fields: readonly Variant[], now: TimeUs): Promise<boolean>[] {
    const told = readEvent(this.#parts.opcua, fields, this.#uris)
    if (told === undefined) return []
    if (told.kind === 'condition') return this.#tell(told, now)
    if (told.part === 'end') return this.#conclude(now)
    if (this.#refresh !== undefined) this.#refresh.listing = true
    return []
  }

  #tell({ event, source }: ToldCondition, now: TimeUs): Promise<boolean>[] {
    const again = this.#isRepeat(event)
    const refreshed = this.#refresh?.listing === true
    const stored: Promise<boolean>[] = []
    for (const { watched, point } of this.#belongs(source, event)) {
      // A branch is what a condition was once; the point shows what it is.
      const current = event.branch === undefined ? point : undefined
      if (current !== undefined) this.#refresh?.seen.add(current)
      if (again) continue
      stored.push(
        this.#store(watched, now, {
          ...event,
          ...(current !== undefined && { condition: current.text }),
          ...(refreshed && { refreshed }),
        }),
      )
    }
    return stored
  }

  /** Whether this very event was heard on this session; remembers it. */
  #isRepeat({ conditionId = '', branch = '', eventId }: OpcuaEvent): boolean {
    if (eventId === undefined) return false
    const key = `${conditionId} ${branch}`
    if (this.#newest.get(key) === eventId) return true
    this.#newest.set(key, eventId)
    const [oldest] = this.#newest.keys()
    if (this.#newest.size > mostRemembered && oldest !== undefined)
      this.#newest.delete(oldest)
    return false
  }

  /** Ends a refresh whose end the server never said. */
  tick(): void {
    const now = this.#parts.clock.now()
    if (this.#refresh !== undefined && now >= this.#refresh.until)
      void Promise.all(this.#conclude(now))
  }

  /** What a refresh did not list is over: servers list only what still matters. */
  #conclude(now: TimeUs): Promise<boolean>[] {
    const refresh = this.#refresh
    this.#refresh = undefined
    if (refresh === undefined) return []
    return this.#watched.flatMap((watched) =>
      watched.conditions
        .filter((point) => point.nodeId !== undefined && !refresh.seen.has(point))
        .map(({ text }) =>
          this.#store(watched, now, {
            condition: text,
            active: false,
            absent: true,
            time: now,
          }),
        ),
    )
  }

  /** Devices and points that an event is of: by the node of its source. */
  #belongs(source: NodeId | undefined, { name }: OpcuaEvent): Belonging[] {
    const id = source?.toString()
    if (id === undefined) return []
    return this.#watched.flatMap((watched): Belonging[] => {
      const here = watched.conditions.filter(({ nodeId }) => nodeId?.toString() === id)
      const points = here.filter((point) => point.name === name)
      if (points.length > 0) return points.map((point) => ({ watched, point }))
      const isOurs = here.length > 0 || watched.rootId?.toString() === id
      return isOurs ? [{ watched, point: undefined }] : []
    })
  }

  async #store(watched: Watched, ingest: TimeUs, event: OpcuaEvent): Promise<boolean> {
    const { device, root } = watched
    return this.#parts.intake.store({
      device: device.id,
      root,
      message: { v: 1, events: [event] },
      ingest,
    })
  }

  #note(text: string | undefined): void {
    for (const { notes } of this.#watched) {
      if (text === undefined) notes.delete('conditions')
      else notes.set('conditions', text)
    }
  }
}

function wantsConditions({ conditions, type }: Watched): boolean {
  return conditions.length > 0 || type.opcua.events?.conditions === true
}
