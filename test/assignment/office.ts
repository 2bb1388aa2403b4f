import type {
  Assigned,
  Assigning,
  AssignmentCatalogue,
  AssignmentParts,
  Assignments,
} from '../../src/assignment/assignments.ts'
import { createAssignments } from '../../src/assignment/create-assignments.ts'
import { appendTo, readEvents, type StoredEvent } from '../../src/cases/events.ts'
import type { Database } from '../../src/database/database.ts'
import type { Tables } from '../../src/database/tables.ts'
import type { Role } from '../../src/domain/identity.ts'
import { writeAudit } from '../../src/identity/audit.ts'
import { worksCases } from '../../src/identity/permissions.ts'
import { plainCase } from '../support/case-rows.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { addUser } from '../support/people.ts'
import { seededRandom } from '../support/random.ts'

/** Everybody of the office; Anna, Bo and Cia are of the park, Dan and Eva of the lights. */
export const people = ['anna', 'bo', 'cia', 'dan', 'eva'] as const
export type Person = (typeof people)[number]

export const units: AssignmentCatalogue['units'] = new Map([
  ['park', { members: ['anna', 'bo', 'cia'] }],
  ['light', { members: ['dan', 'eva'] }],
  ['open', { members: [] }],
])

export interface Office extends AsyncDisposable {
  readonly database: Database
  readonly clock: ManualClock
  readonly assignments: Assignments
  /** A new case of a unit that nobody has; returns its id. */
  arrive(unit?: string | null): Promise<string>
  /** Does what the routes do with a new case. */
  route(caseId: string, to: Pick<Assigning, 'unit' | 'person'>): Promise<Assigned>
  caseOf(id: string): Promise<Tables['case']>
  history(id: string): Promise<readonly StoredEvent[]>
  setRoles(person: string, roles: readonly Role[], disabled?: boolean): Promise<void>
  /** Lets absences begin and end. */
  look(): Promise<void>
  audited(): Promise<readonly { action: string; subject: string; detail: string }[]>
}

/** An office on a real database; `changes` replaces parts of it. */
export async function openOffice({
  open = (clock: ManualClock) => openTestDatabase(clock),
  changes = {},
}: {
  readonly open?: (clock: ManualClock) => Promise<Database>
  readonly changes?: Partial<AssignmentParts>
} = {}): Promise<Office> {
  const clock = createManualClock()
  const database = await open(clock)
  for (const id of people) await addUser(database, north, { id, roles: ['operations'] })
  const catalogue: AssignmentCatalogue = { units, zone: 'Europe/Stockholm' }
  const assignments = createAssignments({
    database,
    clock,
    random: seededRandom('office'),
    catalogue: async () => catalogue,
    catalogueNow: () => catalogue,
    worksCases,
    append: appendTo([]),
    audit: writeAudit,
    ...changes,
  })
  let cases = 0
  return {
    database,
    clock,
    assignments,
    async arrive(unit = 'park') {
      cases += 1
      const id = `case-${String(cases).padStart(5, '0')}`
      await database.write(north, 'normal', ({ query }) =>
        query
          .insertInto('case')
          .values(plainCase({ id, unit, opened_at: clock.now() }))
          .execute(),
      )
      return id
    },
    route: (caseId, to) =>
      database.write(north, 'normal', (work) =>
        assignments.assign(work, {
          case: caseId,
          ...to,
          by: 'routes',
          at: clock.now(),
          via: 'route',
        }),
      ),
    caseOf: (id) =>
      database
        .read(north)
        .selectFrom('case')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow(),
    history: (id) =>
      readEvents(database.read(north), id, { publicOnly: false, limit: 500 }),
    async setRoles(person, roles, disabled = false) {
      await database.write(north, 'normal', ({ query }) =>
        query
          .updateTable('user')
          .set({ roles: JSON.stringify(roles), disabled: disabled ? 1 : 0 })
          .where('id', '=', person)
          .execute(),
      )
    },
    async look() {
      await assignments.runAbsences((error) => {
        throw error
      })
    },
    audited: () =>
      database
        .read(north)
        .selectFrom('audit')
        .select(['action', 'subject', 'detail'])
        .orderBy('number')
        .execute(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}
