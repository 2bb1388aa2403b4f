import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Configurations } from '../../configuration/active.ts'
import type { CancelTimer } from '../../domain/clock.ts'
import type { Subject } from '../../domain/identity.ts'
import type { OrganisationId, PointId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, SECOND, toIso, type DurationUs } from '../../domain/time.ts'
import type { Identity } from '../../identity/identity.ts'
import { can } from '../../identity/permissions.ts'
import type { LastValues } from '../../ingest/last-values.ts'
import type { User } from '../authorise.ts'
import { eventText } from './event-text.ts'
import { ContractorFollower, type ContractorFollowerParts } from './contractor-follower.ts'
import { Follower } from './follower.ts'
import { StreamClient } from './stream-client.ts'

/** A browser with more open streams than this has lost count of them. */
const PER_SESSION = 20
const IN_ALL = 5_000
const HEARTBEAT = durationUs(10 * SECOND)
const RECHECK = durationUs(30 * SECOND)

export interface StreamsParts extends ContractorFollowerParts {
  readonly identity: Identity
  readonly configurations: Configurations
  readonly lastValues: LastValues
}

export interface StreamRequest {
  readonly user: User
  /** The session cookie's value. */
  readonly cookie: string
  /** Ids of points whose values are wanted. */
  readonly points: ReadonlySet<number>
  /** `Last-Event-ID` as it came. */
  readonly lastEventId: string | undefined
  /** Left out: what changes in the user's own organisation. */
  readonly of?: 'contractor'
}

/** Where a stream's news come from. */
type Source = Pick<Follower, 'current' | 'join' | 'leave'>

/** Every open stream of the process. */
export class Streams {
  readonly #parts: StreamsParts
  readonly #followers = new Map<OrganisationId, Follower>()
  /** Open streams by session cookie, those that are still joining included. */
  readonly #perSession = new Map<string, number>()
  readonly #open = new Set<StreamClient>()
  readonly #stopFeed: () => void
  #count = 0
  #closed = false

  constructor(parts: StreamsParts) {
    this.#parts = parts
    this.#stopFeed = parts.database.onFeed((organisation) =>
      this.#followers.get(organisation)?.wake(),
    )
  }

  /** Open streams, for the counters. */
  get size(): number {
    return this.#count
  }

  /** Takes over the reply and streams until either side ends it. Throws Problem before that only. */
  async open(
    asked: StreamRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { user, cookie } = asked
    this.#reserve(cookie)
    const source = this.#sourceOf(asked)
    let points: ReadonlySet<PointId>
    let current: number
    try {
      points = await this.#knownPoints(user.organisation, asked.points)
      current = await source.current()
    } catch (error) {
      if (source instanceof ContractorFollower) source.close()
      this.#release(cookie)
      throw error
    }
    const from = resumeFrom(asked, current)
    const client = this.#start(reply, asked, from ?? current)
    const stops = this.#keep(client, asked, points)
    reply.raw.on('close', () => {
      for (const stop of stops) stop()
      source.leave(client)
      this.#open.delete(client)
      this.#release(cookie)
    })
    client.hello(current)
    if (from === undefined) client.resync(current)
    if (points.size > 0) client.values(points)
    try {
      await source.join(client)
    } catch (error) {
      // The head is out, so all that can be said is nothing: the browser comes again.
      request.log.warn({ err: error }, 'a stream could not catch up')
      client.destroy()
    }
  }

  /** Ends every stream; none can be opened afterwards. */
  close(): void {
    this.#closed = true
    this.#stopFeed()
    for (const client of this.#open) client.destroy()
    for (const follower of this.#followers.values()) follower.close()
    this.#followers.clear()
  }

  #reserve(cookie: string): void {
    const held = this.#perSession.get(cookie) ?? 0
    if (this.#closed || this.#count >= IN_ALL) throw full()
    if (held >= PER_SESSION) throw tooManyStreams()
    this.#perSession.set(cookie, held + 1)
    this.#count += 1
  }

  #release(cookie: string): void {
    const held = this.#perSession.get(cookie) ?? 0
    if (held <= 1) this.#perSession.delete(cookie)
    else this.#perSession.set(cookie, held - 1)
    this.#count -= 1
  }

  /** One for each organisation that was ever watched since the start; each costs a few numbers. */
  #followerOf(organisation: OrganisationId): Follower {
    const known = this.#followers.get(organisation)
    if (known !== undefined) return known
    const follower = new Follower(this.#parts, organisation)
    this.#followers.set(organisation, follower)
    return follower
  }

  async #knownPoints(
    organisation: OrganisationId,
    wanted: ReadonlySet<number>,
  ): Promise<ReadonlySet<PointId>> {
    if (wanted.size === 0) return new Set()
    const configuration = await this.#parts.configurations.current(organisation)
    const points = [...(configuration?.assetPoints.values() ?? [])].flat()
    const known = new Set(points.map(({ point }) => point).filter((id) => wanted.has(id)))
    if (known.size === wanted.size) return known
    throw new Problem({
      kind: 'not_found',
      what: 'Not all of these points exist',
      where: 'query.points',
      next: 'Ask the asset for its points again',
    })
  }

  #sourceOf({ user, of }: StreamRequest): Source {
    return of === 'contractor'
      ? new ContractorFollower(this.#parts, user)
      : this.#followerOf(user.organisation)
  }

  #start(
    reply: FastifyReply,
    { user, of }: Pick<StreamRequest, 'user' | 'of'>,
    knows: number,
  ): StreamClient {
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // A proxy that gathers events makes a live list a late one.
      'x-accel-buffering': 'no',
    })
    const client = new StreamClient({
      raw: reply.raw,
      clock: this.#parts.clock,
      hears: (kind) => of === 'contractor' || mayHear(user, kind),
      valuesText: (points) => valuesText(this.#parts.lastValues, points),
      knows,
    })
    this.#open.add(client)
    return client
  }

  /** Everything that goes on while the stream is open; returns how to stop each. */
  #keep(
    client: StreamClient,
    { user, cookie }: StreamRequest,
    points: ReadonlySet<PointId>,
  ): readonly (() => void)[] {
    const { lastValues, log } = this.#parts
    const stops = [
      this.#every(HEARTBEAT, () => client.beat()),
      this.#every(RECHECK, () => {
        this.#recheck(client, user, cookie).catch((error: unknown) =>
          log.warn({ err: error }, 'a session could not be checked, trying again in 30 s'),
        )
      }),
    ]
    if (points.size === 0) return stops
    const stopValues = lastValues.onChange(user.organisation, (changed) =>
      client.values(changed.filter((point) => points.has(point))),
    )
    return [...stops, stopValues]
  }

  /** Ends the stream when the session is over or may do something else than when it began. */
  async #recheck(client: StreamClient, user: User, cookie: string): Promise<void> {
    const subject = await this.#parts.identity.session(cookie)
    if (!sameRights(user, subject)) client.end()
  }

  #every(period: DurationUs, task: () => void): () => void {
    let cancel: CancelTimer
    const next = () => {
      cancel = this.#parts.clock.after(period, () => {
        next()
        task()
      })
    }
    next()
    return () => cancel()
  }
}

/** Undefined when the number was never given out here: then the browser must load anew. */
function resumeFrom(
  { lastEventId, of }: Pick<StreamRequest, 'lastEventId' | 'of'>,
  current: number,
): number | undefined {
  if (lastEventId === undefined || lastEventId === '') return current
  // Its numbers are those of one stream alone.
  if (of === 'contractor') return undefined
  if (!/^\d{1,15}$/.test(lastEventId)) return undefined
  const number = Number(lastEventId)
  return number <= current ? number : undefined
}

function mayHear(user: User, kind: string): boolean {
  const { organisation } = user
  if (kind === 'alarm') return can(user, 'alarm.read', { organisation })
  if (kind === 'case') return can(user, 'case.read', { organisation })
  return can(user, 'asset.read', { organisation })
}

function sameRights(user: User, subject: Subject | undefined): boolean {
  return subject?.kind === 'user' && subject.roles.join() === user.roles.join()
}

/** Values carry no id: they are not part of the feed, and the newest is all there is. */
function valuesText(lastValues: LastValues, points: ReadonlySet<PointId>): string {
  const values = []
  for (const point of points) {
    const last = lastValues.of(point)
    if (last === undefined) continue
    const { value, quality, code, effective } = last
    values.push({ point, value, quality, code, at: toIso(effective) })
  }
  return eventText('values', { values })
}

function full(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'No further live view can be opened now',
    why: `At most ${IN_ALL} are open at once, and none while the service stops`,
    next: 'The lists can be loaded all the same; live updates come when there is room',
    facts: { retryAfterSeconds: 30 },
  })
}

function tooManyStreams(): Problem {
  return new Problem({
    kind: 'too_many',
    what: 'This session has too many live views open',
    why: `At most ${PER_SESSION} can be open at once`,
    next: 'Close some windows',
    facts: { retryAfterSeconds: 30 },
  })
}
