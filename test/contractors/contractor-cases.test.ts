import { describe, expect, it } from 'vitest'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { north, south } from '../support/database.ts'
import { all, days, expectUnreachable, listed } from './helpers.ts'
import { bo, eve, leva, openTowns, type Towns } from './towns.ts'

async function audit(towns: Towns, organisation: OrganisationId) {
  return await towns.database
    .read(organisation)
    .selectFrom('audit')
    .select(['actor', 'action', 'subject'])
    .orderBy('number')
    .execute()
}

/** What nobody but staff may read. */
const words = (to: string) => `Kim på kim@example.org, 811218-9876: ${to}`

describe('a contractor', () => {
  it('sees what came to its units, of every municipality it works for, and of nobody else', async () => {
    await using towns = await openTowns()
    const lamp = await towns.report(north)
    towns.clock.advance(days(1))
    const southern = await towns.report(south)
    const litter = await towns.report(north, 'litter')
    expect(await listed(towns)).toEqual([southern, lamp])
    expect(await towns.contractors.list(eve, all)).toEqual([])
    const [first] = await towns.contractors.list(bo, { which: 'open', limit: 1 })
    expect(first).toMatchObject({ organisation: { id: 'south' }, id: southern })
    await expectUnreachable(towns, eve, { organisation: north, id: lamp })
    await expectUnreachable(towns, bo, { organisation: north, id: litter })
    await expectUnreachable(towns, bo, { organisation: south, id: lamp })
    await expectUnreachable(towns, bo, { organisation: leva, id: lamp })
    const nowhere = 'nowhere' as OrganisationId
    await expectUnreachable(towns, bo, { organisation: nowhere, id: lamp })
    await expectUnreachable(towns, bo, { organisation: north, id: '0'.repeat(32) })
    expect((await towns.cases.get(north, lamp, false)).contractor).toBe('leva')
  })

  it('finds nothing by guessing ids, not even with the wrong words of an answer', async () => {
    await using towns = await openTowns()
    const litter = await towns.report(north, 'litter')
    const lamp = await towns.report(north)
    const guesses = [litter, `${lamp}0`, lamp.slice(1), '', '%', "' or 1=1 --"]
    for (const id of guesses) {
      await expectUnreachable(towns, bo, { organisation: north, id })
    }
  })

  it('takes, plans, does and reports work as done, each by its own name', async () => {
    await using towns = await openTowns()
    const id = await towns.report(north)
    const where = { organisation: north, id }
    const move = (to: 'assigned' | 'in_progress' | 'done_reported', version: number) =>
      towns.contractors.move(bo, where, { to, version, text: 'Bytt lampa' })
    const fresh = await towns.contractors.get(bo, where)
    expect(fresh.moves).toEqual(['assigned'])
    expect(fresh.reporters).toBeNull()
    expect(JSON.stringify(fresh)).not.toMatch(/Kim|kim@/)
    const taken = await move('assigned', fresh.version)
    const begun = await move('in_progress', taken.version)
    await expect(move('done_reported', taken.version)).rejects.toMatchObject({
      details: { kind: 'conflict' },
    })
    const done = await move('done_reported', begun.version)
    expect(done.state).toBe('done_reported')
    expect(done.moves).not.toContain('closed')
    const moved = done.events.filter(({ own, kind }) => own && kind === 'moved')
    expect(moved.map(({ to }) => to)).toEqual(['assigned', 'in_progress', 'done_reported'])
    const { events } = await towns.cases.get(north, id, false)
    expect(events.filter(({ kind }) => kind === 'moved').map(({ actor }) => actor)).toEqual(
      ['contractor:leva/bo', 'contractor:leva/bo', 'contractor:leva/bo'],
    )
    await expect(
      towns.contractors.move(bo, where, { to: 'closed', version: done.version }),
    ).rejects.toMatchObject({ details: { kind: 'conflict' } })
  })

  it('writes to the staff alone, whatever it does, until they say it themselves', async () => {
    await using towns = await openTowns()
    towns.change(north, 'light', { closes: true })
    const id = await towns.report(north)
    const where = { organisation: north, id }
    const steps = ['assigned', 'in_progress', 'done_reported', 'closed'] as const
    for (const to of steps) {
      const { version } = await towns.contractors.get(bo, where)
      await towns.contractors.move(bo, where, { to, version, text: words(to) })
    }
    const { events } = await towns.cases.get(north, id, false)
    const said = events.filter(({ data }) => String(data['text']).startsWith('Kim på'))
    expect(said.map(({ kind, visibility, data }) => [kind, visibility, data])).toEqual(
      steps.map((to) => ['said', 'internal', { text: words(to) }]),
    )
    const query = towns.database.read(north)
    const row = await query.selectFrom('case').select('closing_text').executeTakeFirst()
    expect(row).toEqual({ closing_text: null })
    const seen = await towns.contractors.get(bo, where)
    expect(seen.events.filter(({ kind }) => kind === 'said')).toMatchObject(
      steps.map((to) => ({ own: true, text: words(to) })),
    )
  })

  it('closes what it did where the contract lets it, as fixed and as nothing else', async () => {
    await using towns = await openTowns()
    towns.change(north, 'light', { closes: true })
    const id = await towns.report(north)
    const where = { organisation: north, id }
    for (const to of ['assigned', 'in_progress', 'done_reported', 'closed'] as const) {
      const { version, moves } = await towns.contractors.get(bo, where)
      expect(moves).toContain(to)
      await towns.contractors.move(bo, where, { to, version, text: 'Klart' })
    }
    expect(await towns.contractors.get(bo, where)).toMatchObject({
      state: 'closed',
      closingReason: 'fixed',
    })
    towns.clock.advance(days(31))
    await expectUnreachable(towns, bo, where)
    expect(await listed(towns)).toEqual([])
  })

  it.each([
    'hidden',
    'waiting_external',
    'reopen_requested',
    'closed',
    'received',
  ] as const)('cannot put a case to %s', async (to) => {
    await using towns = await openTowns()
    const id = await towns.report(north)
    const where = { organisation: north, id }
    const { version } = await towns.contractors.get(bo, where)
    const { version: taken } = await towns.contractors.move(bo, where, {
      to: 'assigned',
      version,
    })
    const move = { to, version: taken, text: 'Nej' }
    await expect(towns.contractors.move(bo, where, move)).rejects.toMatchObject({
      details: { kind: 'conflict' },
    })
  })
})

describe('who reported it', () => {
  it('is told only where it was allowed for that case, and each reading is written down there', async () => {
    await using towns = await openTowns()
    towns.change(north, 'light', { reporter: 'when_granted' })
    const [id, other] = [await towns.report(north), await towns.report(north)]
    const where = { organisation: north, id }
    expect((await towns.contractors.get(bo, where)).reporters).toBeNull()
    await towns.contractors.showReporter(where, {
      show: true,
      reason: 'Nyckel',
      by: 'user:kia',
    })
    expect((await towns.contractors.get(bo, where)).reporters).toMatchObject([
      { name: 'Kim Berg', email: 'kim@example.org', text: 'Mörkt vid Kims port' },
    ])
    expect(
      (await towns.contractors.get(bo, { organisation: north, id: other })).reporters,
    ).toBeNull()
    expect(await audit(towns, north)).toEqual([
      { actor: 'user:kia', action: 'case.person.share', subject: id },
      { actor: 'contractor:leva/bo', action: 'case.person.read', subject: id },
    ])
    expect(JSON.stringify(await towns.contractors.list(bo, all))).not.toMatch(/Kim|kim@/)
    await towns.contractors.showReporter(where, { show: false, reason: '', by: 'user:kia' })
    expect((await towns.contractors.get(bo, where)).reporters).toBeNull()
  })

  it('is shared for a reason that the history tells the staff alone, and taken back', async () => {
    await using towns = await openTowns()
    const id = await towns.report(north)
    const where = { organisation: north, id }
    const share = (show: boolean, reason = '') =>
      towns.contractors.showReporter(where, { show, reason, by: 'user:kia' })
    const sharing = () => towns.contractors.sharing(where)
    expect(await sharing()).toEqual({ contractor: leva, mayShow: false, shown: false })
    towns.change(north, 'light', { reporter: 'when_granted' })
    await expect(share(true, ' \n')).rejects.toMatchObject({
      details: { kind: 'invalid', where: 'reason' },
    })
    await share(true, 'Någon måste öppna grinden.')
    // Said twice it is one.
    await share(true, 'Igen')
    expect(await sharing()).toEqual({ contractor: leva, mayShow: true, shown: true })
    await share(false)
    expect(await sharing()).toEqual({ contractor: leva, mayShow: true, shown: false })
    const { events } = await towns.cases.get(north, id, false)
    const by = { actor: 'user:kia', visibility: 'internal' }
    expect(events.filter(({ kind }) => kind === 'reporter_shared')).toMatchObject([
      {
        ...by,
        data: { contractor: leva, step: 'shown', text: 'Någon måste öppna grinden.' },
      },
      { ...by, data: { contractor: leva, step: 'hidden' } },
    ])
    const seen = JSON.stringify(await towns.contractors.get(bo, where))
    expect(seen).not.toMatch(/grinden|reporter_shared/)
    const litter = { organisation: north, id: await towns.report(north, 'litter') }
    expect(await towns.contractors.sharing(litter)).toBeNull()
  })

  it('is not told any more once the contract says never, and not in a later grant', async () => {
    await using towns = await openTowns()
    towns.change(north, 'light', { reporter: 'when_granted' })
    const id = await towns.report(north)
    const where = { organisation: north, id }
    await towns.contractors.showReporter(where, {
      show: true,
      reason: 'Nyckel',
      by: 'user:kia',
    })
    towns.change(north, 'light', { reporter: 'never' })
    expect((await towns.contractors.get(bo, where)).reporters).toBeNull()
    await expect(
      towns.contractors.showReporter(where, {
        show: true,
        reason: 'Nyckel',
        by: 'user:kia',
      }),
    ).rejects.toMatchObject({ details: { kind: 'conflict' } })
    towns.change(north, 'light', { reporter: 'when_granted' })
    await towns.assign(north, id, 'park')
    await towns.assign(north, id, 'light')
    expect((await towns.contractors.get(bo, where)).reporters).toBeNull()
  })

  it('cannot be allowed for a case that no contractor has, or by another organisation', async () => {
    await using towns = await openTowns()
    const litter = await towns.report(north, 'litter')
    const lamp = await towns.report(north)
    for (const [organisation, id] of [
      [north, litter],
      [south, lamp],
      [leva, lamp],
    ] as const) {
      await expect(
        towns.contractors.showReporter(
          { organisation, id },
          { show: true, reason: 'Nyckel', by: 'user:kia' },
        ),
      ).rejects.toMatchObject({ details: { kind: 'not_found' } })
    }
  })
})
