import { expect, it } from 'vitest'
import { z } from 'zod'
import { caseDetailView, type CaseDetailView } from '../../src/cases/views.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import {
  eventually,
  startService,
  strandkoping,
  type Person,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** Something at the school, which is Valter's: the caretaker. */
const atSchool = {
  source: 'internal',
  category: 'building',
  place: { lat: 58.3555, lon: 11.446 },
  text: 'Dörren går inte att låsa',
  language: 'sv',
  wantsUpdates: false,
}

async function told(desk: Person): Promise<string> {
  const { status, body } = await desk.post('/cases', atSchool)
  expect(status).toBe(201)
  return z.object({ case: z.string() }).parse(body).case
}

async function caseOf(person: Person, id: string): Promise<CaseDetailView> {
  return caseDetailView.parse((await person.get(`/cases/${id}`)).body)
}

/** Until the time is `iso`, and then for as many looks of the timers as it takes. */
async function until(
  service: TestService,
  iso: string,
  fits: () => Promise<boolean>,
): Promise<void> {
  service.pass(durationUs(Date.parse(iso) * 1_000 - service.clock.now()))
  await eventually(async () => {
    service.pass(durationUs(11 * SECOND))
    return await fits()
  }, Boolean)
}

async function assigneeOf(service: TestService, id: string): Promise<string | null> {
  const row = await service.app.database
    .read(strandkoping)
    .selectFrom('case')
    .select('assignee')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.assignee
}

it('a week away: Fia has the cases, for the day on which she is away Hedda, and then Valter again', async () => {
  await using folder = await temporaryFolder()
  // A Friday evening.
  const clock = new VirtualClock('2026-11-20T17:00:00Z')
  await using service = await startService({ folder: folder.path, clock })
  const has = (id: string, who: string) => async () =>
    (await assigneeOf(service, id)) === who
  const admin = await service.logIn('admin@strandkoping.example')
  const away = { scope: 'also_open', handBack: true }
  for (const absence of [
    {
      person: 'vaktmastare',
      from: '2026-11-23',
      to: '2026-11-27',
      deputies: ['fastighet'],
    },
    { person: 'fastighet', from: '2026-11-25', to: '2026-11-25', deputies: ['hamn'] },
  ]) {
    expect((await admin.post('/absences', { ...absence, ...away })).status).toBe(201)
  }
  const before = await told(admin)
  expect(await assigneeOf(service, before)).toBe('vaktmastare')

  // Monday: what he had is Fia's, and what comes to him comes to her.
  await until(service, '2026-11-23T07:00:00Z', has(before, 'fastighet'))
  const fia = await service.logIn('fastighet@strandkoping.example')
  const during = await told(fia)
  expect(await assigneeOf(service, during)).toBe('fastighet')
  const { version } = await caseOf(fia, before)
  const moved = await fia.post(`/cases/${before}/move`, { to: 'investigating', version })
  expect(moved.status).toBe(200)

  // Wednesday: Hedda of the harbour, who may do nothing at the school but this.
  await until(service, '2026-11-25T07:00:00Z', has(before, 'hamn'))
  const hedda = await service.logIn('hamn@strandkoping.example')
  const wednesdays = await told(hedda)
  const said = { to: 'staff', text: 'Låssmeden kommer i morgon', version: 0 }
  for (const id of [before, wednesdays]) {
    expect(await assigneeOf(service, id)).toBe('hamn')
    expect((await caseOf(hedda, id)).moves).toContain('in_progress')
    expect((await hedda.post(`/cases/${id}/say`, said)).status).toBe(200)
  }
  const queued = await told(hedda)
  const back = { person: null, version: (await caseOf(hedda, queued)).version }
  expect((await hedda.post(`/cases/${queued}/assign`, back)).status).toBe(200)
  // Given back it is the unit's, and she is not of the unit.
  expect((await hedda.post(`/cases/${queued}/say`, said)).status).toBe(403)

  // Thursday: Fia is back, and Hedda may do nothing there any more.
  await until(service, '2026-11-26T07:00:00Z', has(before, 'fastighet'))
  const later = await service.logIn('hamn@strandkoping.example')
  expect((await later.post(`/cases/${before}/say`, said)).status).toBe(403)
  expect((await caseOf(later, before)).moves).toEqual([])

  // Saturday: everything is Valter's again.
  await until(service, '2026-11-28T07:00:00Z', has(before, 'vaktmastare'))
  for (const id of [during, wednesdays]) {
    await eventually(has(id, 'vaktmastare'), Boolean)
  }
  const valter = await service.logIn('vaktmastare@strandkoping.example')
  const { events } = await caseOf(valter, before)
  expect(
    events
      .filter(({ actor }) => actor.startsWith('user:'))
      .map(({ kind, actor, data }) => [kind, actor, data['behalf'] ?? null]),
  ).toEqual([
    ['opened', 'user:admin', null],
    ['moved', 'user:fastighet', 'vaktmastare'],
    ['said', 'user:hamn', 'vaktmastare'],
  ])
  const audited = await service.app.database
    .read(strandkoping)
    .selectFrom('audit')
    .select('detail')
    .where('action', '=', 'case.delegated')
    .where('subject', '=', before)
    .orderBy('number')
    .execute()
  expect(audited.map(({ detail }) => JSON.parse(detail))).toEqual([
    { person: 'fastighet', for: 'vaktmastare' },
    { person: 'hamn', for: 'vaktmastare' },
    { person: 'fastighet', for: 'vaktmastare' },
  ])
})
