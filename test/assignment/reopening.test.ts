import { expect, it } from 'vitest'
import { bo, openTowns } from '../contractors/towns.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { addUser } from '../support/people.ts'

const by = { role: 'administrator', name: 'user:kia' } as const

it('a case that is opened again is with nobody who is away or may not work any more', async () => {
  await using towns = await openTowns()
  for (const id of ['anna', 'kia']) {
    await addUser(towns.database, north, { id, roles: ['operations'] })
  }
  const { cases, assignments } = towns
  const id = await towns.report(north, 'litter')
  const owner = async () => (await cases.get(north, id, false)).assignee
  const move = async (to: 'closed' | 'assigned') => {
    const { version } = await cases.get(north, id, false)
    const why = to === 'closed' ? { reason: 'no_fault_found' as const } : {}
    await cases.move(north, id, { to, version, by, text: 'Så är det', ...why })
  }
  await assignments.assignCase(north, { case: id, person: 'anna', by: 'user:anna' })
  await move('closed')
  await move('assigned')
  expect(await owner()).toBe('anna')
  await move('closed')
  await assignments.absences.add(north, {
    person: 'anna',
    from: '2026-11-21',
    to: '2026-11-25',
    deputies: [],
    scope: 'incoming',
    handBack: true,
    by: 'user:anna',
  })
  towns.clock.advance(durationUs(24 * HOUR))
  await move('assigned')
  expect(await owner()).toBe('kia')
  await move('closed')
  await towns.database.write(north, 'normal', ({ query }) =>
    query.updateTable('user').set({ disabled: 1 }).where('id', '=', 'kia').execute(),
  )
  await move('assigned')
  expect(await owner()).toBeNull()
  expect(await towns.contractors.list(bo, { which: 'all', limit: 10 })).toEqual([])
})

it('the routes take a case from a deputy, and the rights with it', async () => {
  await using towns = await openTowns()
  const { cases, assignments } = towns
  for (const id of ['anna', 'dan']) {
    await addUser(towns.database, north, { id, roles: ['operations'] })
  }
  await assignments.absences.add(north, {
    person: 'anna',
    from: '2026-11-20',
    to: '2026-11-25',
    deputies: ['dan'],
    scope: 'incoming',
    handBack: true,
    by: 'user:anna',
  })
  const id = await towns.report(north, 'litter')
  await assignments.assignCase(north, { case: id, person: 'anna', by: 'user:kia' })
  const { version, assignee } = await cases.get(north, id, false)
  expect(assignee).toBe('dan')
  await cases.reroute(north, id, { version, by, category: 'lamp-dark' })
  const { events, assignee: left } = await cases.get(north, id, false)
  expect(left).toBeNull()
  // First it was taken away, then it is said what it is about now, and who gets it.
  const staff = events.filter(({ actor }) => actor !== 'contracts')
  expect(staff.slice(-4).map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
    'assigned user:kia',
    'moved user:kia',
    'rerouted user:kia',
    'routed routes',
  ])
  const open = await towns.database
    .read(north)
    .selectFrom('delegated_grant')
    .select('id')
    .where('revoked_at', 'is', null)
    .execute()
  expect(open).toEqual([])
  expect(await towns.contractors.list(bo, { which: 'all', limit: 10 })).toMatchObject([
    { id },
  ])
})
