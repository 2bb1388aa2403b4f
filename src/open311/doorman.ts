import type { FastifyRequest } from 'fastify'
import { isIPv6 } from 'node:net'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { Partner } from './config.ts'
import { wrongKey } from './door-refusals.ts'
import type { OpenDoor } from './jurisdictions.ts'
import { clientOf } from './keys.ts'
import { Limiter } from './limiter.ts'
import { first, type Parameters } from './parameters.ts'

/** Wrong keys that one address may show in a minute. */
const WRONG_KEYS = 30
/** Questions that one address may ask in a minute without a key. */
const QUESTIONS = 300
/** What one client may send and ask in a minute. */
const CLIENT_REQUESTS = 3_000

/** A client that has shown its key. */
export interface Client {
  readonly id: string
  readonly partner: Partner
}

/** Says who may come in, and how often. */
export class Doorman {
  readonly #parts: { readonly database: Database }
  readonly #wrongKeys: Limiter
  readonly #questions: Limiter
  readonly #clients: Limiter

  constructor(parts: { readonly database: Database; readonly clock: Clock }) {
    this.#parts = parts
    this.#wrongKeys = new Limiter(parts.clock, WRONG_KEYS)
    this.#questions = new Limiter(parts.clock, QUESTIONS)
    this.#clients = new Limiter(parts.clock, CLIENT_REQUESTS)
  }

  /** Counts a question without a key. Throws Problem too_many. */
  ask(request: FastifyRequest): void {
    const address = addressOf(request)
    this.#questions.refuse(address)
    this.#questions.note(address)
  }

  /** Throws Problem too_many for an address that guessed too often, before anything of it is read. */
  refuseGuessing(request: FastifyRequest): void {
    this.#wrongKeys.refuse(addressOf(request))
  }

  /** Throws Problem forbidden for a key that is missing or wrong. */
  async client(
    request: FastifyRequest,
    open: OpenDoor,
    parameters: Parameters,
  ): Promise<Client> {
    const address = addressOf(request)
    this.#wrongKeys.refuse(address)
    const shown = first(parameters, 'api_key')
    const { organisation, catalogue } = open
    const id =
      shown === undefined ? undefined : await clientOf(this.#parts, organisation, shown)
    const partner = id === undefined ? undefined : catalogue.partners.get(id)
    if (id === undefined || partner === undefined) {
      this.#wrongKeys.note(address)
      throw wrongKey(shown)
    }
    const counted = `${organisation} ${id}`
    this.#clients.refuse(counted)
    this.#clients.note(counted)
    return { id, partner }
  }

  /** Where a key is welcome and not needed; a wrong one is refused all the same. */
  async maybeClient(
    request: FastifyRequest,
    open: OpenDoor,
    query: Parameters,
  ): Promise<Client | undefined> {
    if (first(query, 'api_key') !== undefined)
      return await this.client(request, open, query)
    this.ask(request)
    return undefined
  }
}

/** Of an IPv6 address the network: whoever has one has all of it. */
function addressOf({ ip }: FastifyRequest): string {
  return isIPv6(ip) && !ip.startsWith('::ffff:') ? ip.split(':').slice(0, 4).join(':') : ip
}
