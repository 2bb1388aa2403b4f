import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE, durationUs } from '../../src/domain/time.ts'
import type { CaseMove } from '../../src/cases/cases.ts'
import type { CaseState } from '../../src/cases/views.ts'
import { OVERRIDE_PREFIX } from '../../src/cases/workflow/check-move.ts'
import { north } from '../support/database.ts'
import { anna, aReport, openTown, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

const state = async (id: string) => await town.cases.get(north, id, false)
const move = async (id: string, to: CaseState, how: Partial<CaseMove> = {}) =>
  await town.cases.move(north, id, {
    to,
    version: (await state(id)).version,
    by: anna,
    ...how,
  })
const aDay = durationUs(24 * HOUR)

describe('a case that only an alarm knows of', () => {
  it('is done when the alarm clears, and closes by itself after a day', async () => {
    const id = await town.raise('lamp-1')
    await town.clear('lamp-1')
    expect(await state(id)).toMatchObject({ state: 'done_reported', verify: false })
    town.clock.advance(durationUs(23 * HOUR))
    expect(await town.cases.closeRecovered(town.clock.now())).toBe(0)
    town.clock.advance(durationUs(2 * HOUR))
    expect(await town.cases.closeRecovered(town.clock.now())).toBe(1)
    expect(await state(id)).toMatchObject({
      state: 'closed',
      closingReason: 'self_recovered',
    })
    expect(await outcomes()).toEqual(['real'])
  })

  it('goes back to where it was when the alarm comes back, and waits a whole day again', async () => {
    const id = await town.raise('lamp-1')
    await move(id, 'in_progress')
    await town.clear('lamp-1', { acknowledged: false })
    expect((await state(id)).state).toBe('done_reported')
    town.clock.advance(durationUs(23 * HOUR))
    await town.raise('lamp-1')
    expect((await state(id)).state).toBe('in_progress')
    await town.clear('lamp-1')
    town.clock.advance(durationUs(2 * HOUR))
    expect(await town.cases.closeRecovered(town.clock.now())).toBe(0)
  })

  it('waits for the last of its alarms', async () => {
    const id = await town.raise('lamp-1')
    await town.raise('lamp-1', 'light_flicker')
    await town.clear('lamp-1')
    expect((await state(id)).state).toBe('received')
    await town.clear('lamp-1', { faultClass: 'light_flicker' })
    expect((await state(id)).state).toBe('done_reported')
  })

  it('does not close while its alarm stands, whatever the case was told', async () => {
    await town.raise('lamp-1')
    await town.clear('lamp-1', { acknowledged: false })
    await town.database.write(north, 'alarm', async (work) => {
      await work.query.updateTable('alarm').set({ condition: 'active' }).execute()
    })
    town.clock.advance(durationUs(25 * HOUR))
    expect(await town.cases.closeRecovered(town.clock.now())).toBe(0)
  })

  it('stays open when a person, not the alarm, said that it is done', async () => {
    const id = await town.raise('lamp-1')
    await move(id, 'in_progress')
    await move(id, 'done_reported')
    await town.clear('lamp-1')
    town.clock.advance(durationUs(3 * 24 * HOUR))
    expect(await town.cases.closeRecovered(town.clock.now())).toBe(0)
  })
})

describe('a case that a person waits for', () => {
  it('is never closed by an alarm, only marked to be verified', async () => {
    const { case: id, token } = await town.cases.report(north, aReport())
    await town.raise('lamp-1')
    await town.clear('lamp-1')
    expect(await state(id)).toMatchObject({ state: 'received', verify: true })
    town.clock.advance(durationUs(30 * 24 * HOUR))
    expect(await town.cases.closeRecovered(town.clock.now())).toBe(0)
    expect((await town.cases.follow(token)).events.at(-1)?.kind).toBe('verify')
  })

  it('need not be verified any more when the alarm is back', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    await town.raise('lamp-1')
    await town.clear('lamp-1', { acknowledged: false })
    await town.raise('lamp-1')
    expect(await state(id)).toMatchObject({ state: 'received', verify: false })
  })

  it('must be verified when the sensor thought it well and a person disagrees', async () => {
    const id = await town.raise('lamp-1')
    await town.clear('lamp-1')
    await town.cases.report(north, aReport())
    expect(await state(id)).toMatchObject({ state: 'done_reported', verify: true })
    town.clock.advance(aDay)
    town.clock.advance(aDay)
    expect(await town.cases.closeRecovered(town.clock.now())).toBe(0)
  })
})

describe('moves', () => {
  it('closes an accepted fault with words for the public', async () => {
    const { case: id, token } = await town.cases.report(north, aReport())
    const text = 'Tas vid nästa runda i mars.'
    const view = await move(id, 'closed', { reason: 'accepted_no_action', text })
    expect(view).toMatchObject({ state: 'closed', closingReason: 'accepted_no_action' })
    expect(await town.cases.follow(token)).toMatchObject({
      closingText: text,
      events: [
        { kind: 'opened' },
        { kind: 'routed', text: 'LEVA belysning' },
        { kind: 'closed', text },
      ],
    })
  })

  it('does not call a fault fixed while its alarm stands, unless somebody says why', async () => {
    const id = await town.raise('lamp-1')
    await expect(move(id, 'closed', { reason: 'fixed' })).rejects.toMatchObject({
      details: { kind: 'conflict', facts: { override: OVERRIDE_PREFIX } },
    })
    await expect(
      move(id, 'closed', { reason: 'fixed', text: 'override:  ' }),
    ).rejects.toMatchObject({ details: { kind: 'invalid', where: 'text' } })
    await move(id, 'closed', { reason: 'fixed', text: 'override: givaren är trasig' })
    const { events } = await state(id)
    expect(events.at(-1)?.data).toMatchObject({ override: true, text: 'givaren är trasig' })
  })

  it.each([
    ['fixed', 'real'],
    ['no_fault_found', 'no_fault_found'],
    ['accepted_no_action', null],
    ['not_responsible', null],
  ] as const)('tells the alarm that %s means %s', async (reason, outcome) => {
    const id = await town.raise('lamp-1')
    await town.clear('lamp-1')
    await move(id, 'closed', { reason, text: 'Därför.', outside: 'Trafikverket' })
    expect(await outcomes()).toEqual([outcome])
  })

  it('opens a closed case again and takes the outcome back', async () => {
    const id = await town.raise('lamp-1')
    await town.clear('lamp-1')
    await move(id, 'closed', { reason: 'fixed' })
    expect(await move(id, 'assigned', { text: 'Den är mörk.' })).toMatchObject({
      state: 'assigned',
      closingReason: null,
      closedAt: null,
    })
    expect(await outcomes()).toEqual([null])
  })

  it('does not open a closed case beside an open one of the same fault', async () => {
    const first = await town.cases.report(north, aReport())
    await move(first.case, 'closed', { reason: 'no_fault_found' })
    const second = await town.raise('lamp-1')
    await expect(move(first.case, 'assigned', { text: 'Igen.' })).rejects.toMatchObject({
      details: { kind: 'conflict', facts: { case: second } },
    })
  })

  it('lets only the first of two handlers who saw the same version move it', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    const at = (name: string) =>
      town.cases.move(north, id, {
        to: 'assigned',
        version: 1,
        by: { role: 'handler', name },
      })
    const results = await Promise.allSettled([at('user:anna'), at('user:bo')])
    expect(results.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
    ])
    expect(await state(id)).toMatchObject({ state: 'assigned', version: 2 })
  })

  it('does not keep a handler out because more people report', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    town.clock.advance(MINUTE)
    await town.cases.report(north, aReport())
    expect((await state(id)).version).toBe(1)
  })
})

async function outcomes(): Promise<readonly (string | null)[]> {
  const rows = await town.database
    .read(north)
    .selectFrom('occurrence')
    .select('outcome')
    .execute()
  return rows.map(({ outcome }) => outcome)
}
