import { describe, expect, it } from 'vitest'
import type { NewAbsence } from '../../src/assignment/absence-views.ts'
import { absenceInput } from '../../src/assignment/absence-views.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import { openOffice, type Office } from './office.ts'

function absence(rest: Partial<NewAbsence> = {}): NewAbsence {
  return {
    person: 'anna',
    from: '2026-12-01',
    to: '2026-12-05',
    deputies: [],
    scope: 'incoming',
    handBack: false,
    by: 'user:anna',
    ...rest,
  }
}

const add = (office: Office, rest: Partial<NewAbsence> = {}) =>
  office.assignments.absences.add(north, absence(rest))

describe('an absence', () => {
  it('of whole days is from midnight to midnight in the zone of the organisation', async () => {
    await using office = await openOffice()
    expect(await add(office)).toMatchObject({
      person: 'anna',
      from: '2026-11-30T23:00:00.000Z',
      to: '2026-12-05T23:00:00.000Z',
      state: 'planned',
    })
    // The clock goes forward on 28 March 2027.
    expect(await add(office, { from: '2027-03-28', to: '2027-03-28' })).toMatchObject({
      from: '2027-03-27T23:00:00.000Z',
      to: '2027-03-28T22:00:00.000Z',
    })
    expect(await add(office, { from: '2027-10-31', to: '2027-10-31' })).toMatchObject({
      from: '2027-10-30T22:00:00.000Z',
      to: '2027-10-31T23:00:00.000Z',
    })
  })

  it('of exact times is exactly then, and may begin on a time and end with a day', async () => {
    await using office = await openOffice()
    const times = { from: '2026-12-01T13:30:00+01:00', to: '2026-12-01T17:00:00+01:00' }
    expect(await add(office, times)).toMatchObject({
      from: '2026-12-01T12:30:00.000Z',
      to: '2026-12-01T16:00:00.000Z',
    })
    const mixed = { from: '2026-12-02T13:30:00+01:00', to: '2026-12-02' }
    expect(await add(office, mixed)).toMatchObject({ to: '2026-12-02T23:00:00.000Z' })
  })

  it.each([
    ['ends before it begins', { from: '2026-12-05', to: '2026-12-04' }, 'invalid'],
    [
      'ends when it begins',
      { from: '2026-12-05T10:00:00Z', to: '2026-12-05T10:00:00Z' },
      'invalid',
    ],
    ['is over', { from: '2026-11-01', to: '2026-11-19' }, 'invalid'],
    ['is longer than two years', { from: '2026-12-01', to: '2028-12-03' }, 'invalid'],
    ['begins in more than two years', { from: '2028-12-01', to: '2028-12-01' }, 'invalid'],
    ['is of the year 9999', { from: '9999-01-01', to: '9999-01-02' }, 'invalid'],
    ['is on 30 February', { from: '2027-02-30', to: '2027-03-01' }, 'invalid'],
    ['has oneself as a deputy', { deputies: ['bo', 'anna'] }, 'invalid'],
    ['has a deputy nobody knows', { deputies: ['bo', 'nobody'] }, 'invalid'],
    ['is of somebody nobody knows', { person: 'nobody' }, 'invalid'],
    ['overlaps another at its end', { from: '2027-01-14', to: '2027-01-20' }, 'conflict'],
    ['overlaps another at its start', { from: '2027-01-01', to: '2027-01-10' }, 'conflict'],
    ['lies within another', { from: '2027-01-11', to: '2027-01-11' }, 'conflict'],
    ['lies around another', { from: '2027-01-01', to: '2027-02-01' }, 'conflict'],
  ])('that %s is refused', async (_what, rest, kind) => {
    await using office = await openOffice()
    await add(office, { from: '2027-01-10', to: '2027-01-14' })
    await expect(add(office, rest)).rejects.toMatchObject({ details: { kind } })
    expect(await office.assignments.absences.list(north)).toHaveLength(1)
  })

  it('may touch another, overlap that of somebody else, and take the place of one that was taken back', async () => {
    await using office = await openOffice()
    const first = await add(office)
    await add(office, { from: '2026-12-06', to: '2026-12-06' })
    await add(office, { from: '2026-11-30', to: '2026-11-30' })
    await add(office, { person: 'bo' })
    const { absences } = office.assignments
    expect(await absences.end(north, { id: first.id, by: 'user:anna' })).toMatchObject({
      state: 'over',
    })
    await add(office)
    await office.look()
  })

  it('of two at the same moment is one', async () => {
    await using office = await openOffice()
    const both = await Promise.allSettled([add(office), add(office)])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('is ended by whose it is, and is unknown to others and to other organisations', async () => {
    await using office = await openOffice()
    const { absences } = office.assignments
    const { id } = await add(office)
    const unknown = { details: { kind: 'not_found' } }
    await expect(
      absences.end(north, { id, person: 'bo', by: 'user:bo' }),
    ).rejects.toMatchObject(unknown)
    await expect(absences.end(south, { id, by: 'user:bo' })).rejects.toMatchObject(unknown)
    expect(await absences.list(south)).toEqual([])
    expect(await absences.list(north, { person: 'bo' })).toEqual([])
    const ended = await absences.end(north, { id, person: 'anna', by: 'user:anna' })
    expect(await absences.end(north, { id, by: 'user:anna' })).toEqual(ended)
    expect((await office.audited()).map(({ action }) => action)).toEqual([
      'absence.added',
      'absence.ended',
    ])
  })

  it('that runs and is ended is over from that moment on', async () => {
    await using office = await openOffice()
    const { id } = await add(office, { from: '2026-11-20', to: '2026-11-30' })
    await office.look()
    const found = await office.arrive()
    expect(await office.route(found, { person: 'anna' })).toMatchObject({ person: 'bo' })
    office.clock.advance(durationUs(HOUR))
    const { absences } = office.assignments
    const ended = await absences.end(north, { id, by: 'user:anna' })
    expect(ended).toMatchObject({ state: 'over', to: '2026-11-20T13:00:00.000Z' })
    const next = await office.arrive()
    expect(await office.route(next, { person: 'anna' })).toMatchObject({ person: 'anna' })
  })
})

describe('what is said of an absence', () => {
  it.each([
    [{}],
    [{ from: '2026-12-01' }],
    [{ from: '2026-12-01', to: 'tomorrow' }],
    [{ from: '2026-12-01T10:00:00', to: '2026-12-02' }],
    [{ from: 1, to: 2 }],
    [{ from: '2026-12-01', to: '2026-12-02', deputies: ['bo', 'bo'] }],
    [{ from: '2026-12-01', to: '2026-12-02', deputies: 'bo' }],
    [{ from: '2026-12-01', to: '2026-12-02', deputies: ["x'; drop"] }],
    [
      {
        from: '2026-12-01',
        to: '2026-12-02',
        deputies: Array.from({ length: 11 }, (_, i) => `p${i}`),
      },
    ],
    [{ from: '2026-12-01', to: '2026-12-02', scope: 'all' }],
    [{ from: '2026-12-01', to: '2026-12-02', handBack: 'yes' }],
    [{ from: '2026-12-01', to: '2026-12-02', reason: 'ill' }],
  ])('%j is not understood', (said) => {
    expect(absenceInput.safeParse(said).success).toBe(false)
  })
})
