import { expect, it } from 'vitest'
import { LISTED } from '../../src/assignment/absence-times.ts'
import { oldAbsences, oldGrants } from '../../src/assignment/forget-absences.ts'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import { forgetAll } from '../support/forget-all.ts'
import { openOffice, type Office } from './office.ts'

const away = {
  person: 'anna',
  from: '2026-11-21',
  to: '2026-11-22',
  deputies: ['bo'],
  scope: 'also_open',
  handBack: false,
  by: 'user:anna',
} as const

/** Anna is away for two days; Bo keeps one of her cases afterwards and closes another. */
async function afterwards(office: Office): Promise<{ kept: string; closed: string }> {
  const [kept, closed] = [await office.arrive(), await office.arrive()]
  await office.route(kept, { person: 'anna' })
  await office.route(closed, { person: 'anna' })
  await office.assignments.absences.add(north, away)
  office.clock.advance(durationUs(24 * HOUR))
  await office.look()
  await office.database.write(north, 'normal', ({ query }) =>
    query
      .updateTable('case')
      .set({ state: 'closed', closed_at: office.clock.now() })
      .where('id', '=', closed)
      .execute(),
  )
  office.clock.advance(durationUs(48 * HOUR))
  await office.look()
  expect(await rowsOf(office)).toMatchObject([['over'], [kept, closed].toSorted()])
  return { kept, closed }
}

async function rowsOf({ database }: Office): Promise<readonly [string[], string[]]> {
  const query = database.read(north)
  const absences = await query.selectFrom('absence').select('phase').execute()
  const grants = await query.selectFrom('delegated_grant').select('case').execute()
  return [absences.map((row) => row.phase), grants.map((row) => row.case).toSorted()]
}

async function forget(office: Office): Promise<readonly number[]> {
  const { database } = office
  const now = office.clock.now()
  return [
    await forgetAll(oldGrants, database, now),
    await forgetAll(oldAbsences, database, now),
  ]
}

it('what is in the list of absences stays', async () => {
  await using office = await openOffice()
  await afterwards(office)
  office.clock.advance(durationUs(LISTED - 26 * HOUR))
  expect(await office.assignments.absences.list(north)).toHaveLength(1)
  expect(await forget(office)).toEqual([0, 0])
})

it('an absence goes with what was over because of it; what a deputy still has is remembered', async () => {
  await using office = await openOffice()
  const { kept } = await afterwards(office)
  // A deputy may write the last line for a day longer.
  office.clock.advance(durationUs(LISTED + 24 * HOUR))
  expect(await forget(office)).toEqual([1, 0])
  expect(await rowsOf(office)).toEqual([['over'], [kept]])

  // Away and back once more, Anna has her case again; then nothing keeps the two absences.
  const again = { ...away, from: '2027-04-01', to: '2027-04-02', handBack: true }
  await office.assignments.absences.add(north, again)
  for (const days of [60, 20]) {
    office.clock.advance(durationUs(days * 24 * HOUR))
    await office.look()
  }
  expect((await office.caseOf(kept)).assignee).toBe('anna')
  office.clock.advance(LISTED)
  expect(await forget(office)).toEqual([1, 2])
})

it('an absence that is planned, or whose end nobody came to do, stays', async () => {
  await using office = await openOffice()
  await office.assignments.absences.add(north, away)
  office.clock.advance(durationUs(2 * LISTED))
  expect(await forget(office)).toEqual([0, 0])
  expect(await rowsOf(office)).toEqual([['planned'], []])
  await office.look()
  expect(await forget(office)).toEqual([0, 1])
})

it('another organisation is not looked at', async () => {
  await using office = await openOffice()
  await afterwards(office)
  const walk = oldAbsences(office.database, south, later(office.clock.now(), LISTED))
  expect(await walk.page('')).toEqual([])
})
