import type { ZodTypeProvider } from '@fastify/type-provider-zod'
import type { Api } from '../../src/api/parts.ts'
import { deleteAbsence } from '../../src/api/routes/delete-absence.ts'
import { getAbsences } from '../../src/api/routes/get-absences.ts'
import { getContractorCase } from '../../src/api/routes/get-contractor-case.ts'
import { getContractorCases } from '../../src/api/routes/get-contractor-cases.ts'
import { postAbsences } from '../../src/api/routes/post-absences.ts'
import { postCaseAssign } from '../../src/api/routes/post-case-assign.ts'
import { getCaseShareReporter } from '../../src/api/routes/get-case-share-reporter.ts'
import { postCaseShareReporter } from '../../src/api/routes/post-case-share-reporter.ts'
import { getContractorCasePhoto } from '../../src/api/routes/get-contractor-case-photo.ts'
import { postContractorCasePhotos } from '../../src/api/routes/post-contractor-case-photos.ts'
import { postContractorCaseMove } from '../../src/api/routes/post-contractor-case-move.ts'
import { createAssignments } from '../../src/assignment/create-assignments.ts'
import type { Assignments } from '../../src/assignment/assignments.ts'
import type { AppendEvent } from '../../src/cases/events.ts'
import { createCases, type CaseService } from '../../src/cases/create-cases.ts'
import {
  createContractorCases,
  type ContractorCases,
} from '../../src/contractors/contractor-cases.ts'
import { contract } from '../../src/contractors/contract.ts'
import type { ContractorPhotos } from '../../src/contractors/parts.ts'
import { grantCases } from '../../src/contractors/grant-cases.ts'
import { category, unit } from '../../src/cases/category.ts'
import type { Role } from '../../src/domain/identity.ts'
import { writeAudit } from '../../src/identity/audit.ts'
import { worksCases } from '../../src/identity/permissions.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { seededRandom } from '../support/random.ts'

/** The north has the south as its contractor for lights. */
const catalogue = {
  categories: new Map(
    ['light-out', 'litter'].map((id) => [
      id,
      category.parse({
        name: { sv: id, nb: id, en: id },
        faultClass: id.replace('-', '_'),
      }),
    ]),
  ),
  routes: [
    { order: 1, when: { category: 'light-out' }, unit: 'light' },
    { order: 2, when: {}, unit: 'park' },
  ],
  units: new Map([
    ['light', unit.parse({ name: 'Lights', contract: 'light' })],
    ['park', unit.parse({ name: 'Park', members: ['operations'] })],
    ['front', unit.parse({ name: 'Front desk', members: ['customer-service'] })],
  ]),
  areas: new Map(),
  assets: new Map(),
  contracts: new Map([
    [
      'light',
      contract.parse({ name: 'Lights', contractor: south, reporter: 'when_granted' }),
    ],
  ]),
  zone: 'Europe/Stockholm',
}

/** The parts behind the routes. */
export interface Made {
  readonly cases: CaseService
  readonly contractors: ContractorCases
  readonly assignments: Assignments
}

/** The API with the routes of assignment and contractors, and two cases of the north. */
export interface WorkApi extends Made, AsyncDisposable {
  readonly api: TestApi
  /** Came to the unit of the contractor. */
  readonly granted: string
  readonly other: string
  /** Contractors are people of the south, everybody else is of the north. */
  ask(
    who: Role,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
  ): ReturnType<TestApi['ask']>
}

/** As the service does it; the parts are made when the test's database is there. */
function register(scope: Api, made: () => Made): void {
  const later = {
    assignments: {
      assignCase: (...asked: Parameters<Assignments['assignCase']>) =>
        made().assignments.assignCase(...asked),
      get absences() {
        return made().assignments.absences
      },
    },
    contractors: {
      list: (...asked: Parameters<ContractorCases['list']>) =>
        made().contractors.list(...asked),
      get: (...asked: Parameters<ContractorCases['get']>) =>
        made().contractors.get(...asked),
      move: (...asked: Parameters<ContractorCases['move']>) =>
        made().contractors.move(...asked),
      photo: (...asked: Parameters<ContractorCases['photo']>) =>
        made().contractors.photo(...asked),
      addPhotos: (...asked: Parameters<ContractorCases['addPhotos']>) =>
        made().contractors.addPhotos(...asked),
      showReporter: (...asked: Parameters<ContractorCases['showReporter']>) =>
        made().contractors.showReporter(...asked),
      sharing: (...asked: Parameters<ContractorCases['sharing']>) =>
        made().contractors.sharing(...asked),
    },
  }
  for (const one of [getAbsences, postAbsences, deleteAbsence, postCaseAssign])
    one(scope, later)
  for (const one of [getContractorCases, getContractorCase]) one(scope, later)
  for (const one of [getContractorCasePhoto, postContractorCasePhotos]) one(scope, later)
  for (const one of [postContractorCaseMove, postCaseShareReporter]) one(scope, later)
  getCaseShareReporter(scope, later)
}

const base = '/api/v1/test'

export async function openWorkApi(): Promise<WorkApi> {
  let parts: Made | undefined
  const made = (): Made => {
    if (parts === undefined) throw new Error('asked before the parts were made')
    return parts
  }
  const api = await openTestApi({
    citizenPlugin: async (app) => {
      await app.register(
        async (scope) => register(scope.withTypeProvider<ZodTypeProvider>(), made),
        { prefix: base },
      )
    },
  })
  parts = makeParts(api)
  const { cases } = parts
  return {
    ...parts,
    api,
    granted: await report(cases, 'light-out'),
    other: await report(cases, 'litter'),
    ask: (who, method, url, payload) =>
      api.ask(who, {
        method,
        url: `${base}${url}`,
        organisation: who === 'contractor' ? south : north,
        ...(payload !== undefined && { payload }),
      }),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

function makeParts({ database, clock }: TestApi): Made {
  const shared = {
    database,
    clock,
    random: seededRandom('access'),
    catalogue: async () => catalogue,
    catalogueNow: () => catalogue,
  }
  const append: AppendEvent = (...event) => cases.append(...event)
  const listener = grantCases({
    catalogueNow: () => catalogue,
    inAreas: () => true,
    append,
  })
  const cases: CaseService = createCases({
    ...shared,
    secret: new Uint8Array(32),
    listeners: [listener],
  })
  const people = { audit: writeAudit, worksCases }
  const assignments = createAssignments({ ...shared, append, ...people })
  return {
    cases,
    assignments,
    contractors: createContractorCases({ ...shared, cases, append, photos: somePhotos }),
  }
}

const taken: { id: string; case: string; report: string | null; isPublic: boolean }[] = []

/** Photos without files: a picture is its id. */
export const somePhotos: ContractorPhotos & {
  /** One that a reporter sent. */
  sent(id: string, caseId: string): void
} = {
  async add(_work, { ids, case: of }) {
    taken.push(...ids.map((id) => ({ id, case: of, report: null, isPublic: false })))
  },
  of: async (_query, cases) => taken.filter((photo) => cases.includes(photo.case)),
  bytes: async (_organisation, id) => new TextEncoder().encode(id),
  sent(id, caseId) {
    taken.push({ id, case: caseId, report: 'a-report', isPublic: false })
  },
}

async function report(cases: CaseService, about: string): Promise<string> {
  const { case: id } = await cases.report(north, {
    source: 'web',
    category: about,
    place: { lat: 58.3, lon: 11.4 },
    text: 'Mörkt hos Kim',
    language: 'sv',
    contact: { name: 'Kim Berg', email: 'kim@example.org' },
    wantsUpdates: false,
    actor: 'citizen',
  })
  return id
}
