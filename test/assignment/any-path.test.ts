import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAssignments } from '../../src/assignment/create-assignments.ts'
import type { Assignments } from '../../src/assignment/assignments.ts'
import { route, unit } from '../../src/cases/category.ts'
import type { CaseState } from '../../src/cases/views.ts'
import { readEvents } from '../../src/cases/events.ts'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, HOUR, toIso, type TimeUs } from '../../src/domain/time.ts'
import { writeAudit } from '../../src/identity/audit.ts'
import { worksCases } from '../../src/identity/permissions.ts'
import { anna, aReport, catalogue as town, openTown, type Town } from '../cases/town.ts'
import { north, openTestDatabase, runsHere } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { addUser } from '../support/people.ts'
import { seededRandom } from '../support/random.ts'
import { people, type Person } from './office.ts'

/** As in the office, and every route names somebody. */
const catalogue = {
  ...town,
  zone: 'Europe/Stockholm',
  units: new Map([
    ['park', unit.parse({ name: 'Park', members: ['anna', 'bo', 'cia'] })],
    ['light', unit.parse({ name: 'Light', members: ['dan', 'eva'] })],
  ]),
  routes: [
    { order: 1, when: { category: 'litter' }, unit: 'park', person: 'anna' },
    { order: 2, when: { source: 'alarm' }, unit: 'light', person: 'eva' },
    { order: 3, when: {}, unit: 'light', person: 'dan' },
  ].map((one) => route.parse(one)),
}

/** Every way on which a case gets to somebody. */
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('report' as const, 'alarm' as const),
    about: fc.constantFrom('lamp-dark', 'litter'),
  }),
  fc.record({
    kind: fc.constantFrom(
      'reroute' as const,
      'close' as const,
      'open' as const,
      'hide' as const,
      'show' as const,
      'merge' as const,
      'unmerge' as const,
      'hand on' as const,
    ),
    which: fc.nat(),
    other: fc.nat(),
    person: fc.constantFrom(...people),
    about: fc.constantFrom('lamp-dark', 'litter'),
  }),
  fc.record({
    kind: fc.constant('away' as const),
    person: fc.constantFrom(...people),
    hours: fc.integer({ min: 1, max: 24 }),
    deputies: fc.uniqueArray(fc.constantFrom(...people), { maxLength: 2 }),
    scope: fc.constantFrom('incoming' as const, 'also_open' as const),
    handBack: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('rights' as const),
    person: fc.constantFrom(...people),
    fit: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 12 }) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Office extends AsyncDisposable {
  readonly town: Town
  readonly assignments: Assignments
  readonly cases: string[]
  readonly away: {
    readonly person: Person
    readonly from: TimeUs
    readonly until: TimeUs
  }[]
  readonly fit: Map<Person, boolean>
  /** Events that were looked at already. */
  readonly seen: Set<string>
  reports: number
}

async function openOffice(): Promise<Office> {
  const clock = createManualClock()
  const database = await openTestDatabase(clock)
  for (const id of people) await addUser(database, north, { id, roles: ['operations'] })
  const assignments = createAssignments({
    database,
    clock,
    random: seededRandom('any path'),
    catalogue: async () => catalogue,
    catalogueNow: () => catalogue,
    worksCases,
    append: (...event) => opened.cases.append(...event),
    audit: writeAudit,
  })
  const opened = await openTown({
    database,
    clock,
    catalogue,
    assign: (...asked) => assignments.assign(...asked),
    listeners: [(work, news) => assignments.hear(work, news)],
  })
  return {
    town: opened,
    assignments,
    cases: [],
    away: [],
    fit: new Map(people.map((one) => [one, true])),
    seen: new Set(),
    reports: 0,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function act(office: Office, one: Step): Promise<void> {
  const { town: place, assignments } = office
  if ('which' in one) return await work(office, one)
  switch (one.kind) {
    case 'report':
    case 'alarm':
      return await arrive(office, one)
    case 'away': {
      const from = place.clock.now()
      const until = (from + one.hours * HOUR) as TimeUs
      const times = { from: toIso(from), to: toIso(until) }
      await assignments.absences.add(north, { ...one, ...times, by: 'user:x' })
      office.away.push({ person: one.person, from, until })
      return undefined
    }
    case 'rights':
      return await setRights(office, one)
    case 'wait':
      place.clock.advance(durationUs(one.hours * HOUR))
      await assignments.runAbsences((error) => {
        throw error
      })
      return undefined
  }
}

async function arrive(
  office: Office,
  { kind, about }: { readonly kind: 'report' | 'alarm'; readonly about: string },
): Promise<void> {
  const { town: place } = office
  office.reports += 1
  const asset = `lamp-${office.reports}`
  const said = aReport({ asset, category: about })
  const id =
    kind === 'alarm'
      ? await place.raise(asset)
      : (await place.cases.report(north, said)).case
  office.cases.push(id)
}

async function setRights(
  { town: place, assignments, fit: known }: Office,
  { person, fit }: { readonly person: Person; readonly fit: boolean },
): Promise<void> {
  const roles = JSON.stringify([fit ? 'operations' : 'auditor'])
  await place.database.write(north, 'normal', ({ query }) =>
    query.updateTable('user').set({ roles }).where('id', '=', person).execute(),
  )
  known.set(person, fit)
  await assignments.takeFromUnfit(north)
}

type Work = Extract<Step, { readonly which: number }>

/** Somebody does something to a case that is there. */
async function work(
  { town: { cases: own }, assignments, cases }: Office,
  one: Work,
): Promise<void> {
  const id = cases[one.which % Math.max(1, cases.length)]
  const into = cases[one.other % Math.max(1, cases.length)]
  if (id === undefined || into === undefined) return
  const { version, moves } = await own.get(north, id, false)
  const on = { version, by: { ...anna, role: 'administrator' } } as const
  const move = (to: CaseState, rest: object = {}): Promise<unknown> =>
    own.move(north, id, { ...on, to, text: 'override: så är det', ...rest })
  const ways: Readonly<Record<Work['kind'], () => Promise<unknown>>> = {
    reroute: () => own.reroute(north, id, { ...on, category: one.about }),
    close: () => move('closed', { reason: 'no_fault_found' }),
    open: () => move('assigned'),
    hide: () => move('hidden'),
    // Hidden it leads back only to where it was.
    show: () => move(moves[0] ?? 'received'),
    merge: () => own.merge(north, id, { ...on, into }),
    unmerge: () => own.unmerge(north, id, on),
    'hand on': () =>
      assignments.assignCase(north, {
        case: id,
        unit: one.about === 'litter' ? 'park' : 'light',
        person: one.person,
        by: `user:${one.person}`,
      }),
  }
  await ways[one.kind]()
}

/** What was given to somebody since the last look, while that one was away or without rights. */
async function broken(office: Office): Promise<readonly string[]> {
  const query = office.town.database.read(north)
  const found: string[] = []
  for (const id of office.cases) {
    const events = await readEvents(query, id, { publicOnly: false, limit: 500 })
    for (const { id: event, kind, at, data } of events) {
      if (kind !== 'assigned' || office.seen.has(event)) continue
      office.seen.add(event)
      const who = people.find((one) => one === data.person)
      if (who === undefined) continue
      const isAway = office.away.some(
        ({ person, from, until }) => person === who && from <= at && at < until,
      )
      if (isAway || office.fit.get(who) !== true) found.push(`${id} to ${who}`)
    }
  }
  const open = await query
    .selectFrom('case')
    .select(['id', 'assignee'])
    .where('assignee', 'is not', null)
    .where('closed_at', 'is', null)
    .where('state', '<>', 'hidden')
    .whereRef('root', '=', 'id')
    .execute()
  const unfit = open.filter(({ assignee }) =>
    people.some((one) => one === assignee && office.fit.get(one) !== true),
  )
  return [...found, ...unfit.map(({ id, assignee }) => `${id} with ${assignee}`)]
}

it('on whichever path a case comes to somebody, that one is there and may work on it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await using office = await openOffice()
      for (const one of steps) {
        await act(office, one).catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error
        })
        expect(await broken(office)).toEqual([])
      }
    }),
    { numRuns: runsHere(20) },
  )
}, 120_000)
