import type { CallMethodRequestOptions, NodeId, StatusCode, Variant } from 'node-opcua'
import type { OpcuaEvent } from '../../devices/opcua/message.ts'
import type { Clock } from '../../domain/clock.ts'
import type { TimeUs } from '../../domain/time.ts'
import { conditionFilter, readEvent, type ToldCondition } from './events.ts'
import type { Intake } from './intake.ts'
import type { Opcua } from './library.ts'
import { Listing } from './listing.ts'
import { Owners, type LookingUp } from './owners.ts'
import type { RawSession } from './raw-session.ts'
import type { Space } from './resolve.ts'
import { Standings, type Branch, type Standing } from './standing.ts'
import type { ConditionPoint, Watched } from './watched.ts'

/** Conditions whose newest event is remembered. */
const mostRemembered = 10_000

/** What of a session is needed to hear conditions. */
export interface Asking extends Pick<Space, 'opcua' | 'uris'> {
  readonly session: Pick<RawSession, 'createMonitoredItems'> &
    LookingUp & {
      call(method: CallMethodRequestOptions): Promise<{ readonly statusCode: StatusCode }>
    }
}

/** Where the server is asked for its conditions. */
interface Asked {
  readonly space: Asking
  readonly subscriptionId: number
}

interface Belonging {
  readonly watched: Watched
  readonly point: ConditionPoint | undefined
}

/** Listens to the conditions of one session and knows which device and point each belongs to. */
export class Conditions {
  readonly #parts: {
    readonly opcua: Opcua
    readonly intake: Pick<Intake, 'store'>
    readonly clock: Clock
  }
  /** Condition and branch → its newest event, so that nothing is said twice. */
  readonly #newest = new Map<string, string>()
  #watched: readonly Watched[] = []
  #uris: readonly string[] = []
  readonly #standings = new Standings()
  readonly #owners: Owners
  #asked: Asked | undefined
  #listening = false
  readonly #listing = new Listing()

  constructor(parts: {
    readonly opcua: Opcua
    readonly intake: Pick<Intake, 'store'>
    readonly clock: Clock
  }) {
    this.#parts = parts
    this.#owners = new Owners(parts.opcua)
  }

  /** From now on these devices, without asking anew. */
  follow(all: Iterable<Watched>): void {
    this.#watched = [...all].filter(wantsConditions)
    this.#standings.keep(this.#watched)
    this.#owners.forget()
  }

  /** What the condition of a device said last on this session; undefined before it said anything. */
  standing(device: string, condition: string): Standing | undefined {
    return this.#standings.get(device, condition)
  }

  /** Its earlier states that nobody has taken note of. */
  branches(device: string, condition: string): readonly Branch[] {
    return this.#standings.branches(device, condition)
  }

  /** Listens when any of the devices wants it, and asks for all conditions that still matter. */
  async listen(
    space: Asking,
    subscriptionId: number,
    order: { readonly all: Iterable<Watched>; readonly nextHandle: () => number },
  ): Promise<void> {
    const { session, opcua, uris } = space
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
    this.#asked = { space, subscriptionId }
    await this.#ask()
  }

  /** Asks for all conditions that still matter. */
  async #ask(): Promise<void> {
    if (this.#asked === undefined) return
    const { space, subscriptionId } = this.#asked
    const { opcua, session } = space
    this.#listing.asked(this.#parts.clock.now())
    // By the ids of the standard: not every server lets the method be found by its path.
    const { statusCode } = await session.call({
      objectId: opcua.resolveNodeId('i=2782'),
      methodId: opcua.resolveNodeId('i=3875'),
      inputArguments: [{ dataType: opcua.DataType.UInt32, value: subscriptionId }],
    })
    if (statusCode.isGood()) return
    this.#listing.refused()
    this.#note(`the server does not list its conditions (${statusCode.name})`)
  }

  /** One event; what of it is stored. */
  take(fields: readonly Variant[], now: TimeUs): Promise<boolean>[] {
    const told = readEvent(this.#parts.opcua, fields, this.#uris)
    if (told === undefined) return []
    if (told.kind === 'condition') return this.#tell(told, now)
    if (told.part === 'end') return this.#conclude(now)
    if (told.part === 'needed') this.#listing.needed(now)
    else this.#listing.begun()
    return []
  }

  #tell({ event, source }: ToldCondition, now: TimeUs): Promise<boolean>[] {
    const again = this.#isRepeat(event)
    const refreshed = this.#listing.isUnderWay
    const heard = { ...event, ...(refreshed && { refreshed }) }
    const owners = this.#belongs(source, event)
    if (owners.length === 0 && !again) return this.#tellAbove(source, heard, now)
    return owners.flatMap((one) => this.#tellOf(one, { event: heard, again, now }))
  }

  #tellOf(
    { watched, point }: Belonging,
    heard: { readonly event: OpcuaEvent; readonly again: boolean; readonly now: TimeUs },
  ): Promise<boolean>[] {
    const { event, again, now } = heard
    // A branch is what a condition was once; the point shows what it is.
    const current = event.branch === undefined ? point : undefined
    if (current !== undefined) this.#listing.names(current)
    if (again) return []
    if (current === undefined) {
      if (point !== undefined)
        this.#standings.takeBranch(watched.device.id, point.text, event)
      return [this.#store(watched, now, event)]
    }
    const { text: condition } = current
    this.#standings.take(watched.device.id, condition, event, now)
    return [this.#store(watched, now, { ...event, condition })]
  }

  /** Of a node that no point names: of the device above it, if its type wants such events. */
  #tellAbove(
    source: NodeId | undefined,
    event: OpcuaEvent,
    now: TimeUs,
  ): Promise<boolean>[] {
    const all = this.#watched.filter(({ type }) => type.opcua.events?.conditions === true)
    const session = this.#asked?.space.session
    if (source === undefined || session === undefined || all.length === 0) return []
    const tell = async (): Promise<boolean> => {
      const watched = await this.#owners.of(session, source, all)
      // Nobody's events are nothing to store.
      return watched === undefined ? true : this.#store(watched, now, event)
    }
    return [tell()]
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

  /**
   * Asks anew when a listing did not end, or when the server says that something was lost. Nothing is
   * concluded from half a listing: it would end alarms that stand. Never rejects.
   */
  async tick(): Promise<void> {
    if (!this.#listing.isDue(this.#parts.clock.now())) return
    const { missing } = this.#listing
    if (missing !== undefined)
      this.#note(`the server did not ${missing} to list its conditions; asked anew`)
    await this.#ask()
  }

  /** What a complete listing did not name is over: servers list only what still matters. */
  #conclude(now: TimeUs): Promise<boolean>[] {
    const listed = this.#listing.ended()
    if (listed === undefined) return []
    this.#note(undefined)
    return this.#watched.flatMap((watched) =>
      watched.conditions
        .filter((point) => point.nodeId !== undefined && !listed.has(point))
        .map(({ text }) => {
          const last = this.#standings.forget(watched.device.id, text)
          // What it said may be said again, and is news then.
          if (last !== undefined) this.#newest.delete(`${last.conditionId} `)
          return this.#store(watched, now, {
            condition: text,
            active: false,
            absent: true,
            time: now,
          })
        }),
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
