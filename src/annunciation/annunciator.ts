import type { Logger } from 'pino'
import type { Database } from '../database/database.ts'
import type { CancelTimer, Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, later, SECOND, type TimeUs } from '../domain/time.ts'
import type { DeskCatalogue } from './catalogue.ts'
import { flushGroup, nextDueGroup, type FlushSetting } from './flush.ts'
import { beat, type HeartbeatParts } from './heartbeat.ts'
import {
  checkLease,
  dropLease,
  LEASE,
  LeaseLostError,
  takeLease,
  type Lease,
} from './lease.ts'
import { FORGET_EVERY, forgetOld } from './forget.ts'
import type { Calendar } from '../calendar/civil-time.ts'

/** What nobody announced here is found so soon: another process may have taken the alarm in. */
export const POLL = durationUs(5 * SECOND)

/** Groups of one organisation before the others have their turn. */
const GROUPS_PER_TURN = 100

export interface AnnunciatorParts extends HeartbeatParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly organisations: () => Promise<readonly OrganisationId[]>
  readonly catalogue: (organisation: OrganisationId) => Promise<DeskCatalogue>
  readonly calendar: (catalogue: DeskCatalogue) => Calendar
  /** Something was put into the outbox. */
  readonly wakeOutbox?: () => void
}

/**
 * Takes the steps that are due, in order, and puts what is told into the outbox. Any number may run
 * on one database: a lease in it says which one works for an organisation. Disposal waits for the
 * transaction under way and lets go of the leases.
 */
export interface Annunciator extends AsyncDisposable {
  /** Begins: at what is announced, when something is due, and every 5 s. Twice is once. */
  start(): void
  /** Does everything that is due now; resolves to when the next thing is, if it is known. */
  look(): Promise<TimeUs | undefined>
}

export function createAnnunciator(parts: AnnunciatorParts): Annunciator {
  return new DatabaseAnnunciator(parts)
}

/** The same, begun. */
export function startAnnunciator(parts: AnnunciatorParts): Annunciator {
  const annunciator = createAnnunciator(parts)
  annunciator.start()
  return annunciator
}

class DatabaseAnnunciator implements Annunciator {
  readonly #parts: AnnunciatorParts
  readonly #holder: string
  readonly #leases = new Map<OrganisationId, Lease>()
  readonly #forgot = new Map<OrganisationId, TimeUs>()
  #looking: Promise<unknown> = Promise.resolve()
  #started = false
  #stopped = false
  #working = false
  #wokenMeanwhile = false
  #cancel: CancelTimer | undefined
  #deaf: (() => void) | undefined

  constructor(parts: AnnunciatorParts) {
    this.#parts = parts
    this.#holder = Buffer.from(parts.random.bytes(16)).toString('hex')
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.#deaf = this.#parts.database.onFeed(() => this.#wake())
    this.#wake()
  }

  look(): Promise<TimeUs | undefined> {
    // One after another, so that two never work for one organisation in one process.
    const look = this.#looking.then(() => this.#lookOnce())
    this.#looking = look.catch(() => undefined)
    return look
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    this.#deaf?.()
    await this.#looking
    const { database, clock, log } = this.#parts
    for (const [organisation, { holder, token }] of this.#leases) {
      const ours = { holder, token, now: clock.now() }
      await dropLease(database, organisation, ours).catch((error: unknown) =>
        log.warn({ err: error, organisation }, 'the lease runs out by itself'),
      )
    }
  }

  #wake(): void {
    if (this.#stopped) return
    if (this.#working) {
      this.#wokenMeanwhile = true
      return
    }
    this.#cancel?.()
    this.#working = true
    void this.#pass()
  }

  /** Never rejects: a database that is away is asked again at the next poll. */
  async #pass(): Promise<void> {
    let next: TimeUs | undefined
    try {
      next = await this.look()
    } catch (error) {
      this.#parts.log.error({ err: error }, 'desks could not be looked at')
    }
    this.#working = false
    if (this.#stopped) return
    const again = this.#wokenMeanwhile
    this.#wokenMeanwhile = false
    if (again) {
      this.#wake()
      return
    }
    const wait = next === undefined ? POLL : next - this.#parts.clock.now()
    const soon = durationUs(Math.min(Math.max(wait, 0), POLL))
    this.#cancel = this.#parts.clock.after(soon, () => this.#wake())
  }

  async #lookOnce(): Promise<TimeUs | undefined> {
    let next: TimeUs | undefined
    for (const organisation of await this.#parts.organisations()) {
      if (this.#stopped) break
      try {
        const due = await this.#lookAt(organisation)
        if (due !== undefined && (next === undefined || due < next)) next = due
      } catch (error) {
        if (error instanceof LeaseLostError) this.#leases.delete(organisation)
        // One organisation's trouble must not keep the others from being told.
        this.#parts.log.error(
          { err: error, organisation },
          'alarms could not be annunciated',
        )
      }
    }
    return next
  }

  async #lookAt(organisation: OrganisationId): Promise<TimeUs | undefined> {
    const { database, clock } = this.#parts
    const catalogue = await this.#parts.catalogue(organisation)
    const calendar = this.#parts.calendar(catalogue)
    const lease = await this.#lease(organisation)
    if (lease === undefined) return undefined
    let told = false
    for (let groups = 0; groups < GROUPS_PER_TURN && !this.#stopped; groups += 1) {
      const now = clock.now()
      // A look that costs no transaction: most of the time nothing is due.
      if ((await nextDueGroup({ query: database.read(organisation) }, now)) === undefined)
        break
      await this.#flushOne(organisation, lease, { catalogue, calendar, now })
      told = true
    }
    const turn = { organisation, lease, catalogue }
    const beaten = await beat(this.#parts, turn)
    await this.#forget(organisation)
    if (told) this.#parts.wakeOutbox?.()
    const due = await nextDue(database, organisation)
    return beaten === undefined || (due !== undefined && due < beaten) ? due : beaten
  }

  async #flushOne(
    organisation: OrganisationId,
    lease: Lease,
    setting: FlushSetting,
  ): Promise<void> {
    await this.#parts.database.write(organisation, 'alarm', async (work) => {
      await checkLease(work, lease)
      const group = await nextDueGroup(work, setting.now)
      if (group !== undefined) await flushGroup(work, group, setting)
    })
  }

  async #forget(organisation: OrganisationId): Promise<void> {
    const now = this.#parts.clock.now()
    const last = this.#forgot.get(organisation)
    if (last !== undefined && now < later(last, FORGET_EVERY)) return
    this.#forgot.set(organisation, now)
    await forgetOld(this.#parts.database, organisation, now)
  }

  /** The own lease, renewed while two thirds of it are left. */
  async #lease(organisation: OrganisationId): Promise<Lease | undefined> {
    const { database, clock } = this.#parts
    const now = clock.now()
    const known = this.#leases.get(organisation)
    if (known !== undefined && later(now, durationUs((LEASE * 2) / 3)) < known.until)
      return known
    const lease = await takeLease(database, organisation, { holder: this.#holder, now })
    if (lease === undefined) this.#leases.delete(organisation)
    else this.#leases.set(organisation, lease)
    return lease
  }
}

async function nextDue(
  database: Database,
  organisation: OrganisationId,
): Promise<TimeUs | undefined> {
  const row = await database
    .read(organisation)
    .selectFrom('telling_group')
    .select('due_at')
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at ?? undefined
}
