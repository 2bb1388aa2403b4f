import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { systemRandom } from '../../src/random.ts'
import { bo, openTowns } from '../contractors/towns.ts'
import { addOrganisations, north, south } from '../support/database.ts'
import type { ManualClock } from '../support/manual-clock.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { openOffice } from './office.ts'

async function openAt(url: string, clock: ManualClock): Promise<Database> {
  const database = await openPostgresDatabase({
    url,
    clock,
    random: systemRandom,
    realTime: systemClock,
  })
  await addOrganisations(database)
  return database
}

describeWithService('postgres', await findPostgres(), (start) => {
  it('cases go over once and come back, with two timers at once and somebody who takes one', async () => {
    await using server = await start()
    const url = await server.createDatabase()
    await using office = await openOffice({ open: (clock) => openAt(url, clock) })
    const ids: string[] = []
    for (let count = 0; count < 60; count += 1) {
      ids.push(await office.arrive())
      await office.route(ids.at(-1) ?? '', { person: 'anna' })
    }
    const { absences } = office.assignments
    const absence = {
      person: 'anna',
      from: '2026-11-21',
      to: '2026-11-22',
      deputies: ['bo'],
      scope: 'also_open',
      handBack: true,
      by: 'user:anna',
    } as const
    const both = await Promise.allSettled([
      absences.add(north, absence),
      absences.add(north, absence),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    office.clock.advance(durationUs(12 * HOUR))
    const taken = ids[0] ?? ''
    await Promise.all([
      office.look(),
      office.look(),
      office.assignments.assignCase(north, { case: taken, person: 'cia', by: 'user:cia' }),
    ])
    const owners = async () => {
      const rows = await Promise.all(ids.map((id) => office.caseOf(id)))
      return rows.map(({ assignee }) => assignee)
    }
    expect((await owners()).slice(1)).toEqual(Array.from({ length: 59 }, () => 'bo'))
    office.clock.advance(durationUs(72 * HOUR))
    await Promise.all([office.look(), office.look()])
    expect((await owners()).slice(1)).toEqual(Array.from({ length: 59 }, () => 'anna'))
    for (const id of ids.slice(1, 5)) expect(await office.history(id)).toHaveLength(4)
    await office.setRoles('anna', ['auditor'])
    expect(await office.assignments.takeFromUnfit(north)).toBeGreaterThanOrEqual(59)
    expect(new Set(await owners())).toEqual(new Set(['bo', 'cia']))
    expect(await absences.list(north)).toMatchObject([{ state: 'over' }])
  })

  it('a contractor sees what it was granted by two municipalities', async () => {
    await using server = await start()
    const url = await server.createDatabase()
    await using towns = await openTowns((clock) => openAt(url, clock))
    towns.change(north, 'light', { until: '2026-11-20' })
    const [here, there] = [await towns.report(north), await towns.report(south)]
    await towns.report(north, 'litter')
    const list = async () =>
      (await towns.contractors.list(bo, { which: 'open', limit: 10 })).map(({ id }) => id)
    expect(new Set(await list())).toEqual(new Set([here, there]))
    const where = { organisation: south, id: there }
    const { version } = await towns.contractors.get(bo, where)
    await towns.contractors.move(bo, where, { to: 'assigned', version })
    towns.clock.advance(durationUs(24 * HOUR))
    expect(await list()).toEqual([there])
    await towns.assign(south, there, 'park')
    expect(await list()).toEqual([])
  })
})
