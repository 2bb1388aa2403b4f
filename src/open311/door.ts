import type { FastifyRequest } from 'fastify'
import { isIPv6 } from 'node:net'
import { readOrganisation } from '../cases/organisation.ts'
import { readBody, type Sent } from './body.ts'
import { languageOf, type Partner } from './config.ts'
import { discovery } from './discovery.ts'
import { noRequest, noSuchMethod, noToken, nothing, wrongKey } from './door-refusals.ts'
import { updateWindow, requestFilter } from './filters.ts'
import { Jurisdictions, type JurisdictionParts, type OpenDoor } from './jurisdictions.ts'
import { clientOf } from './keys.ts'
import { Limiter, Turns } from './limiter.ts'
import { first, readParameters, together, type Parameters } from './parameters.ts'
import { readRequests, requestsById, type Reading } from './requests.ts'
import { serviceDefinition, serviceList } from './services.ts'
import { takeRequest, type Incoming, type TakeParts } from './take-request.ts'
import { takeUpdate } from './take-update.ts'
import { readUpdates } from './updates.ts'
import { anybody } from './visibility.ts'
import type { Said } from './xml.ts'

export interface DoorParts extends TakeParts, Omit<JurisdictionParts, 'clock'> {
  /** Where people reach the service, without a slash at the end. */
  readonly baseUrl: string
}

/** Wrong keys that one address may show in a minute. */
const WRONG_KEYS = 30
/** Questions that one address may ask in a minute without a key. */
const QUESTIONS = 300
/** What one client may send and ask in a minute. */
const CLIENT_REQUESTS = 3_000

/** Forms with files that are read at the same time: each may hold 5 photos. */
const uploads = { atOnce: 3, waiting: 200 } as const

/** An answer, and what its root is called in XML. */
export interface Answer {
  readonly root: string
  readonly said: Said
}

/** A client that has shown its key. */
interface Client {
  readonly id: string
  readonly partner: Partner
}

/** What the door answers to what. */
export class Door {
  readonly #parts: DoorParts
  readonly #jurisdictions: Jurisdictions
  readonly #wrongKeys: Limiter
  readonly #questions: Limiter
  readonly #clients: Limiter
  readonly #uploads = new Turns(uploads)

  constructor(parts: DoorParts) {
    this.#parts = parts
    this.#jurisdictions = new Jurisdictions(parts)
    this.#wrongKeys = new Limiter(parts.clock, WRONG_KEYS)
    this.#questions = new Limiter(parts.clock, QUESTIONS)
    this.#clients = new Limiter(parts.clock, CLIENT_REQUESTS)
  }

  /** Throws Problem for everything that is refused. */
  async answer(request: FastifyRequest, path: readonly string[]): Promise<Answer> {
    const [resource = '', id] = path
    if (path.length > 2) throw nothing()
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (reads) return await this.#read(request, resource, id)
    if (request.method !== 'POST' || id !== undefined) throw noSuchMethod()
    if (request.isMultipart())
      return await this.#uploads.take(() => this.#post(request, resource))
    return await this.#post(request, resource)
  }

  async #read(
    request: FastifyRequest,
    resource: string,
    id: string | undefined,
  ): Promise<Answer> {
    const query = queryOf(request)
    if (resource === 'discovery' && id === undefined) {
      this.#ask(request)
      return await this.#discovery()
    }
    if (resource === 'tokens') throw noToken()
    if (!['services', 'requests', 'servicerequestupdates'].includes(resource))
      throw nothing()
    const open = await this.#jurisdictions.find(first(query, 'jurisdiction_id'))
    if (resource === 'servicerequestupdates') {
      if (id !== undefined) throw nothing()
      return await this.#updates(open, query, await this.#client(request, open, query))
    }
    const client = await this.#maybeClient(request, open, query)
    if (client === undefined) this.#ask(request)
    if (resource === 'services') return this.#services(open, id, client)
    return await this.#requests(open, { query, id, client })
  }

  #services({ catalogue }: OpenDoor, id: string | undefined, client?: Client): Answer {
    const language = languageOf(catalogue, client?.partner)
    return id === undefined
      ? { root: 'services', said: serviceList(catalogue, language) }
      : { root: 'service_definition', said: serviceDefinition(catalogue, id, language) }
  }

  async #requests(
    open: OpenDoor,
    asked: {
      readonly query: Parameters
      readonly id: string | undefined
      readonly client: Client | undefined
    },
  ): Promise<Answer> {
    const { query, id, client } = asked
    const reading = await this.#reading(open, client)
    const root = 'service_requests'
    if (id === undefined) {
      const filter = requestFilter(open, query, this.#parts.clock.now())
      return { root, said: await readRequests(reading, filter) }
    }
    const said = await requestsById(reading, [id])
    if (said.length === 0) throw noRequest()
    return { root, said }
  }

  async #reading(open: OpenDoor, client: Client | undefined): Promise<Reading> {
    const { organisation, catalogue } = open
    const { database } = this.#parts
    const facts = await readOrganisation(database, organisation)
    const { seesPrivate = false, extended = false } = client?.partner ?? {}
    return {
      query: database.read(organisation),
      catalogue,
      viewer: client === undefined ? anybody : { client: client.id, seesPrivate },
      language: languageOf(catalogue, client?.partner),
      extended,
      organisationName: facts?.name ?? organisation,
    }
  }

  async #updates(open: OpenDoor, query: Parameters, client: Client): Promise<Answer> {
    const { organisation, catalogue } = open
    const window = updateWindow(open, query, this.#parts.clock.now())
    const asked = { organisation, catalogue, client: client.id, ...window }
    const root = 'service_request_updates'
    return { root, said: await readUpdates(this.#parts, asked) }
  }

  async #post(request: FastifyRequest, resource: string): Promise<Answer> {
    if (resource !== 'requests' && resource !== 'servicerequestupdates') {
      throw ['services', 'discovery', 'tokens'].includes(resource)
        ? noSuchMethod()
        : nothing()
    }
    this.#wrongKeys.refuse(addressOf(request))
    const sent = await readBody(request)
    const parameters = together(sent.parameters, queryOf(request))
    const open = await this.#jurisdictions.find(first(parameters, 'jurisdiction_id'))
    const client = await this.#client(request, open, parameters)
    const incoming = incomingOf(open, client, { ...sent, parameters })
    if (resource === 'requests') {
      const { id, notice } = await takeRequest(this.#parts, incoming)
      const said = [{ service_request_id: id, service_notice: notice, account_id: null }]
      return { root: 'service_requests', said }
    }
    const update_id = await takeUpdate(this.#parts, incoming)
    return { root: 'service_request_updates', said: [{ update_id }] }
  }

  async #discovery(): Promise<Answer> {
    const doors = await this.#jurisdictions.all()
    if (doors.length === 0) throw nothing()
    return {
      root: 'discovery',
      said: await discovery(this.#parts, doors),
    }
  }

  /** Throws Problem forbidden for a key that is missing or wrong. */
  async #client(
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
  async #maybeClient(
    request: FastifyRequest,
    open: OpenDoor,
    query: Parameters,
  ): Promise<Client | undefined> {
    return first(query, 'api_key') === undefined
      ? undefined
      : await this.#client(request, open, query)
  }

  #ask(request: FastifyRequest): void {
    const address = addressOf(request)
    this.#questions.refuse(address)
    this.#questions.note(address)
  }
}

function incomingOf(open: OpenDoor, client: Client, sent: Sent): Incoming {
  const { organisation, catalogue, door } = open
  return {
    organisation,
    catalogue,
    client: client.id,
    parameters: sent.parameters,
    files: sent.files,
    fetchMedia: door.fetchMedia,
  }
}

function queryOf({ url }: FastifyRequest): Parameters {
  const at = url.indexOf('?')
  return readParameters(at < 0 ? '' : url.slice(at + 1))
}

/** Of an IPv6 address the network: whoever has one has all of it. */
function addressOf({ ip }: FastifyRequest): string {
  return isIPv6(ip) && !ip.startsWith('::ffff:') ? ip.split(':').slice(0, 4).join(':') : ip
}
