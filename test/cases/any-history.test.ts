import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CaseRole } from '../../src/cases/cases.ts'
import { caseState, closingReason } from '../../src/cases/views.ts'
import { moves, settled } from '../../src/cases/workflow/table.ts'
import { DatabaseBusyError } from '../../src/database/database.ts'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { Problem } from '../../src/domain/problem.ts'
import { north, runsHere } from '../support/database.ts'
import { aReport, LAMPS, openTown, type Town } from './town.ts'

const roles: readonly CaseRole[] = [
  'reporter',
  'customer_service',
  'handler',
  'contractor',
  'administrator',
  'partner',
]
const role = fc.constantFrom(...roles)
const lamp = fc.constantFrom<0 | 1>(0, 1)

const step = fc.oneof(
  fc.record({ kind: fc.constant('raise' as const), lamp }),
  fc.record({ kind: fc.constant('clear' as const), lamp }),
  fc.record({ kind: fc.constant('report' as const), lamp }),
  fc.record({
    kind: fc.constant('followUp' as const),
    lamp,
    wish: fc.constantFrom('none', 'fixed', 'reopen'),
  }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      lamp,
      role,
      to: fc.constantFrom(...caseState.options),
      reason: fc.constantFrom(
        ...closingReason.options.filter((one) => one !== 'duplicate'),
      ),
    }),
  },
  fc.record({ kind: fc.constant('merge' as const), lamp }),
  fc.record({ kind: fc.constant('unmerge' as const), lamp }),
  fc.record({
    kind: fc.constant('wait' as const),
    hours: fc.integer({ min: 12, max: 400 }),
  }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let town: Town
let lampsUsed = 0
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town[Symbol.asyncDispose]())

it('moves only as the table says, whoever asks for whatever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const lamps = [`lamp-${++lampsUsed}`, `lamp-${++lampsUsed}`] as const
      if (lampsUsed > LAMPS) throw new Error('the town has too few lamps for so many runs')
      const tokens: string[] = []
      const versions = new Map<string, number>()
      for (const one of steps) {
        await take(one, lamps, tokens)
        await expectPromises(lamps, tokens, versions)
      }
    }),
    { numRuns: runsHere(60) },
  )
}, 120_000)

async function take(
  one: Step,
  lamps: readonly [string, string],
  tokens: string[],
): Promise<void> {
  if (one.kind === 'wait') {
    town.clock.advance(durationUs(one.hours * HOUR))
    await town.cases.closeRecovered(town.clock.now())
    await town.cases.waitNoLonger(town.clock.now())
    return
  }
  const asset = lamps[one.lamp]
  if (one.kind === 'raise') await town.raise(asset)
  else if (one.kind === 'clear') await town.clear(asset)
  else if (one.kind === 'report') {
    const contact = { email: 'maj@example.se' }
    const report = aReport({ asset, contact, wantsUpdates: true })
    tokens.push((await town.cases.report(north, report)).token)
  } else await refusable(() => ask(one, asset, lamps[1 - one.lamp] ?? ''))
}

async function refusable(act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Problem || error instanceof DatabaseBusyError)) throw error
  }
}

async function ask(
  one: Extract<Step, { kind: 'followUp' | 'move' | 'merge' | 'unmerge' }>,
  asset: string,
  other: string,
): Promise<void> {
  const [found] = await town.cases.list(north, { which: 'all', asset, limit: 1 })
  if (found === undefined) return
  const by = { role: 'handler', name: 'user:anna' } as const
  const { id, version } = found
  switch (one.kind) {
    case 'followUp': {
      const reporter = { role: 'reporter', name: 'citizen' } as const
      const said = { source: 'web', by: reporter, text: 'Den är mörk.' } as const
      await town.cases.followUp(north, id, { ...said, wish: one.wish })
      return
    }
    case 'merge': {
      const [into] = await town.cases.list(north, { which: 'all', asset: other, limit: 1 })
      if (into === undefined) return
      await town.cases.merge(north, id, { version, by, into: into.id })
      return
    }
    case 'unmerge':
      await town.cases.unmerge(north, id, { version, by })
      return
    case 'move':
      await town.cases.move(north, id, {
        to: one.to,
        version,
        by: { role: one.role, name: `user:${one.role}` },
        text: 'Därför.',
        outside: 'Trafikverket',
        at: later(town.clock.now(), durationUs(48 * HOUR)),
        ...(one.to === 'closed' && found.state !== 'hidden' && { reason: one.reason }),
      })
  }
}

async function expectPromises(
  lamps: readonly string[],
  tokens: readonly string[],
  versions: Map<string, number>,
): Promise<void> {
  const query = town.database.read(north)
  const cases = await query
    .selectFrom('case')
    .selectAll()
    .where('asset', 'in', lamps)
    .execute()
  const open = cases.filter(({ closed_at }) => closed_at === null).map(({ asset }) => asset)
  expect(open).toEqual([...new Set(open)])
  for (const row of cases) {
    expect(row.closed_at !== null).toBe(settled.has(caseState.parse(row.state)))
    expect(row.version).toBeGreaterThanOrEqual(versions.get(row.id) ?? 1)
    versions.set(row.id, row.version)
    expect([row.state, row.forwarded_to]).not.toEqual(['waiting_external', null])
    expect([row.state, row.prior_state]).not.toEqual(['waiting_reporter', null])
    expect([row.state, row.prior_state]).not.toEqual(['hidden', null])
    await expectHistory(row)
  }
  for (const token of tokens) await expectNotHidden(token)
}

async function expectHistory({
  id,
  state,
}: {
  readonly id: string
  readonly state: string
}) {
  const { events } = await town.cases.get(north, id, false)
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1))
  const steps = events.filter(({ kind }) => ['moved', 'merged', 'unmerged'].includes(kind))
  const ends = steps.map(({ data }) => caseState.parse(data['to']))
  // Each begins where the one before ended, and the last ends where the case is.
  expect(steps.map(({ data }) => data['from'])).toEqual(['received', ...ends].slice(0, -1))
  expect(ends.at(-1) ?? 'received').toBe(state)
  for (const { data, actor } of steps.filter(({ kind }) => kind === 'moved')) {
    const step = moves[caseState.parse(data['from'])][caseState.parse(data['to'])]
    expect(step).toBeDefined()
    expect(actor === 'citizen' || step?.roles.includes(roleOf(actor))).toBe(true)
  }
  expectNoAlarmClosedWhatAPersonReported(events)
}

function expectNoAlarmClosedWhatAPersonReported(
  events: readonly {
    readonly kind: string
    readonly actor: string
    readonly data: object
  }[],
): void {
  const closed = events.findIndex(
    ({ actor, data }) =>
      actor === 'alarm' && 'reason' in data && data.reason === 'self_recovered',
  )
  const before = events.slice(0, Math.max(closed, 0))
  const byPeople = before.filter(
    ({ kind, data }) =>
      (kind === 'opened' || kind === 'report_joined') &&
      'source' in data &&
      data.source !== 'alarm',
  )
  expect(byPeople).toEqual([])
}

function roleOf(actor: string): CaseRole {
  if (actor === 'alarm' || actor === 'system') return 'system'
  const name = actor.replace('user:', '')
  return roles.find((one) => one === name) ?? 'handler'
}

/** What is hidden has no page, and no page tells that something was hidden. */
async function expectNotHidden(token: string): Promise<void> {
  const { case: id } = await town.cases.follower(token)
  const row = await town.database
    .read(north)
    .selectFrom('case')
    .innerJoin('case as end', 'end.id', 'case.root')
    .select(['case.state', 'end.state as end'])
    .where('case.id', '=', id)
    .executeTakeFirstOrThrow()
  const hidden = row.state === 'hidden' || row.end === 'hidden'
  const [seen] = await Promise.allSettled([town.cases.follow(token)])
  expect(seen.status).toBe(hidden ? 'rejected' : 'fulfilled')
  expect(JSON.stringify(seen)).not.toContain('"hidden"')
}
