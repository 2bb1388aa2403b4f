import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CaseActor } from '../../src/cases/cases.ts'
import { HOUR } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { anna, aReport, openTown, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

const get = (id: string) => town.cases.get(north, id, false)
const lamp = (at: number) =>
  aReport({
    asset: `lamp-${at}`,
    contact: { email: `p${at}@example.se` },
    wantsUpdates: true,
  })

async function merge(id: string, into: string, by: CaseActor = anna) {
  const { version } = await get(id)
  return await town.cases.merge(north, id, { version, by, into })
}

async function unmerge(id: string) {
  const { version } = await get(id)
  return await town.cases.unmerge(north, id, { version, by: anna })
}

const conflict = (where: string) => ({ details: { kind: 'conflict', where } })

describe('merging', () => {
  it('keeps number, reports and link of the merged one, which show what becomes of the other', async () => {
    const a = await town.cases.report(north, lamp(1))
    const b = await town.cases.report(north, lamp(2))
    town.clock.advance(HOUR)
    expect(await merge(a.case, b.case)).toMatchObject({
      state: 'closed',
      closingReason: 'duplicate',
      mergedInto: b.case,
    })
    town.clock.advance(HOUR)
    const { version } = await get(b.case)
    await town.cases.move(north, b.case, { to: 'in_progress', version, by: anna })
    const seen = await town.cases.follow(a.token)
    expect(seen).toMatchObject({
      number: a.number,
      state: 'in_progress',
      closingReason: null,
    })
    expect(seen.events.map(({ kind }) => kind)).toEqual([
      'opened',
      'routed',
      'merged',
      'in_progress',
    ])
    const root = await get(b.case)
    expect(root.reports).toEqual({ alarm: 0, human: 2 })
    expect(root.merged).toEqual([{ id: a.case, number: a.number }])
    expect((await get(a.case)).reports).toEqual({ alarm: 0, human: 1 })
  })

  it('leads what is said of the merged one to the other', async () => {
    const a = await town.cases.report(north, lamp(1))
    const b = await town.cases.report(north, lamp(2))
    await merge(a.case, b.case)
    expect((await town.cases.report(north, aReport())).case).toBe(b.case)
    expect(await town.raise('lamp-1')).toBe(b.case)
    const said = {
      source: 'web',
      by: { role: 'reporter', name: 'citizen' },
      text: 'Den blinkar.',
      wish: 'none',
    } as const
    await town.cases.followUp(north, a.case, said)
    const { events } = await get(b.case)
    expect(events.map(({ kind }) => kind)).toContain('followed_up')
  })

  it('refuses itself, what is closed, what is hidden, and what lies in another', async () => {
    const [a, b, c] = await Promise.all(
      [1, 2, 3].map((at) => town.cases.report(north, lamp(at))),
    )
    if (a === undefined || b === undefined || c === undefined)
      throw new Error('three reports')
    await expect(merge(a.case, a.case)).rejects.toMatchObject(conflict('into'))
    await merge(a.case, b.case)
    await expect(merge(a.case, c.case)).rejects.toMatchObject(conflict('id'))
    // Into what it is merged into itself: that is its own root.
    await expect(merge(b.case, a.case)).rejects.toMatchObject(conflict('into'))
    const { version } = await get(c.case)
    await town.cases.move(north, c.case, {
      to: 'closed',
      reason: 'no_fault_found',
      version,
      by: anna,
    })
    await expect(merge(c.case, b.case)).rejects.toMatchObject(conflict('id'))
    await expect(merge(b.case, c.case)).rejects.toMatchObject(conflict('into'))
    await expect(merge(b.case, 'f'.repeat(32))).rejects.toMatchObject({
      details: { kind: 'not_found', where: 'into' },
    })
  })

  it('is what closing as a duplicate does', async () => {
    const a = await town.cases.report(north, lamp(1))
    const b = await town.cases.report(north, lamp(2))
    await town.cases.move(north, a.case, {
      to: 'closed',
      reason: 'duplicate',
      target: b.case,
      version: 1,
      by: anna,
    })
    expect((await get(a.case)).mergedInto).toBe(b.case)
  })

  it('tells those who follow the one what was written when it was closed as a duplicate', async () => {
    const a = await town.cases.report(north, lamp(1))
    const b = await town.cases.report(north, lamp(2))
    const text = 'Samma lampa, fel nummer på stolpen.'
    town.clock.advance(HOUR)
    const same = { to: 'closed', reason: 'duplicate', target: b.case } as const
    await town.cases.move(north, a.case, { ...same, version: 1, by: anna, text })
    const seen = await town.cases.follow(a.token)
    expect(seen.events.slice(-2)).toMatchObject([
      { kind: 'said', text },
      { kind: 'merged' },
    ])
    const other = await town.cases.follow(b.token)
    expect(JSON.stringify(other)).not.toContain(text)
  })

  it('looks at those words first, and refuses what it could keep nowhere', async () => {
    const a = await town.cases.report(north, lamp(1))
    const b = await town.cases.report(north, lamp(2))
    const same = { to: 'closed', reason: 'duplicate', target: b.case } as const
    const asked = { ...same, version: 1, by: anna }
    const contact = 'Ring 070-123 45 67.'
    await expect(
      town.cases.move(north, a.case, { ...asked, text: contact, unlessWarned: true }),
    ).rejects.toMatchObject(conflict('text'))
    await expect(
      town.cases.move(north, a.case, { ...asked, outside: 'Trafikverket' }),
    ).rejects.toMatchObject({ details: { kind: 'invalid', where: 'outside' } })
    expect((await get(a.case)).events.map(({ kind }) => kind)).not.toContain('said')
  })

  it('keeps an alarm from closing what somebody in the merged one waits for', async () => {
    const person = await town.cases.report(north, lamp(1))
    const alarms = await town.raise('lamp-2')
    await merge(person.case, alarms)
    await town.clear('lamp-2')
    expect(await get(alarms)).toMatchObject({ state: 'received', verify: true })
  })

  it('labels the alarms of all when the one they lie in closes', async () => {
    const a = await town.raise('lamp-1')
    const b = await town.raise('lamp-2')
    await merge(a, b)
    await town.clear('lamp-1')
    await town.clear('lamp-2')
    const { version } = await get(b)
    await town.cases.move(north, b, { to: 'closed', reason: 'fixed', version, by: anna })
    const rows = await town.database
      .read(north)
      .selectFrom('occurrence')
      .select('outcome')
      .execute()
    expect(rows).toEqual([{ outcome: 'real' }, { outcome: 'real' }])
  })
})

describe('taking a case out again', () => {
  it('stands it where it stood, with what lay in it', async () => {
    const a = await town.cases.report(north, lamp(1))
    const b = await town.cases.report(north, lamp(2))
    const c = await town.cases.report(north, lamp(3))
    await town.cases.move(north, a.case, { to: 'in_progress', version: 1, by: anna })
    const before = await get(a.case)
    await merge(c.case, a.case)
    await merge(a.case, b.case)
    expect((await get(b.case)).merged).toHaveLength(2)
    await unmerge(a.case)
    const after = await get(a.case)
    for (const field of [
      'state',
      'closingReason',
      'closedAt',
      'mergedInto',
      'number',
    ] as const) {
      expect(after[field]).toEqual(before[field])
    }
    expect(after.merged).toEqual([{ id: c.case, number: c.number }])
    expect((await get(b.case)).merged).toEqual([])
    expect(await town.cases.follow(c.token)).toMatchObject({ state: 'in_progress' })
  })

  it('is refused for what lies in nothing, and beside an open case of the same fault', async () => {
    const a = await town.cases.report(north, lamp(1))
    const b = await town.cases.report(north, lamp(2))
    await expect(unmerge(a.case)).rejects.toMatchObject(conflict('id'))
    await merge(a.case, b.case)
    const { version } = await get(b.case)
    await town.cases.move(north, b.case, {
      to: 'closed',
      reason: 'fixed',
      version,
      by: anna,
    })
    const again = await town.raise('lamp-1')
    await expect(unmerge(a.case)).rejects.toMatchObject({
      details: { kind: 'conflict', facts: { case: again } },
    })
  })

  it('gives a request to open it again back as it was', async () => {
    const a = await town.cases.report(north, lamp(1))
    await town.cases.move(north, a.case, {
      to: 'closed',
      reason: 'accepted_no_action',
      text: 'Tas i mars.',
      version: 1,
      by: anna,
    })
    await town.cases.report(north, lamp(1))
    const before = await get(a.case)
    expect(before.state).toBe('reopen_requested')
    const b = await town.cases.report(north, lamp(2))
    await merge(a.case, b.case)
    await unmerge(a.case)
    const after = await get(a.case)
    expect(after).toMatchObject({
      state: 'reopen_requested',
      closingReason: 'accepted_no_action',
      closedAt: before.closedAt,
    })
  })
})
