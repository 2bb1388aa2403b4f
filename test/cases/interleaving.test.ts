import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  caseState,
  closingReason,
  type CaseState,
  type ClosingReason,
} from '../../src/cases/views.ts'
import { settled } from '../../src/cases/workflow/table.ts'
import { DatabaseBusyError } from '../../src/database/database.ts'
import { HOUR, durationUs } from '../../src/domain/time.ts'
import { Problem } from '../../src/domain/problem.ts'
import { north, runsHere } from '../support/database.ts'
import { anna, aReport, LAMPS, openTown, type Town } from './town.ts'

type Lamp = 0 | 1
type FaultClass = 'light_out' | 'light_flicker' | 'litter'

type Step =
  | { readonly kind: 'raise'; readonly lamp: Lamp; readonly faultClass: FaultClass }
  | {
      readonly kind: 'clear'
      readonly lamp: Lamp
      readonly faultClass: FaultClass
      readonly acknowledged: boolean
    }
  | { readonly kind: 'report'; readonly lamp: Lamp; readonly category: string }
  | {
      readonly kind: 'move'
      readonly lamp: Lamp
      readonly to: CaseState
      readonly reason: ClosingReason
    }
  | { readonly kind: 'wait'; readonly hours: number }

const lamp = fc.constantFrom<Lamp>(0, 1)
const faultClass = fc.constantFrom<FaultClass>(
  'light_out',
  'light_out',
  'light_flicker',
  'litter',
)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('raise' as const), lamp, faultClass }),
  fc.record({
    kind: fc.constant('clear' as const),
    lamp,
    faultClass,
    acknowledged: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('report' as const),
    lamp,
    category: fc.constantFrom('lamp-dark', 'lamp-blinks', 'litter'),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    lamp,
    to: fc.constantFrom(...caseState.options),
    reason: fc.constantFrom(...closingReason.options),
  }),
  fc.record({
    kind: fc.constant('wait' as const),
    hours: fc.integer({ min: 12, max: 30 }),
  }),
)
/** Steps of one moment happen at the same time. */
const moments = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 10,
})

let town: Town
let lampsUsed = 0
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town[Symbol.asyncDispose]())

it('keeps its promises whatever alarms, citizens and handlers do at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(moments, async (history) => {
      const lamps = [`lamp-${++lampsUsed}`, `lamp-${++lampsUsed}`] as const
      if (lampsUsed > LAMPS) throw new Error('the town has too few lamps for so many runs')
      for (const moment of history) {
        // One alarm's transitions come in order; everything else races them.
        const alarms = moment.filter(({ kind }) => kind === 'raise' || kind === 'clear')
        const others = moment.filter((one) => !alarms.includes(one))
        await Promise.all([
          inOrder(alarms, (one) => take(one, lamps)),
          ...others.map((one) => take(one, lamps)),
        ])
        await expectPromises(lamps)
      }
    }),
    { numRuns: runsHere(60) },
  )
  await expectNumbersWithoutGaps()
}, 120_000)

async function inOrder<T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
): Promise<void> {
  for (const item of items) await act(item)
}

async function take(step: Step, lamps: readonly [string, string]): Promise<void> {
  switch (step.kind) {
    case 'raise':
      await town.raise(lamps[step.lamp], step.faultClass)
      return
    case 'clear':
      return await town.clear(lamps[step.lamp], step)
    case 'report':
      await town.cases.report(
        north,
        aReport({ asset: lamps[step.lamp], category: step.category }),
      )
      return
    case 'move':
      return await moveSome(lamps[step.lamp], step)
    case 'wait':
      town.clock.advance(durationUs(step.hours * HOUR))
      await town.cases.closeRecovered(town.clock.now())
  }
}

async function moveSome(
  asset: string,
  { to, reason }: Extract<Step, { kind: 'move' }>,
): Promise<void> {
  const [found] = await town.cases.list(north, { which: 'all', asset, limit: 1 })
  if (found === undefined) return
  const why = to === 'closed' ? { reason } : {}
  const move = { to, version: found.version, by: anna, text: 'Därför.', ...why }
  await town.cases.move(north, found.id, move).catch((error: unknown) => {
    if (!(error instanceof Problem || error instanceof DatabaseBusyError)) throw error
  })
}

async function expectPromises(lamps: readonly string[]): Promise<void> {
  const query = town.database.read(north)
  const cases = await query
    .selectFrom('case')
    .selectAll()
    .where('asset', 'in', lamps)
    .execute()
  // PostgreSQL takes no empty list.
  if (cases.length === 0) return
  const open = cases
    .filter(({ closed_at }) => closed_at === null)
    .map(({ asset, join_class }) => `${asset}/${join_class}`)
  expect(open).toEqual([...new Set(open)])
  const events = await query
    .selectFrom('case_event')
    .selectAll()
    .where(
      'case',
      'in',
      cases.map(({ id }) => id),
    )
    .orderBy('sequence')
    .execute()
  const people = new Set(
    (
      await query.selectFrom('report').selectAll().where('source', '<>', 'alarm').execute()
    ).map((report) => report.case),
  )
  for (const { id, state, closed_at } of cases) {
    const own = events.filter((event) => event.case === id)
    expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, at) => at + 1))
    const last = own.findLast(({ kind }) => kind === 'moved')
    const closedByAlarm = state === 'closed' && last?.actor === 'alarm'
    expect(closedByAlarm && people.has(id)).toBe(false)
    expect(closed_at !== null).toBe(settled.has(caseState.parse(state)))
  }
  await expectStandingAlarmsHaveCases(lamps)
}

/** An alarm whose case closed by itself and that stands again has a newer case. */
async function expectStandingAlarmsHaveCases(lamps: readonly string[]): Promise<void> {
  const query = town.database.read(north)
  const rows = await query
    .selectFrom('alarm')
    .innerJoin('report', 'report.occurrence', 'alarm.occurrence')
    .innerJoin('case_event', 'case_event.case', 'report.case')
    .leftJoin('case as newer', 'newer.recurrence_of', 'report.case')
    .select(['report.case', 'newer.id as newer'])
    .where('alarm.asset', 'in', lamps)
    .where('alarm.condition', '=', 'active')
    .where('case_event.actor', '=', 'alarm')
    .where('case_event.data', 'like', '%self_recovered%')
    .execute()
  expect(rows.filter(({ newer }) => newer === null)).toEqual([])
}

async function expectNumbersWithoutGaps(): Promise<void> {
  const rows = await town.database.read(north).selectFrom('case').select('number').execute()
  const perYear = Map.groupBy(rows, ({ number }) => number.slice(0, 9))
  for (const [year, numbers] of perYear) {
    const expected = numbers.map((_, at) => `${year}${String(at + 1).padStart(6, '0')}`)
    expect(numbers.map(({ number }) => number).toSorted()).toEqual(expected)
  }
  expect(rows.length).toBeGreaterThan(20)
}
