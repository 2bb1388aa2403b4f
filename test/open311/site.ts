import fastify, { type FastifyInstance } from 'fastify'
import pino from 'pino'
import { category } from '../../src/cases/category.ts'
import { systemClock } from '../../src/clock.ts'
import { createPhotos, type PhotoService } from '../../src/photos/create-photos.ts'
import { createCases, type CaseService } from '../../src/cases/create-cases.ts'
import type { CaseMove } from '../../src/cases/cases.ts'
import type { Database } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { open311Door, partner, type Open311Catalogue } from '../../src/open311/config.ts'
import { issueClientKey } from '../../src/open311/keys.ts'
import { open311Listener } from '../../src/open311/listener.ts'
import { open311Prefix, open311Routes, refusedAtDoor } from '../../src/open311/plugin.ts'
import type { DoorParts } from '../../src/open311/door.ts'
import { writeAudit } from '../../src/identity/audit.ts'
import { catalogue as town, countedRandom, secret } from '../cases/town.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'

const name = (text: string) => ({ sv: text, nb: text, en: text })

/** What the tests' town offers to partners. */
export const catalogue: Open311Catalogue = {
  ...town,
  categories: new Map([
    ...town.categories,
    [
      'hole',
      category.parse({
        name: name('Hål i vägen'),
        faultClass: 'hole',
        group: 'Väg',
        questions: [
          {
            code: 'depth',
            text: name('Hur djupt?'),
            answer: 'one',
            required: true,
            choices: [
              { key: 'deep', name: name('Djupt') },
              { key: 'flat', name: name('Grunt') },
            ],
          },
          { code: 'pole', text: name('Stolpe'), answer: 'text' },
          { code: 'width', text: name('Bredd'), answer: 'number' },
          {
            code: 'seen',
            text: name('När?'),
            answer: 'several',
            choices: [
              { key: 'day', name: name('Dag') },
              { key: 'night', name: name('Natt') },
            ],
          },
        ],
      }),
    ],
    [
      'home',
      category.parse({ name: name('Hemtjänst'), faultClass: 'home', private: true }),
    ],
  ]),
  open311: open311Door.parse({
    jurisdictions: ['north.se'],
    contact: 'it@north.se',
    keyService: 'Skriv till it@north.se',
  }),
  partners: new Map([
    ['fixamingata', partner.parse({ name: 'FixaMinGata', extended: true })],
    ['basic', partner.parse({ name: 'Basic', language: 'en' })],
    [
      'trusted',
      partner.parse({
        name: 'Trusted',
        seesPrivate: true,
        extended: true,
        multiPhotos: true,
      }),
    ],
  ]),
  zone: 'Europe/Stockholm',
  languages: ['sv', 'nb', 'en'],
}

export interface Site extends AsyncDisposable {
  readonly database: Database
  readonly clock: ManualClock
  readonly cases: CaseService
  readonly app: FastifyInstance
  /** Undefined unless they were asked for. */
  readonly photos: PhotoService | undefined
  /** Ends with a slash, as FixMyStreet is told it. */
  readonly endpoint: string
  /** Keys by client. */
  readonly keys: Readonly<Record<string, string>>
  /** Changes what is configured. */
  configure(change: Partial<Open311Catalogue>): void
  get(path: string): Promise<Response>
  post(path: string, form: Form): Promise<Response>
  /** Posts a report and gives its id. */
  report(form?: Form): Promise<string>
  /** The case behind the id of a request. */
  caseOf(request: string): Promise<string>
  /** Moves by hand, with whatever version the case has now. */
  move(id: string, move: Omit<CaseMove, 'version' | 'by'>): Promise<void>
}

export type Form = readonly (readonly [string, string])[] | Readonly<Record<string, string>>

export interface SiteOptions {
  readonly database?: Database
  readonly clock?: ManualClock
  /** A second organisation with a door, called south.se. */
  readonly two?: boolean
  /** Of a database of its own: kept in a folder that goes with the site. */
  readonly photos?: boolean
  readonly parts?: Partial<DoorParts>
}

/** The door on a socket of its own, in front of real cases. */
export async function openSite(options: SiteOptions = {}): Promise<Site> {
  await using opening = new AsyncDisposableStack()
  const clock = options.clock ?? createManualClock()
  const database = options.database ?? opening.use(await openTestDatabase(clock))
  let known = catalogue
  const southern: Open311Catalogue = {
    ...catalogue,
    open311: open311Door.parse({ ...catalogue.open311, jurisdictions: ['south.se'] }),
  }
  const of = (organisation: OrganisationId): Open311Catalogue =>
    organisation === south
      ? options.two === true
        ? southern
        : { ...southern, open311: undefined }
      : known
  const random = countedRandom()
  const photos =
    options.photos === true
      ? opening.use(
          createPhotos({
            database,
            clock,
            random,
            realTime: systemClock,
            folder: opening.use(await temporaryFolder()).path,
            heard: async (work, { kind, case: about, photos: ids, actor, at }) => {
              const visibility = kind === 'shown' ? 'public' : 'internal'
              const data = { photos: [...ids] }
              await cases.append(work, about, {
                kind: 'photos',
                actor,
                at,
                visibility,
                data,
              })
            },
          }),
        )
      : undefined
  const cases: CaseService = createCases({
    database,
    clock,
    random,
    secret,
    catalogue: async (organisation) => of(organisation),
    catalogueNow: of,
    ...(photos !== undefined && { photos }),
    listeners: [open311Listener({ catalogueNow: of })],
  })
  const log = pino({ level: 'silent' })
  const app = fastify({
    frameworkErrors: (error, request, reply) => void refusedAtDoor(error, request, reply),
  })
  opening.defer(() => app.close())
  await app.register(
    open311Routes({
      database,
      clock,
      cases,
      log,
      organisations: async () => [north, south],
      catalogue: async (organisation) => of(organisation),
      baseUrl: 'https://vakt.example',
      ...(photos !== undefined && { photos }),
      ...options.parts,
    }),
    { prefix: open311Prefix },
  )
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const endpoint = `${address}${open311Prefix}/`
  const keys: Record<string, string> = {}
  for (const client of known.partners.keys()) {
    const parts = { database, clock, random, audit: writeAudit }
    keys[client] = (await issueClientKey(parts, north, client)).key
  }
  const post = (path: string, form: Form): Promise<Response> =>
    fetch(endpoint + path, {
      method: 'POST',
      body: new URLSearchParams(Array.isArray(form) ? [...form] : Object.entries(form)),
    })
  const all = opening.move()
  return {
    database,
    clock,
    cases,
    app,
    photos,
    endpoint,
    keys,
    configure: (change) => (known = { ...known, ...change }),
    get: (path) => fetch(endpoint + path),
    post,
    async report(form = {}) {
      const rest = Array.isArray(form) ? form : Object.entries(form)
      const own = new Set(rest.map(([field]) => field))
      const usual = Object.entries(aRequest(keys)).filter(([field]) => !own.has(field))
      const answer = await post('requests.json', [...usual, ...rest])
      const said: unknown = await answer.json()
      const id = (said as { service_request_id?: string }[])[0]?.service_request_id
      if (id === undefined) throw new Error(`refused: ${JSON.stringify(said)}`)
      return id
    },
    async caseOf(request) {
      const row = await database
        .read(north)
        .selectFrom('open311_request')
        .select('case')
        .where('id', '=', request)
        .executeTakeFirstOrThrow()
      return row.case
    },
    async move(id, move) {
      const { version } = await cases.get(north, id, false)
      const by = { role: 'handler', name: 'user:anna' } as const
      await cases.move(north, id, { ...move, version, by })
      clock.advance(durationUs(SECOND))
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

let written = 0

/** A report that nobody sent before. */
export function aRequest(keys: Readonly<Record<string, string>>): Record<string, string> {
  written += 1
  return {
    api_key: keys['fixamingata'] ?? '',
    jurisdiction_id: 'north.se',
    service_code: 'litter',
    lat: '58.27',
    long: '11.43',
    description: `Skräp ${written}`,
  }
}
