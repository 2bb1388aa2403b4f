import { expect, it } from 'vitest'
import type { Storms } from '../../src/cases/join/storm.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { systemClock } from '../../src/clock.ts'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { systemRandom } from '../../src/random.ts'
import { addOrganisations, north } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { anna, aReport, openTown, type Town } from './town.ts'

const person = { contact: { email: 'maj@example.se' }, wantsUpdates: true }

/** One of everything; what everybody sees of it afterwards, without ids. */
async function history(town: Town) {
  const [a, b, c] = [
    await town.cases.report(north, aReport({ asset: 'lamp-1', ...person })),
    await town.cases.report(north, aReport({ asset: 'lamp-2', ...person })),
    await town.cases.report(north, aReport({ asset: 'lamp-3', ...person })),
  ]
  const version = async (id: string) => (await town.cases.get(north, id, false)).version
  const asked = async (id: string) => ({ version: await version(id), by: anna })
  const at = later(town.clock.now(), durationUs(48 * HOUR))
  await town.cases.move(north, c.case, {
    ...(await asked(c.case)),
    to: 'waiting_reporter',
    text: 'Var?',
    at,
  })
  await town.cases.merge(north, a.case, { ...(await asked(a.case)), into: b.case })
  await town.cases.merge(north, c.case, { ...(await asked(c.case)), into: b.case })
  await town.cases.unmerge(north, c.case, await asked(c.case))
  const by = { role: 'reporter', name: 'citizen' } as const
  const said = { source: 'web', by, text: 'Vid porten.', wish: 'none' } as const
  await town.cases.followUp(north, c.case, { ...said, idempotencyKey: 'key-of-this' })
  await town.cases.followUp(north, c.case, { ...said, idempotencyKey: 'key-of-this' })
  await town.raise('lamp-4')
  const group = await town.raise('lamp-5')
  await town.raise('lamp-6')
  await town.gather(group, 'lamp-4', 'lamp-6')
  await town.clear('lamp-5')
  await town.cases.move(north, group, {
    ...(await asked(group)),
    to: 'closed',
    reason: 'fixed',
  })
  await town.cases.say(north, b.case, {
    ...(await asked(b.case)),
    to: 'public',
    text: 'Hej.',
  })
  await town.cases.reroute(north, b.case, { ...(await asked(b.case)), category: 'litter' })
  town.clock.advance(durationUs(72 * HOUR))
  await town.cases.closeRecovered(town.clock.now())
  await town.cases.waitNoLonger(town.clock.now())
  const pages = []
  for (const sort of ['changed', 'due'] as const) {
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<Town['cases']['page']>> = await town.cases.page(
        north,
        {
          which: 'all',
          limit: 2,
          sort,
          search: 'lampa',
          ...(cursor !== null && { cursor }),
        },
      )
      pages.push(...page.cases.map(({ number }) => number))
      cursor = page.next
    } while (cursor !== null)
  }
  const all = await town.cases.list(north, { which: 'all', limit: 50 })
  const cases = await Promise.all(all.map(({ id }) => town.cases.get(north, id, true)))
  return {
    pages: pages.length,
    seen: await Promise.all([a, b, c].map(({ token }) => town.cases.follow(token))),
    cases: cases
      .map(({ number, state, closingReason, reports, reporters, unit, events }) => ({
        number,
        state,
        closingReason,
        reports,
        unit,
        said: reporters?.map(({ text }) => text),
        events: events.map(({ kind, visibility }) => ({ kind, visibility })),
      }))
      .toSorted((one, other) => one.number.localeCompare(other.number)),
  }
}

describeWithService('postgres', await findPostgres(), (begin) => {
  it('does to cases what the embedded database does', async () => {
    await using server = await begin()
    const clock = createManualClock()
    await using database = await openPostgresDatabase({
      url: await server.createDatabase(),
      clock,
      random: systemRandom,
      realTime: systemClock,
    })
    await addOrganisations(database)
    const town = await openTown({ database, clock })
    await using embedded = await openTown()
    const there = await history(town)
    expect(there).toEqual(await history(embedded))
    expect(there.cases.length).toBeGreaterThan(6)
    expect(there.pages).toBeGreaterThan(8)
  })

  it('makes one case of what comes to it from everywhere at the same moment', async () => {
    await using server = await begin()
    const clock = createManualClock()
    await using database = await openPostgresDatabase({
      url: await server.createDatabase(),
      clock,
      random: systemRandom,
      realTime: systemClock,
    })
    await addOrganisations(database)
    const town = await openTown({ database, clock })
    const receipts = await Promise.all(
      Array.from({ length: 6 }, () => town.cases.report(north, aReport())),
    )
    const [{ case: id } = { case: '' }] = receipts
    expect(new Set(receipts.map((receipt) => receipt.case)).size).toBe(1)
    const moves = await Promise.allSettled(
      (['assigned', 'planned', 'in_progress'] as const).map((to) =>
        town.cases.move(north, id, { to, version: 1, by: anna, at: clock.now() }),
      ),
    )
    expect(moves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const { events } = await town.cases.get(north, id, false)
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1))
  })

  it('places what was accepted once, whoever places it, and gathers it for the storm', async () => {
    await using server = await begin()
    const clock = createManualClock()
    await using database = await openPostgresDatabase({
      url: await server.createDatabase(),
      clock,
      random: systemRandom,
      realTime: systemClock,
    })
    await addOrganisations(database)
    const storms: Storms = {
      runs: async () => true,
      over: async () => ({ notice: 'snow', area: '', serviceLevel: null }),
    }
    const town = await openTown({ database, clock, storms })
    const receipts = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        town.cases.report(north, aReport({ asset: `lamp-${(index % 5) + 1}` })),
      ),
    )
    expect(receipts.every(({ waits }) => waits === true)).toBe(true)
    const placing = { failed: (error: unknown) => expect.fail(String(error)) }
    const placed = await Promise.all([
      town.cases.placeAccepted(placing),
      town.cases.placeAccepted(placing),
    ])
    expect(placed[0] + placed[1]).toBe(8)
    const open = await town.cases.list(north, { which: 'open', limit: 20 })
    expect(open).toMatchObject([{ kind: 'storm', reports: { alarm: 0, human: 8 } }])
    expect(new Set(receipts.map(({ number }) => number)).size).toBe(8)
  })
})
