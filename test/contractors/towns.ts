import { asset } from '../../src/domain/asset.ts'
import type { CaseCatalogue } from '../../src/cases/catalogue.ts'
import { category, unit } from '../../src/cases/category.ts'
import { createCases, type CaseService } from '../../src/cases/create-cases.ts'
import {
  createContractorCases,
  type ContractorCases,
} from '../../src/contractors/contractor-cases.ts'
import { contract, type Contract } from '../../src/contractors/contract.ts'
import { grantCases } from '../../src/contractors/grant-cases.ts'
import type { ContractCatalogue, GrantParts } from '../../src/contractors/parts.ts'
import { createAssignments } from '../../src/assignment/create-assignments.ts'
import type { Assignments } from '../../src/assignment/assignments.ts'
import type { Database } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { writeAudit } from '../../src/identity/audit.ts'
import { worksCases } from '../../src/identity/permissions.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import { createPhotos, type PhotoService } from '../../src/photos/create-photos.ts'
import { endWithCase } from '../../src/work-orders/end-with-case.ts'
import { createInPlaceOf } from '../../src/work-orders/in-place-of.ts'
import { orderLetters } from '../../src/work-orders/letters.ts'
import { createWorkOrders, type WorkOrders } from '../../src/work-orders/work-orders.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { seededRandom } from '../support/random.ts'
import { temporaryFolder } from '../support/temporary.ts'

export const leva = 'leva' as OrganisationId
export const rival = 'rival' as OrganisationId

/** Somebody of the contractor LEVA, and of its competitor. */
export const bo = { organisation: leva, user: 'bo' } as const
export const eve = { organisation: rival, user: 'eve' } as const

type Catalogue = CaseCatalogue & ContractCatalogue

/** Two municipalities whose lights LEVA keeps; in the north a rival empties the bins. */
export interface Towns extends AsyncDisposable {
  readonly database: Database
  readonly clock: ManualClock
  readonly cases: CaseService
  readonly contractors: ContractorCases
  readonly orders: WorkOrders
  /** Without a decoder: every upload is the picture it is. */
  readonly photos: PhotoService
  readonly assignments: Assignments
  /** As it is configured now. */
  catalogue(organisation: OrganisationId): Catalogue
  /** Changes a contract of a municipality as an apply of its configuration does. */
  change(organisation: OrganisationId, id: string, to: object): void
  /** Somebody reports it on the web; returns the case. */
  report(organisation: OrganisationId, category?: string): Promise<string>
  /** Hands it to a unit by hand. */
  assign(organisation: OrganisationId, id: string, unit: string | null): Promise<void>
}

const text = (name: string) => ({ sv: name, nb: name, en: name })

/** Where the north works; the inner town is the square of one degree at 58, 11. */
const inTown = { lat: 58.5, lon: 11.5 }

const basis: Record<string, object> = {
  light: { name: 'Lights', contractor: leva, categories: ['lamp-dark'] },
  bins: { name: 'Bins', contractor: rival, reporter: 'never' },
}

function catalogueOf(contracts: ReadonlyMap<string, Contract>): Catalogue {
  return {
    categories: new Map([
      ['lamp-dark', category.parse({ name: text('Lamp dark'), faultClass: 'light_out' })],
      ['litter', category.parse({ name: text('Litter'), faultClass: 'litter' })],
    ]),
    routes: [
      { order: 1, when: { category: 'lamp-dark' }, unit: 'light' },
      { order: 2, when: { category: 'litter' }, unit: 'park' },
    ],
    units: new Map(
      Object.entries({
        light: { name: 'LEVA', contract: 'light', email: 'jour@leva.example' },
        bins: { name: 'Bins', contract: 'bins' },
        park: { name: 'Park', members: ['anna', 'kia'] },
        bridges: { name: 'Bridges', members: ['ola'] },
      }).map(([id, one]) => [id, unit.parse(one)]),
    ),
    areas: new Map(),
    assets: new Map([['lamp-1', asset.parse({ name: 'Lamp 1', type: 'Streetlight' })]]),
    contracts,
    zone: 'Europe/Stockholm',
  }
}

const inAreas: GrantParts['inAreas'] = (_organisation, areas, { lat, lon }) =>
  areas.includes('inner') && Math.floor(lat) === 58 && Math.floor(lon) === 11

export async function openTowns(
  open: (clock: ManualClock) => Promise<Database> = openTestDatabase,
): Promise<Towns> {
  const clock = createManualClock()
  await using opening = new AsyncDisposableStack()
  const database = opening.use(await open(clock))
  const folder = opening.use(await temporaryFolder())
  const photos = opening.use(photosIn(folder.path, { database, clock }))
  const contracts = new Map(
    [north, south].map((organisation) => [
      organisation,
      new Map(Object.entries(basis).map(([id, one]) => [id, contract.parse(one)])),
    ]),
  )
  const catalogue = (organisation: OrganisationId) =>
    catalogueOf(contracts.get(organisation) ?? new Map())
  const cases: CaseService = createCases({
    database,
    clock,
    random: seededRandom('towns'),
    secret: new Uint8Array(32).fill(7),
    catalogue: async (organisation) => catalogue(organisation),
    catalogueNow: catalogue,
    assign: (...asked) => assignments.assign(...asked),
    listeners: [
      (work, news) => assignments.hear(work, news),
      grantCases({
        catalogueNow: catalogue,
        inAreas,
        append: (...event) => cases.append(...event),
      }),
      orderLetters(enqueue, createInPlaceOf({ catalogueNow: catalogue, worksCases })),
      endWithCase({ append: (...event) => cases.append(...event) }),
    ],
  })
  const assignments: Assignments = createAssignments({
    database,
    clock,
    random: seededRandom('assignments'),
    catalogue: async (organisation) => catalogue(organisation),
    catalogueNow: catalogue,
    worksCases,
    append: (...event) => cases.append(...event),
    audit: writeAudit,
  })
  const all = opening.move()
  return {
    database,
    clock,
    catalogue,
    cases,
    assignments,
    contractors: createContractorCases({
      database,
      clock,
      catalogue: async (organisation) => catalogue(organisation),
      cases,
      append: (...event) => cases.append(...event),
      photos,
    }),
    orders: createWorkOrders({
      database,
      clock,
      catalogue: async (organisation) => catalogue(organisation),
      inAreas,
      append: (...event) => cases.append(...event),
      checkActs: (...asked) => assignments.checkActs(...asked),
      mayAct: (...asked) => assignments.mayAct(...asked),
      photos,
    }),
    photos,
    change(organisation, id, to) {
      contracts.get(organisation)?.set(id, contract.parse({ ...basis[id], ...to }))
    },
    async report(organisation, about = 'lamp-dark') {
      const { case: id } = await cases.report(organisation, {
        source: 'web',
        category: about,
        place: inTown,
        text: 'Mörkt vid Kims port',
        language: 'sv',
        contact: { name: 'Kim Berg', email: 'kim@example.org' },
        wantsUpdates: true,
        actor: 'citizen',
      })
      return id
    },
    async assign(organisation, id, to) {
      await assignments.assignCase(organisation, { case: id, unit: to, by: 'user:anna' })
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function photosIn(
  folder: string,
  parts: { readonly database: Database; readonly clock: ManualClock },
): PhotoService {
  return createPhotos({
    ...parts,
    folder,
    realTime: parts.clock,
    random: seededRandom('photos'),
    encoder: {
      encode: async (bytes) => ({ full: bytes, small: bytes, width: 6, height: 4 }),
      [Symbol.asyncDispose]: async () => {},
    },
  })
}
