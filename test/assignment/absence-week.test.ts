import { expect, it } from 'vitest'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { openOffice, type Office } from './office.ts'

/** The clock starts on Friday 20 November 2026 at 13:00 in Stockholm. */
const monday = '2026-11-23'
const wednesday = '2026-11-25'
const friday = '2026-11-27'

async function passTo(office: Office, iso: string): Promise<void> {
  const us = Date.parse(iso) * 1_000 - office.clock.now()
  office.clock.advance(durationUs(us))
  await office.look()
}

async function week(office: Office, handBack: boolean): Promise<void> {
  const { absences } = office.assignments
  const own = { scope: 'also_open', handBack, by: 'user:anna' } as const
  await absences.add(north, {
    ...own,
    person: 'anna',
    from: monday,
    to: friday,
    deputies: ['bo', 'dan'],
  })
  await absences.add(north, {
    ...own,
    person: 'bo',
    from: wednesday,
    to: wednesday,
    deputies: ['cia'],
    handBack: true,
  })
}

const assignments = async (office: Office, id: string) =>
  (await office.history(id))
    .filter(({ kind }) => kind === 'assigned')
    .map(({ actor, data }) => `${actor}: ${data.person} for ${data.for ?? 'own'}`)

it('a week away: the deputy has it, for a day the next deputy, and afterwards it comes back', async () => {
  await using office = await openOffice()
  await week(office, true)
  const before = await office.arrive()
  expect(await office.route(before, { person: 'anna' })).toMatchObject({ person: 'anna' })
  expect(await office.caseOf(before)).toMatchObject({ state: 'assigned', assignee: 'anna' })

  // Midnight in Stockholm is 23:00 in UTC.
  await passTo(office, '2026-11-22T22:59:59Z')
  expect((await office.caseOf(before)).assignee).toBe('anna')
  await passTo(office, '2026-11-22T23:00:01Z')
  expect((await office.caseOf(before)).assignee).toBe('bo')

  const during = await office.arrive()
  await office.route(during, { person: 'anna' })
  expect((await office.caseOf(during)).assignee).toBe('bo')

  await passTo(office, '2026-11-24T23:00:01Z')
  // Anna said that Dan is next, and Dan is of another unit.
  expect((await office.caseOf(before)).assignee).toBe('dan')
  const wednesdays = await office.arrive()
  await office.route(wednesdays, { person: 'anna' })

  const dan = { person: 'dan', roles: ['operations'] } as const
  expect(await office.assignments.mayAct(north, dan, before)).toBe(true)
  expect(await office.assignments.mayAct(north, dan, await office.arrive())).toBe(false)

  await passTo(office, '2026-11-25T23:00:01Z')
  expect((await office.caseOf(before)).assignee).toBe('bo')
  expect(await office.assignments.mayAct(north, dan, before)).toBe(false)
  // It went to Dan because of Anna, not because of Bo.
  expect((await office.caseOf(wednesdays)).assignee).toBe('dan')

  await passTo(office, '2026-11-27T23:00:01Z')
  for (const id of [before, during, wednesdays]) {
    expect((await office.caseOf(id)).assignee).toBe('anna')
  }
  expect(await office.assignments.mayAct(north, dan, wednesdays)).toBe(false)
  expect(await assignments(office, before)).toEqual([
    'routes: anna for own',
    'absences: bo for anna',
    'absences: dan for anna',
    'absences: bo for anna',
    'absences: anna for own',
  ])
  expect(await assignments(office, wednesdays)).toEqual([
    'routes: dan for anna',
    'absences: anna for own',
  ])
  const delegated = (await office.audited()).filter(
    ({ action }) => action === 'case.delegated',
  )
  expect(delegated).toHaveLength(7)
  expect(JSON.parse(delegated[1]?.detail ?? '')).toEqual({ person: 'bo', for: 'anna' })

  const after = await office.arrive()
  await office.route(after, { person: 'anna' })
  expect((await office.caseOf(after)).assignee).toBe('anna')
})

it('without handing back, the deputy of the unit keeps what is open and one of another unit does not', async () => {
  await using office = await openOffice()
  await week(office, false)
  const kept = await office.arrive()
  await office.route(kept, { person: 'anna' })
  await passTo(office, '2026-11-22T23:00:01Z')
  await passTo(office, '2026-11-24T23:00:01Z')
  const borrowed = await office.arrive()
  await office.route(borrowed, { person: 'anna' })
  expect((await office.caseOf(borrowed)).assignee).toBe('dan')
  await passTo(office, '2026-11-25T23:00:01Z')
  await passTo(office, '2026-11-27T23:00:01Z')
  expect((await office.caseOf(kept)).assignee).toBe('bo')
  expect((await office.caseOf(borrowed)).assignee).toBe('anna')
})

it('rights last as long as the absence and a day, and end at once with it when it is ended', async () => {
  await using office = await openOffice()
  const { absences } = office.assignments
  const { id } = await absences.add(north, {
    person: 'anna',
    from: '2026-11-20T12:00:00Z',
    to: '2026-12-20T12:00:00Z',
    deputies: ['dan'],
    scope: 'incoming',
    handBack: false,
    by: 'user:anna',
  })
  const found = await office.arrive()
  await office.route(found, { person: 'anna' })
  const dan = { person: 'dan', roles: ['operations'] } as const
  expect(await office.assignments.mayAct(north, dan, found)).toBe(true)
  expect(
    await office.assignments.mayAct(north, { ...dan, roles: ['auditor'] }, found),
  ).toBe(false)
  await absences.end(north, { id, by: 'user:anna' })
  const grant = await office.database
    .read(north)
    .selectFrom('delegated_grant')
    .selectAll()
    .executeTakeFirstOrThrow()
  expect(grant).toMatchObject({ person: 'dan', for_person: 'anna', revoked_at: null })
  expect(grant.until_at - office.clock.now()).toBe(24 * HOUR)
  await office.look()
  // Dan is of another unit, so that it cannot stay with him.
  expect((await office.caseOf(found)).assignee).toBe('anna')
  expect(await office.assignments.mayAct(north, dan, found)).toBe(false)
})

it('goes over in pages, each case once, also when the service was down for the whole of it', async () => {
  await using office = await openOffice()
  const ids: string[] = []
  for (let count = 0; count < 120; count += 1) {
    const id = await office.arrive()
    await office.route(id, { person: 'anna' })
    ids.push(id)
  }
  const absence = {
    person: 'anna',
    deputies: ['bo'],
    scope: 'also_open',
    handBack: true,
    by: 'user:anna',
  } as const
  const { absences } = office.assignments
  await absences.add(north, { ...absence, from: monday, to: monday })
  await absences.add(north, { ...absence, from: wednesday, to: friday })
  // Two timers at once.
  office.clock.advance(durationUs(2.5 * 24 * HOUR))
  await Promise.all([office.look(), office.look()])
  for (const id of ids) {
    expect(await assignments(office, id)).toEqual([
      'routes: anna for own',
      'absences: bo for anna',
    ])
  }
  // Over Tuesday and the rest of the week, unseen.
  office.clock.advance(durationUs(20 * 24 * HOUR))
  await Promise.all([office.look(), office.look()])
  for (const id of ids) {
    expect(await assignments(office, id)).toHaveLength(3)
    expect((await office.caseOf(id)).assignee).toBe('anna')
  }
  const states = (await absences.list(north)).map(({ state }) => state)
  expect(states).toEqual(['over', 'over'])
  await office.look()
})

it('a case that was closed meanwhile stays where it is, as does one that went elsewhere', async () => {
  await using office = await openOffice()
  await week(office, true)
  const [closed, moved] = [await office.arrive(), await office.arrive()]
  for (const id of [closed, moved]) await office.route(id, { person: 'anna' })
  await passTo(office, '2026-11-22T23:00:01Z')
  await office.database.write(north, 'normal', ({ query }) =>
    query
      .updateTable('case')
      .set({ state: 'closed', closed_at: office.clock.now() })
      .where('id', '=', closed)
      .execute(),
  )
  await office.assignments.assignCase(north, {
    case: moved,
    unit: 'light',
    person: 'eva',
    by: 'user:bo',
  })
  await passTo(office, '2026-11-27T23:00:01Z')
  expect((await office.caseOf(closed)).assignee).toBe('bo')
  expect((await office.caseOf(moved)).assignee).toBe('eva')
})
