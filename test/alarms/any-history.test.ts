import fc from 'fast-check'
import { expect, it } from 'vitest'
import { alarmId } from '../../src/alarms/ids.ts'
import { Problem } from '../../src/domain/problem.ts'
import type { AlarmKey, DetectorTransition } from '../../src/domain/transition.ts'
import { north } from '../support/database.ts'
import { lampKey, openFixture, said, take, type Fixture } from './fixture.ts'

type Act =
  | { readonly kind: 'say'; readonly event: DetectorTransition['event']; old: boolean }
  /** The detector starts again from an earlier place and says all since then once more. */
  | { readonly kind: 'replay'; readonly from: number }
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'open_case' }

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      event: fc.constantFrom(
        'raised',
        'cleared',
        'raised',
        'cleared',
        'announced',
        'evidence_lost',
        'evidence_back',
        'withdrawn',
      ),
      old: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('replay' as const), from: fc.nat(20) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'acknowledge' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'open_case' } as const) },
)

it('whatever the detector and people do, in any order and with every replay, the books are right', async () => {
  await using here = await openFixture()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
      runs += 1
      const key = { ...lampKey, asset: `lamp-${runs}` }
      const scene = { here, key, alarm: alarmId(key), history: [] }
      for (const one of acts) await perform(scene, one)
      await expectRightBooks(scene)
    }),
    { numRuns: 60 },
  )
})

/** One alarm of its own for every history. */
interface Scene {
  readonly here: Fixture
  readonly key: AlarmKey
  readonly alarm: string
  readonly history: DetectorTransition[]
}

async function perform(scene: Scene, one: Act): Promise<void> {
  const { here, key, alarm, history } = scene
  switch (one.kind) {
    case 'say': {
      const more = { key, historical: one.old }
      const next = said(history.length + 1, one.event, more)
      history.push(next)
      await take(here, next)
      break
    }
    case 'replay':
      await expectNoChange(scene, () => take(here, ...history.slice(-1 - one.from)))
      break
    case 'acknowledge':
      await unlessRefused(async () => {
        const { raise } = await here.alarms.get(north, alarm)
        await here.alarms.acknowledge(north, alarm, { actor: 'anna', raise })
      })
      break
    case 'open_case':
      await unlessRefused(async () => {
        await here.alarms.openCase(north, alarm, 'anna')
      })
  }
}

/** An acknowledgement, a clear and a case stay what they were. */
async function expectNoChange(scene: Scene, work: () => Promise<void>): Promise<void> {
  const before = await books(scene)
  await work()
  expect(await books(scene)).toEqual(before)
}

async function unlessRefused(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const kind = error instanceof Problem ? error.details.kind : undefined
    if (kind !== 'conflict' && kind !== 'not_found') throw error
  }
}

async function books({ here, alarm }: Scene) {
  const query = here.database.read(north)
  const occurrences = query.selectFrom('occurrence').selectAll().where('alarm', '=', alarm)
  const journal = query.selectFrom('transition').selectAll().where('alarm', '=', alarm)
  const row = query.selectFrom('alarm').selectAll().where('id', '=', alarm)
  return {
    alarm: await row.executeTakeFirst(),
    occurrences: await occurrences.orderBy('raised_at').execute(),
    journal: await journal.orderBy('sequence').execute(),
    told: await here.told(),
  }
}

async function expectRightBooks(scene: Scene): Promise<void> {
  const { alarm, occurrences, journal, told } = await books(scene)
  const open = occurrences.filter(({ closed_at }) => closed_at === null)
  expect(open.length).toBeLessThanOrEqual(1)
  expect(alarm?.occurrence ?? null).toBe(open[0]?.id ?? null)
  for (const row of occurrences) {
    expect(row.cleared_at ?? Infinity).toBeGreaterThan(row.raised_at)
    // The cases were asked once for what reached people, once for each return, and never else.
    const asked = timesAsked(journal.filter(({ occurrence }) => occurrence === row.id))
    expect(told.get(`confirm ${row.id}`) ?? 0).toBe(asked)
    expect(asked > 0).toBe(row.case !== null)
    expect(row.case !== null || row.annunciated_at === null).toBe(true)
  }
  expectUnbroken(journal)
}

/** How often this occurrence's journal must have asked for its case. */
function timesAsked(journal: Awaited<ReturnType<typeof books>>['journal']): number {
  let asked = 0
  for (const { event, historical, from_state: from } of journal) {
    const reached = event === 'announced' || (event === 'raised' && historical === 0)
    const cameBack = reached && from === 'returned_unacknowledged'
    const first = reached && (from === 'normal' || from.startsWith('unannounced'))
    if (event === 'case_opened' || cameBack || (first && asked === 0)) asked += 1
  }
  return asked
}

/** Numbered without gaps, and every row goes on where the last one ended. */
function expectUnbroken(journal: Awaited<ReturnType<typeof books>>['journal']): void {
  expect(journal.map(({ sequence }) => sequence)).toEqual(
    journal.map((_, index) => index + 1),
  )
  for (const [index, row] of journal.entries()) {
    expect(row.from_state).toBe(journal[index - 1]?.to_state ?? 'normal')
  }
}
