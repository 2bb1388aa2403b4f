import { describe, expect, it } from 'vitest'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { expectUnreachable, listed } from './helpers.ts'
import { bo, eve, openTowns, rival, type Towns } from './towns.ts'

async function kinds(towns: Towns, id: string): Promise<string[]> {
  const { events } = await towns.cases.get(north, id, false)
  return events
    .filter(({ kind }) => kind === 'granted' || kind === 'revoked')
    .map(({ kind, data }) =>
      [kind, data['contractor'], data['step']].filter(Boolean).join(' '),
    )
}

describe('a grant', () => {
  it('goes with the unit: away from one contractor, to the other, and to nobody', async () => {
    await using towns = await openTowns()
    const id = await towns.report(north)
    const where = { organisation: north, id }
    await towns.assign(north, id, 'bins')
    await expectUnreachable(towns, bo, where)
    expect(await listed(towns)).toEqual([])
    expect(await towns.contractors.get(eve, where)).toMatchObject({ id })
    await towns.assign(north, id, 'park')
    await expectUnreachable(towns, eve, where)
    expect((await towns.cases.get(north, id, false)).contractor).toBeNull()
    expect(await kinds(towns, id)).toEqual([
      'granted leva',
      'revoked leva',
      'granted rival',
      'revoked rival',
    ])
    await towns.assign(north, id, null)
    await towns.assign(north, id, 'light')
    expect(await towns.contractors.get(bo, where)).toMatchObject({ id })
  })

  it('ends in the middle of the work with the last day of the contract', async () => {
    await using towns = await openTowns()
    towns.change(north, 'light', { until: '2026-11-21' })
    const id = await towns.report(north)
    const where = { organisation: north, id }
    const { version } = await towns.contractors.get(bo, where)
    await towns.contractors.move(bo, where, { to: 'assigned', version })
    // From Friday 13:00 in Stockholm to Saturday 23:59 and over midnight.
    towns.clock.advance(durationUs(34.9 * HOUR))
    expect(await towns.contractors.get(bo, where)).toMatchObject({ state: 'assigned' })
    towns.clock.advance(durationUs(0.2 * HOUR))
    await expectUnreachable(towns, bo, where)
    expect(await listed(towns)).toEqual([])
    // A longer contract of today does not lengthen what was granted until then.
    towns.change(north, 'light', {})
    await expectUnreachable(towns, bo, where)
  })

  it.each([
    ['the contract ended', { until: '2026-11-19' }],
    ['it has not begun', { from: '2026-11-21' }],
    ['another contractor has it', { contractor: rival }],
  ])(
    'that was given means nothing any more once %s in the configuration',
    async (_why, to) => {
      await using towns = await openTowns()
      const id = await towns.report(north)
      expect(await listed(towns)).toEqual([id])
      towns.change(north, 'light', to)
      expect(await listed(towns)).toEqual([])
      await expectUnreachable(towns, bo, { organisation: north, id })
      await expectUnreachable(towns, eve, { organisation: north, id })
    },
  )

  it.each([
    ['has ended', { until: '2026-11-19' }, 'revoked leva not_in_force'],
    ['has not begun', { from: '2026-11-21' }, 'revoked leva not_in_force'],
    ['is about other things', { categories: ['litter'] }, 'revoked leva not_covered'],
    ['is for somewhere else', { areas: ['outer'] }, 'revoked leva not_covered'],
    ['is for where it is', { areas: ['outer', 'inner'] }, 'granted leva'],
    ['is about it', { categories: ['litter', 'lamp-dark'] }, 'granted leva'],
    ['begins and ends today', { from: '2026-11-20', until: '2026-11-20' }, 'granted leva'],
  ])('under a contract that %s', async (_how, to, said) => {
    await using towns = await openTowns()
    towns.change(north, 'light', to)
    const id = await towns.report(north)
    expect(await kinds(towns, id)).toEqual([said])
    expect(await listed(towns)).toEqual(said.startsWith('granted') ? [id] : [])
  })

  it('is none where an organisation has a contract with itself', async () => {
    await using towns = await openTowns()
    towns.change(north, 'light', { contractor: north })
    const id = await towns.report(north)
    expect(await kinds(towns, id)).toEqual([])
    const self = { organisation: north, user: 'bo' }
    await expectUnreachable(towns, self as never, { organisation: north, id })
  })

  it('shows nothing that is hidden or lies in another case', async () => {
    await using towns = await openTowns()
    const [hidden, merged] = [await towns.report(north), await towns.report(north)]
    const set = (id: string, columns: object) =>
      towns.database.write(north, 'normal', ({ query }) =>
        query.updateTable('case').set(columns).where('id', '=', id).execute(),
      )
    await set(hidden, { state: 'hidden' })
    await set(merged, { root: hidden })
    expect(await listed(towns)).toEqual([])
    for (const id of [hidden, merged]) {
      await expectUnreachable(towns, bo, { organisation: north, id })
    }
  })
})
