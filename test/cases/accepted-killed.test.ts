import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ReportReceipt } from '../../src/cases/cases.ts'
import type { Storms } from '../../src/cases/join/storm.ts'
import { DatabaseLostError } from '../../src/database/errors.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { north, runsHere } from '../support/database.ts'
import { aReport, LAMPS, openTown, type Town } from './town.ts'

/** A storm rages and gathers nothing: everything is accepted first. */
const storms: Storms = { runs: async () => true, over: async () => undefined }

const ignored = { failed: () => undefined }

const asa = { name: 'Åsa', email: 'asa@example.se' }

async function waiting({ database }: Pick<Town, 'database'>): Promise<number> {
  return (await database.read(north).selectFrom('intake').select('case').execute()).length
}

interface Step {
  readonly kind: 'report' | 'again' | 'kill' | 'place' | 'alarm'
  readonly lamp: 0 | 1
  /** Events after which the process dies. */
  readonly events: number
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('report', 'report', 'report', 'again', 'kill', 'place', 'alarm'),
  lamp: fc.constantFrom(0, 1),
  events: fc.nat({ max: 6 }),
})

let town: Town
let lifeLeft = Infinity
let runs = 0

beforeAll(async () => {
  town = await openTown({
    storms,
    listeners: [
      async () => {
        lifeLeft -= 1
        if (lifeLeft < 0) throw new DatabaseLostError('killed')
      },
    ],
  })
})

afterAll(async () => {
  await town[Symbol.asyncDispose]()
})

it('whenever it is killed: each number becomes one case, once, with the link that was promised', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
      runs += 1
      await live(steps)
    }),
    { numRuns: runsHere(30) },
  )
})

/** Every run has lamps of its own. */
function lampOf(lamp: number): string {
  return `lamp-${((runs * 2 + lamp) % LAMPS) + 1}`
}

async function live(steps: readonly Step[]): Promise<void> {
  const { cases, clock } = town
  const kept: { readonly key: string; readonly receipt: ReportReceipt; lamp: number }[] = []
  const send = (key: string, lamp: number): Promise<ReportReceipt> =>
    cases.report(
      north,
      aReport({
        asset: lampOf(lamp),
        contact: asa,
        wantsUpdates: true,
        idempotencyKey: key,
      }),
    )
  const repeated: { readonly first: ReportReceipt; readonly again: ReportReceipt }[] = []
  for (const [at, { kind, lamp, events }] of steps.entries()) {
    clock.advance(durationUs(SECOND))
    if (kind === 'report') {
      const key = `key-${runs}-${at}`
      kept.push({ key, lamp, receipt: await send(key, lamp) })
    }
    if (kind === 'again') {
      const one = kept[events % Math.max(kept.length, 1)]
      if (one === undefined) continue
      repeated.push({ first: one.receipt, again: await send(one.key, one.lamp) })
    }
    if (kind === 'alarm') await town.raise(lampOf(lamp))
    if (kind === 'place') await cases.placeAccepted(ignored)
    if (kind === 'kill') {
      lifeLeft = events
      await cases.placeAccepted(ignored).catch(() => undefined)
      lifeLeft = Infinity
    }
  }
  await cases.placeAccepted(ignored)
  expect(await waiting(town)).toBe(0)
  for (const { receipt } of kept) await expectPlacedOnce(receipt)
  for (const { first, again } of repeated) {
    expect(again).toMatchObject({ number: first.number, token: '' })
  }
  const open = await cases.list(north, { which: 'open', limit: 500 })
  for (const lamp of [0, 1]) {
    expect(
      open.filter(({ asset }) => asset?.id === lampOf(lamp)).length,
    ).toBeLessThanOrEqual(1)
  }
}

async function expectPlacedOnce({ case: id, number, token }: ReportReceipt): Promise<void> {
  const query = town.database.read(north)
  const rows = await query
    .selectFrom('case')
    .innerJoin('report', 'report.case', 'case.id')
    .select(['case.id', 'report.id as report'])
    .where('case.number', '=', number)
    .where('report.source', '<>', 'alarm')
    .execute()
  expect(rows).toMatchObject([{ id }])
  expect((await town.cases.follow(token)).number).toBe(number)
  const { events } = await town.cases.get(north, id, false)
  expect(events.filter(({ kind }) => kind === 'opened')).toHaveLength(1)
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1))
  const letters = await query
    .selectFrom('outbox')
    .select('id')
    .where('kind', '=', 'mail.case_received')
    .where('payload', 'like', `%${rows[0]?.report ?? 'none'}%`)
    .execute()
  expect(letters).toHaveLength(1)
}
