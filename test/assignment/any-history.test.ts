import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Role } from '../../src/domain/identity.ts'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, HOUR, toIso, type TimeUs } from '../../src/domain/time.ts'
import { worksCases } from '../../src/identity/permissions.ts'
import { north, runsHere } from '../support/database.ts'
import { openOffice, people, units, type Office, type Person } from './office.ts'

type Step =
  | {
      readonly kind: 'away'
      readonly person: Person
      readonly inHours: number
      readonly hours: number
      readonly deputies: readonly Person[]
      readonly scope: 'incoming' | 'also_open'
      readonly handBack: boolean
    }
  | { readonly kind: 'back'; readonly person: Person }
  | { readonly kind: 'arrive'; readonly unit: string; readonly person: Person | null }
  | {
      readonly kind: 'assign'
      readonly which: number
      readonly person: Person
      readonly unit: string
    }
  | {
      readonly kind: 'roles'
      readonly person: Person
      readonly role: Role
      readonly gone: boolean
    }
  | { readonly kind: 'wait'; readonly hours: number; readonly looks: boolean }

const person = fc.constantFrom(...people)
const unit = fc.constantFrom('park', 'light', 'open')
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('away' as const),
    person,
    inHours: fc.integer({ min: 0, max: 8 }),
    hours: fc.integer({ min: 1, max: 24 }),
    deputies: fc.uniqueArray(person, { maxLength: 3 }),
    scope: fc.constantFrom('incoming' as const, 'also_open' as const),
    handBack: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('back' as const), person }),
  fc.record({ kind: fc.constant('arrive' as const), unit, person: fc.option(person) }),
  fc.record({ kind: fc.constant('assign' as const), which: fc.nat(), person, unit }),
  fc.record({
    kind: fc.constant('roles' as const),
    person,
    role: fc.constantFrom<Role>('operations', 'operations', 'auditor'),
    gone: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('wait' as const),
    hours: fc.integer({ min: 1, max: 12 }),
    looks: fc.boolean(),
  }),
)

/** What is known of people beside the database. */
interface Model {
  readonly cases: string[]
  readonly absences: { id: string; person: string; from: TimeUs; until: TimeUs }[]
  readonly fit: Map<string, boolean>
  /** Events of assignments that were looked at already. */
  readonly seen: Set<string>
}

it('whatever happens, no case is given to somebody who is away or may not work', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      await using office = await openOffice()
      const model: Model = {
        cases: [],
        absences: [],
        fit: new Map(people.map((one) => [one, true])),
        seen: new Set(),
      }
      for (const one of steps) {
        await act(office, model, one).catch(onlyRefusals)
        await expectPromises(office, model)
      }
      await office.assignments.takeFromUnfit(north)
      office.clock.advance(durationUs(100 * HOUR))
      await office.look()
      await expectPromises(office, model)
      await expectAllIsOver(office)
    }),
    { numRuns: runsHere(30) },
  )
}, 240_000)

function onlyRefusals(error: unknown): void {
  if (!(error instanceof Problem)) throw error
}

async function act(office: Office, model: Model, step: Step): Promise<void> {
  const { assignments, clock } = office
  const now = clock.now()
  switch (step.kind) {
    case 'away': {
      const from = (now + step.inHours * HOUR) as TimeUs
      const until = (from + step.hours * HOUR) as TimeUs
      const { id } = await assignments.absences.add(north, {
        ...step,
        from: toIso(from),
        to: toIso(until),
        by: 'user:x',
      })
      model.absences.push({ id, person: step.person, from, until })
      return
    }
    case 'back': {
      const running = model.absences.find(
        (one) => one.person === step.person && one.until > now,
      )
      if (running === undefined) return
      await assignments.absences.end(north, { id: running.id, by: 'user:x' })
      running.until = running.from <= now ? now : running.from
      return
    }
    case 'arrive': {
      const id = await office.arrive(step.unit)
      model.cases.push(id)
      await office.route(id, { person: step.person })
      return
    }
    case 'assign': {
      const id = model.cases[step.which % Math.max(1, model.cases.length)]
      if (id === undefined) return
      const to = { case: id, unit: step.unit, person: step.person }
      await assignments.assignCase(north, { ...to, by: `user:${step.person}` })
      return
    }
    case 'roles':
      await office.setRoles(step.person, [step.role], step.gone)
      model.fit.set(step.person, !step.gone && worksCases([step.role]))
      await assignments.takeFromUnfit(north)
      return
    case 'wait':
      clock.advance(durationUs(step.hours * HOUR))
      if (step.looks) await office.look()
  }
}

async function expectPromises(office: Office, model: Model): Promise<void> {
  expect(await brokenByEvents(office, model)).toEqual([])
  expect(await brokenByCases(office, model)).toEqual([])
}

/** Assignments since the last look that went to somebody who was away or unfit. */
async function brokenByEvents(office: Office, model: Model): Promise<string[]> {
  const now = office.clock.now()
  const isAway = (who: string) =>
    model.absences.some(
      ({ person: one, from, until }) => one === who && from <= now && now < until,
    )
  const rows = await office.database
    .read(north)
    .selectFrom('case_event')
    .select(['id', 'data'])
    .where('kind', '=', 'assigned')
    .execute()
  const fresh = rows.filter(({ id }) => !model.seen.has(id))
  for (const { id } of fresh) model.seen.add(id)
  return fresh.flatMap(({ data }) => {
    const said: { person: string | null; for?: string } = JSON.parse(data)
    if (said.person === null) return []
    const fits = !isAway(said.person) && model.fit.get(said.person) === true
    return fits && (said.for === undefined || isAway(said.for)) ? [] : [data]
  })
}

/** Nobody keeps a case without rights; who is away may keep what was there before. */
async function brokenByCases(office: Office, model: Model): Promise<string[]> {
  const broken: string[] = []
  for (const { id, assignee, unit: own, state } of await allCases(office)) {
    if (state !== (assignee === null ? 'received' : 'assigned'))
      broken.push(`${id} ${state}`)
    if (assignee === null) continue
    if (model.fit.get(assignee) !== true) broken.push(`${id} with ${assignee} who is unfit`)
    const isStranger = !membersOf(own).includes(assignee) && membersOf(own).length > 0
    const actsForOne = (await grantsOf(office, id)).includes(assignee)
    if (isStranger && !actsForOne) broken.push(`${id} with ${assignee} of another unit`)
  }
  return broken
}

/** Afterwards nobody acts for anybody, and cases are with people of their units alone. */
async function expectAllIsOver(office: Office): Promise<void> {
  const phases = await office.database
    .read(north)
    .selectFrom('absence')
    .select(['phase', 'due_at'])
    .execute()
  for (const one of phases) expect(one).toEqual({ phase: 'over', due_at: null })
  for (const { id, unit: own, assignee } of await allCases(office)) {
    const members = membersOf(own)
    const isOwn = assignee === null || members.length === 0 || members.includes(assignee)
    expect({ id, assignee, isOwn }).toMatchObject({ isOwn: true })
    for (const who of people) {
      const roles = ['operations'] as const
      const may = await office.assignments.mayAct(north, { person: who, roles }, id)
      expect(may).toBe(members.length === 0 || members.includes(who))
    }
  }
}

function membersOf(id: string | null): readonly string[] {
  return units.get(id ?? '')?.members ?? []
}

async function allCases(office: Office) {
  return await office.database
    .read(north)
    .selectFrom('case')
    .select(['id', 'unit', 'assignee', 'state'])
    .execute()
}

/** Whoever acts for somebody on a case now. */
async function grantsOf(office: Office, caseId: string): Promise<string[]> {
  const rows = await office.database
    .read(north)
    .selectFrom('delegated_grant')
    .select('person')
    .where('case', '=', caseId)
    .where('revoked_at', 'is', null)
    .execute()
  return rows.map((row) => row.person)
}
