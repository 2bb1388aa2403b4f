import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import type { ContractorUser } from '../../contractors/reach.ts'
import type { WorkOrders } from '../../work-orders/work-orders.ts'
import type { CancelTimer } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { coalesce, currentNumber, rowsAfter, type FeedRow } from './feed-rows.ts'
import { GATHER, RETRY, type FollowerParts } from './follower.ts'
import type { StreamClient } from './stream-client.ts'

export interface ContractorFollowerParts extends FollowerParts {
  readonly contractors: Pick<ContractorCases, 'grantors' | 'touched'>
  readonly orders: {
    readonly ofContractors: Pick<WorkOrders['ofContractors'], 'orderers' | 'touched'>
  }
}

/**
 * Reads the feeds of everybody a contractor works for, and passes on what is about cases that were
 * granted to it, or of which something was ordered of it. What another configuration of theirs changes
 * (contracts, units) is not told one by one: all is loaded anew. Its numbers are its own: a stream that
 * was cut off begins anew.
 */
export class ContractorFollower {
  readonly #parts: ContractorFollowerParts
  readonly #who: ContractorUser
  /** How far the feed of each organisation was read. */
  readonly #readUpTo = new Map<OrganisationId, number>()
  #woken = new Set<OrganisationId>()
  #stop: (() => void) | undefined
  #client: StreamClient | undefined
  #told = 0
  #timer: CancelTimer | undefined
  #reading = false
  #closed = false

  constructor(parts: ContractorFollowerParts, who: ContractorUser) {
    this.#parts = parts
    this.#who = who
  }

  /** Begins to listen; from here on nothing is missed. The first number is 0. */
  async current(): Promise<number> {
    this.#stop = this.#parts.database.onFeed((organisation) => this.#wake(organisation))
    for (const organisation of await this.#customers()) await this.#startAt(organisation)
    return this.#told
  }

  /** Whose feeds are of interest. */
  async #customers(): Promise<ReadonlySet<OrganisationId>> {
    const { contractors, orders } = this.#parts
    return new Set([
      ...(await contractors.grantors(this.#who)),
      ...(await orders.ofContractors.orderers(this.#who)),
    ])
  }

  /** Tells the client what changed since, and whatever changes from now on. */
  async join(client: StreamClient): Promise<void> {
    this.#client = client
    this.#schedule(GATHER)
  }

  /** There is one client, and without it nobody listens. */
  leave(): void {
    this.close()
  }

  close(): void {
    this.#closed = true
    this.#stop?.()
    this.#timer?.()
    this.#client = undefined
  }

  #wake(organisation: OrganisationId): void {
    this.#woken.add(organisation)
    this.#schedule(GATHER)
  }

  #schedule(delay: typeof GATHER): void {
    if (this.#closed || this.#client === undefined) return
    if (this.#timer !== undefined || this.#reading) return
    this.#timer = this.#parts.clock.after(delay, () => {
      this.#timer = undefined
      void this.#readOn()
    })
  }

  async #readOn(): Promise<void> {
    const woken = this.#woken
    this.#woken = new Set()
    this.#reading = true
    let delay = GATHER
    try {
      await this.#distribute(woken)
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'feeds could not be read, trying again')
      for (const organisation of woken) this.#woken.add(organisation)
      delay = RETRY
    }
    this.#reading = false
    if (this.#woken.size > 0) this.#schedule(delay)
  }

  async #distribute(woken: ReadonlySet<OrganisationId>): Promise<void> {
    const strangers = [...woken].filter((one) => !this.#readUpTo.has(one))
    const customers = strangers.length === 0 ? new Set() : await this.#customers()
    for (const organisation of woken) {
      const from = this.#readUpTo.get(organisation)
      if (from !== undefined) await this.#readFeed(organisation, from)
      else if (customers.has(organisation)) await this.#loadAnew(organisation)
    }
  }

  async #readFeed(organisation: OrganisationId, from: number): Promise<void> {
    const rows = await rowsAfter(this.#parts.database.read(organisation), from)
    if (rows === undefined) {
      await this.#loadAnew(organisation)
      return
    }
    if (rows.some(({ kind }) => kind === 'configuration')) {
      await this.#loadAnew(organisation)
      return
    }
    const ids = coalesce(rows).flatMap(({ kind, subject }) =>
      kind === 'case' ? [subject] : [],
    )
    const own = await this.#ownOf(organisation, ids)
    this.#readUpTo.set(organisation, rows.at(-1)?.number ?? from)
    const news = [...own].map((id): FeedRow => {
      this.#told += 1
      return { number: this.#told, kind: 'case', subject: `${organisation}/${id}` }
    })
    this.#client?.deliver(news, this.#told)
  }

  async #ownOf(
    organisation: OrganisationId,
    ids: readonly string[],
  ): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const { contractors, orders } = this.#parts
    const of = { organisation, ids }
    return new Set([
      ...(await contractors.touched(this.#who, of)),
      ...(await orders.ofContractors.touched(this.#who, of)),
    ])
  }

  /** Its first case, or more of them than can be told one by one. */
  async #loadAnew(organisation: OrganisationId): Promise<void> {
    await this.#startAt(organisation)
    this.#told += 1
    this.#client?.resync(this.#told)
  }

  async #startAt(organisation: OrganisationId): Promise<void> {
    const current = await currentNumber(this.#parts.database.read(organisation))
    this.#readUpTo.set(organisation, current)
  }
}
