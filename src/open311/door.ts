import type { FastifyRequest } from 'fastify'
import { readOrganisation } from '../cases/organisation.ts'
import { readBody, type Sent } from './body.ts'
import { languageOf } from './config.ts'
import { discovery } from './discovery.ts'
import { noRequest, noSuchMethod, noToken, nothing } from './door-refusals.ts'
import { Doorman, type Client } from './doorman.ts'
import { requestFilter, updateWindow, wantsExtensions } from './filters.ts'
import { Jurisdictions, type JurisdictionParts, type OpenDoor } from './jurisdictions.ts'
import { Turns } from './limiter.ts'
import { first, readParameters, together, type Parameters } from './parameters.ts'
import { readRequests, requestsById, type Reading } from './requests.ts'
import { serviceDefinition, serviceList } from './services.ts'
import { noPhoto, shownPhoto, type ReadPhotos } from './shown-photos.ts'
import type { Asked } from './suffix.ts'
import { takeRequest, type Incoming, type TakeParts } from './take-request.ts'
import { takeUpdate } from './take-update.ts'
import { readUpdates } from './updates.ts'
import { anybody, type Viewer } from './visibility.ts'
import type { Said } from './xml.ts'

export interface DoorParts extends TakeParts, Omit<JurisdictionParts, 'clock'> {
  /** Where people reach the service, without a slash at the end. */
  readonly baseUrl: string
  /** Left out: nobody takes photos in here, and none is shown. */
  readonly photos?: ReadPhotos & NonNullable<TakeParts['photos']>
}

/** Forms with files that are read at the same time: each may hold 5 photos. */
const uploads = { atOnce: 3, waiting: 200 } as const
/** Photos that are made ready at the same time for whoever asks for one. */
const pictures = { atOnce: 2, waiting: 100 } as const

/** An answer, and what its root is called in XML. */
export interface Answer {
  readonly root: string
  readonly said: Said
}

/** What the door answers to what. */
export class Door {
  readonly #parts: DoorParts
  readonly #jurisdictions: Jurisdictions
  readonly #doorman: Doorman
  readonly #uploads = new Turns(uploads)
  readonly #pictures = new Turns(pictures)

  constructor(parts: DoorParts) {
    this.#parts = parts
    this.#jurisdictions = new Jurisdictions(parts)
    this.#doorman = new Doorman(parts)
  }

  /** Throws Problem for everything that is refused. */
  async answer(request: FastifyRequest, { path, suffix }: Asked): Promise<Answer> {
    const [resource = '', id] = path
    if (path.length > 2) throw nothing()
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (reads) return await this.#read(request, { resource, id, json: suffix === 'json' })
    if (request.method !== 'POST' || id !== undefined) throw noSuchMethod()
    if (request.isMultipart())
      return await this.#uploads.take(() => this.#post(request, resource))
    return await this.#post(request, resource)
  }

  /** A photo that everybody may see, as JPEG. Throws Problem not_found for every other one. */
  async photo(
    request: FastifyRequest,
    { jurisdiction, id }: { readonly jurisdiction: string; readonly id: string },
  ): Promise<Uint8Array> {
    this.#doorman.ask(request)
    const { database, photos } = this.#parts
    if (photos === undefined) throw noPhoto()
    const { organisation, catalogue } = await this.#jurisdictions.find(jurisdiction)
    const reading = { query: database.read(organisation), photos }
    return await this.#pictures.take(() =>
      shownPhoto(reading, { organisation, catalogue, id }),
    )
  }

  async #read(request: FastifyRequest, { resource, id, json }: Wanted): Promise<Answer> {
    const query = queryOf(request)
    if (resource === 'discovery' && id === undefined) {
      this.#doorman.ask(request)
      return await this.#discovery()
    }
    if (resource === 'tokens') throw noToken()
    if (!['services', 'requests', 'servicerequestupdates'].includes(resource))
      throw nothing()
    const open = await this.#jurisdictions.find(first(query, 'jurisdiction_id'))
    if (resource === 'servicerequestupdates') {
      if (id !== undefined) throw nothing()
      return await this.#updates(
        open,
        query,
        await this.#doorman.client(request, open, query),
      )
    }
    const client = await this.#doorman.maybeClient(request, open, query)
    if (resource === 'services') return this.#services(open, id, client)
    const extensions = json && wantsExtensions(query)
    return await this.#requests(open, { query, id, client, extensions })
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
      readonly extensions: boolean
    },
  ): Promise<Answer> {
    const { query, id, client, extensions } = asked
    const reading = { ...(await this.#reading(open, client)), extensions }
    const root = 'service_requests'
    if (id === undefined) {
      const filter = requestFilter(open, query, this.#parts.clock.now())
      return { root, said: await readRequests(reading, filter) }
    }
    const said = await requestsById(reading, [id])
    if (said.length === 0) throw noRequest()
    return { root, said }
  }

  async #reading(
    open: OpenDoor,
    client: Client | undefined,
  ): Promise<Omit<Reading, 'extensions'>> {
    const { organisation, catalogue } = open
    const { database, baseUrl } = this.#parts
    const facts = await readOrganisation(database, organisation)
    const { partner } = client ?? {}
    return {
      query: database.read(organisation),
      catalogue,
      viewer: client === undefined ? anybody : viewerOf(client),
      language: languageOf(catalogue, partner),
      extended: partner?.extended === true,
      severalPhotos: partner?.multiPhotos === true,
      baseUrl,
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
    this.#doorman.refuseGuessing(request)
    const sent = await readBody(request)
    const parameters = together(sent.parameters, queryOf(request))
    const open = await this.#jurisdictions.find(first(parameters, 'jurisdiction_id'))
    const client = await this.#doorman.client(request, open, parameters)
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
}

/** What somebody wants to read. */
interface Wanted {
  readonly resource: string
  readonly id: string | undefined
  readonly json: boolean
}

function viewerOf({ id, partner }: Client): Viewer {
  return { client: id, seesPrivate: partner.seesPrivate }
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
