import { describe, expect, it } from 'vitest'
import type { Assigning } from '../../src/assignment/assignments.ts'
import { north, south } from '../support/database.ts'
import { openOffice, type Office } from './office.ts'

const by = 'user:cia'

async function assign(
  office: Office,
  id: string,
  to: Partial<Assigning>,
): Promise<ReturnType<Office['assignments']['assignCase']>> {
  return office.assignments.assignCase(north, { case: id, by, ...to })
}

describe('a case', () => {
  it('stays received in a queue, is assigned when a person takes it, and received when given back', async () => {
    await using office = await openOffice()
    const id = await office.arrive(null)
    await office.route(id, { unit: 'park' })
    expect(await office.caseOf(id)).toMatchObject({
      state: 'received',
      unit: 'park',
      version: 2,
    })
    const taken = await assign(office, id, { person: 'cia', version: 2 })
    expect(taken).toMatchObject({ person: 'cia', unit: 'park', version: 3, changed: true })
    expect(await office.caseOf(id)).toMatchObject({ state: 'assigned', assignee: 'cia' })
    await assign(office, id, { person: null })
    expect(await office.caseOf(id)).toMatchObject({ state: 'received', assignee: null })
    const history = await office.history(id)
    expect(history.map(({ kind, visibility, data }) => [kind, visibility, data])).toEqual([
      ['assigned', 'internal', { unit: 'park', person: null }],
      ['assigned', 'internal', { unit: 'park', person: 'cia' }],
      ['moved', 'public', { from: 'received', to: 'assigned' }],
      ['assigned', 'internal', { unit: 'park', person: null }],
      ['moved', 'public', { from: 'assigned', to: 'received' }],
    ])
  })

  it('changes nothing when everything is as it was asked for', async () => {
    await using office = await openOffice()
    const id = await office.arrive()
    await assign(office, id, { person: 'bo' })
    expect(await assign(office, id, { person: 'bo' })).toMatchObject({
      changed: false,
      version: 2,
    })
    expect(await office.history(id)).toHaveLength(2)
  })

  it('of a route to a unit that is gone is in triage', async () => {
    await using office = await openOffice()
    const id = await office.arrive(null)
    expect(await office.route(id, { unit: 'gone', person: null })).toMatchObject({
      unit: null,
    })
    expect((await office.caseOf(id)).unit).toBeNull()
  })

  it('of a route to somebody who is gone is for the nearest of the unit', async () => {
    await using office = await openOffice()
    await office.route(await office.arrive(), { person: 'anna' })
    const id = await office.arrive(null)
    await office.route(id, { unit: 'park', person: 'nobody' })
    expect((await office.caseOf(id)).assignee).toBe('bo')
  })

  it('in triage goes to the unit of whoever is named', async () => {
    await using office = await openOffice()
    const id = await office.arrive(null)
    expect(await assign(office, id, { person: 'eva' })).toMatchObject({ unit: 'light' })
  })

  it('is for whoever stands in, and says so, when the chosen one is away', async () => {
    await using office = await openOffice()
    await office.assignments.absences.add(north, {
      person: 'anna',
      from: '2026-11-20',
      to: '2026-11-20',
      deputies: ['bo'],
      scope: 'incoming',
      handBack: false,
      by: 'user:anna',
    })
    const id = await office.arrive()
    expect(await assign(office, id, { person: 'anna' })).toMatchObject({
      person: 'bo',
      for: 'anna',
      because: [
        { person: 'anna', verdict: 'away' },
        { person: 'bo', verdict: 'chosen' },
      ],
    })
    await expect(assign(office, id, { person: 'anna', by: 'user:anna' })).rejects.toThrow(
      'You are away.',
    )
  })

  it('that was forwarded three times lies in triage, and begins anew from there', async () => {
    await using office = await openOffice()
    const id = await office.arrive()
    expect(await assign(office, id, { unit: 'light' })).toMatchObject({ unit: 'light' })
    // From one to another of the same unit is no forward.
    await assign(office, id, { person: 'dan' })
    await assign(office, id, { person: 'eva' })
    await assign(office, id, { unit: 'park', person: 'bo' })
    const third = await assign(office, id, { unit: 'light', person: 'dan' })
    expect(third).toMatchObject({ unit: null, person: null, toTriage: true })
    expect(await office.caseOf(id)).toMatchObject({
      unit: null,
      assignee: null,
      state: 'received',
    })
    expect(
      (await office.history(id)).findLast(({ kind }) => kind === 'assigned')?.data,
    ).toEqual({
      person: null,
      step: 'triage',
    })
    expect(await assign(office, id, { unit: 'light' })).toMatchObject({ unit: 'light' })
    expect(await assign(office, id, { unit: 'park' })).toMatchObject({ unit: 'park' })
  })

  it.each([
    ['an unknown unit', { unit: 'gone' }, 'There is no such unit.'],
    ['an unknown person', { person: 'nobody' }, 'There is no such person.'],
    ['somebody of another unit', { person: 'eva' }, 'This person is not of that unit.'],
    [
      'somebody of another unit than named',
      { unit: 'light', person: 'bo' },
      'not of that unit',
    ],
    ['a stale version', { person: 'bo', version: 7 }, 'Somebody changed the case'],
    ['another case', { case: 'case-99999', person: 'bo' }, 'There is no such case.'],
    ['a person without the right', { person: 'anna' }, 'may not work on cases'],
  ])('is not given to %s', async (_what, to, said) => {
    await using office = await openOffice()
    await office.setRoles('anna', ['rule_engineer'])
    const id = await office.arrive()
    await expect(assign(office, id, to)).rejects.toThrow(said)
    expect(await office.caseOf(id)).toMatchObject({ version: 1, assignee: null })
  })

  it.each([
    [{ state: 'closed', closed_at: 1 }, 'Open it again first.'],
    [{ state: 'hidden' }, 'Open it again first.'],
    [{ root: 'case-00009' }, 'Go on in the case it was merged into.'],
  ])('that nobody works on is given to nobody: %o', async (columns, next) => {
    await using office = await openOffice()
    const id = await office.arrive()
    await office.database.write(north, 'normal', ({ query }) =>
      query
        .updateTable('case')
        .set(columns as object)
        .where('id', '=', id)
        .execute(),
    )
    await expect(assign(office, id, { person: 'bo' })).rejects.toMatchObject({
      details: { kind: 'conflict', next },
    })
  })

  it('of another organisation is not there', async () => {
    await using office = await openOffice()
    const id = await office.arrive()
    const asked = { case: id, by, unit: 'light' }
    await expect(office.assignments.assignCase(south, asked)).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
  })
})

describe('somebody who lost the rights', () => {
  it.each([
    ['by another role', ['auditor'], false],
    ['by being removed', ['operations'], true],
  ] as const)('%s loses the open cases to the nearest', async (_how, roles, disabled) => {
    await using office = await openOffice()
    const ids: string[] = []
    for (let count = 0; count < 60; count += 1) {
      ids.push(await office.arrive())
      await assign(office, ids.at(-1) ?? '', { person: 'anna' })
    }
    expect(await office.assignments.takeFromUnfit(north)).toBe(0)
    await office.setRoles('anna', roles, disabled)
    expect(await office.assignments.takeFromUnfit(north)).toBe(60)
    const owners = new Map<string | null, number>()
    for (const id of ids) {
      const { assignee } = await office.caseOf(id)
      owners.set(assignee, (owners.get(assignee) ?? 0) + 1)
    }
    expect(owners).toEqual(
      new Map([
        ['bo', 30],
        ['cia', 30],
      ]),
    )
    expect(await office.assignments.takeFromUnfit(north)).toBe(0)
  })
})

describe('who may act on a case', () => {
  it.each([
    ['one of the unit', 'bo', ['operations'], true],
    ['one of another unit', 'dan', ['operations'], false],
    ['customer service', 'dan', ['customer_service'], true],
    ['the control centre', 'dan', ['control_centre'], true],
    ['an administrator', 'dan', ['administrator'], true],
    ['one of the unit who only makes rules', 'bo', ['rule_engineer'], false],
    ['a contractor', 'dan', ['contractor'], false],
  ] as const)('%s', async (_who, person, roles, may) => {
    await using office = await openOffice()
    const id = await office.arrive()
    expect(await office.assignments.mayAct(north, { person, roles }, id)).toBe(may)
    expect(await office.assignments.mayAct(south, { person, roles }, id)).toBe(false)
  })

  it('everybody of the house, where no unit has it or the unit names nobody', async () => {
    await using office = await openOffice()
    const dan = { person: 'dan', roles: ['operations'] } as const
    for (const unit of [null, 'open']) {
      const id = await office.arrive(unit)
      expect(await office.assignments.mayAct(north, dan, id)).toBe(true)
    }
  })
})
