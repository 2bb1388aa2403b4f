import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Announcement } from '../../../src/alarms/alarms.ts'
import { createFloodSource } from '../../../src/alarms/flood-source.ts'
import { AlarmsInMemory } from '../../../src/alarms/in-memory/alarms.ts'
import { createTopologySource } from '../../../src/alarms/topology/source.ts'
import { isInScope, begunOf, scopeOf, type WindowRow } from '../../../src/alarms/windows.ts'
import {
  durationUs,
  elapsed,
  later,
  SECOND,
  timeUs,
  type TimeUs,
} from '../../../src/domain/time.ts'
import type { DetectorTransition } from '../../../src/domain/transition.ts'
import { north } from '../../support/database.ts'
import { keyOf, openFixture, rules, said, type Fixture } from '../fixture.ts'
import { street, streetRules } from '../topology/street.ts'

/** Ten lamps below each of two cabinets, a station above both; pumps whose alarms imply others. */
const town = street(10, true)
const facts = { ...rules, ...streetRules }
const lamps = Array.from({ length: 10 }, (_, n) => [`lamp-${n + 1}`, `far-${n + 1}`]).flat()
const alarms = [
  ...lamps.map((asset) => keyOf('dark', asset)),
  ...['cabinet', 'other'].map((asset) => keyOf('supply', asset)),
  ...['pump-tripped', 'flow-low', 'level-high', 'hatch-open'].map((rule) => keyOf(rule)),
]
const assets = [...new Set(alarms.map(({ asset }) => asset)), 'station']
const typeOf = (asset: string): string =>
  /^(?:lamp|far)/.test(asset) ? 'Streetlight' : 'Other'

type Act =
  | {
      readonly kind: 'say'
      readonly event: DetectorTransition['event']
      readonly alarms: readonly number[]
      readonly historical: boolean
      readonly level: number
    }
  | {
      readonly kind: 'plan'
      readonly after: number
      readonly length: number
      readonly of: number
    }
  | { readonly kind: 'end'; readonly window: number }

const event = fc.constantFrom<DetectorTransition['event'][]>(
  ...(['raised', 'raised', 'raised', 'cleared', 'cleared', 'announced', 'level'] as const),
  'corrected',
  'withdrawn',
  'evidence_lost',
)
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      event,
      alarms: fc.uniqueArray(fc.nat(alarms.length - 1), { minLength: 1, maxLength: 14 }),
      historical: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      level: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('plan' as const),
      after: fc.integer({ min: -60, max: 120 }),
      length: fc.integer({ min: 90, max: 900 }),
      of: fc.nat(3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('end' as const), window: fc.nat(3) }),
  },
)
const acts = fc.array(
  fc.record({
    act,
    // Mostly seconds, sometimes long enough for everything to settle.
    pause: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 60, max: 900 })),
  }),
  { minLength: 1, maxLength: 40 },
)

/** A word that reached people. */
type Heard = Pick<Announcement, 'alarm' | 'kind' | 'now' | 'priority' | 'raise'>

it('alarms in memory tell what alarms in the tables tell, word for word and at the same times', async () => {
  const kinds = new Set<string>()
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const live = await playInTables(all)
      expect(await playInMemory(live, kinds)).toEqual(live.heard)
    }),
    { numRuns: 25 },
  )
  // The histories were worth it.
  expect([...kinds].toSorted()).toEqual(
    expect.arrayContaining(['held', 'maintenance', 'topology']),
  )
}, 120_000)

interface Played {
  readonly heard: readonly Heard[]
  readonly said: readonly {
    readonly now: TimeUs
    readonly all: readonly DetectorTransition[]
  }[]
  readonly windows: readonly WindowRow[]
  readonly until: TimeUs
}

const sources = () => [createTopologySource(() => town), createFloodSource(() => 'console')]

async function playInTables(all: readonly { act: Act; pause: number }[]): Promise<Played> {
  const heard = new Map<string, Heard>()
  await using here = await openFixture({
    rules: streetRules,
    sources: sources(),
    around: (effects) => ({
      ...effects,
      announce: async (_work, { alarm, kind, now, priority, raise, transition }) => {
        heard.set(`${transition} ${kind}`, { alarm, kind, now, priority, raise })
      },
    }),
  })
  await addAssets(here)
  const words: { now: TimeUs; all: readonly DetectorTransition[] }[] = []
  for (const [n, { act: one, pause }] of all.entries()) {
    if (one.kind === 'say') {
      const now = here.clock.now()
      const transitions = wordsOf(one, n + 1, now)
      words.push({ now, all: transitions })
      await here.alarms.take(north, transitions, (rule) => facts[rule])
    } else await plan(here, one)
    await passTo(here, later(here.clock.now(), durationUs(pause * SECOND)))
  }
  const windows = await here.database
    .read(north)
    .selectFrom('maintenance_window')
    .selectAll()
    .execute()
  return {
    heard: [...heard.values()],
    said: words,
    windows: windows.flatMap((row) => begunOf(row) ?? []),
    until: here.clock.now(),
  }
}

function wordsOf(
  { event: word, alarms: of, historical, level }: Act & { readonly kind: 'say' },
  sequence: number,
  at: TimeUs,
): readonly DetectorTransition[] {
  return of.flatMap((n, ordinal) => {
    const key = alarms[n]
    return key === undefined
      ? []
      : [said(sequence, word, { key, ordinal, at, ingest: at, historical, level })]
  })
}

async function addAssets({ database, clock }: Fixture): Promise<void> {
  await database.write(north, 'normal', ({ query, organisation }) =>
    query
      .insertInto('asset')
      .values(
        assets.map((id) => ({
          organisation,
          id,
          slug: id,
          name: id,
          type: typeOf(id),
          lat: null,
          lon: null,
          owner: null,
          maintainer: null,
          public: 1,
          search: id,
          valid_from: clock.now(),
        })),
      )
      .execute(),
  )
}

/** Plans work, or ends one of what was planned; what cannot be is left. */
async function plan(here: Fixture, one: Exclude<Act, { kind: 'say' }>): Promise<void> {
  const { maintenance } = here.alarms
  const now = here.clock.now()
  if (one.kind === 'end') {
    const windows = (await maintenance.list(north)).filter(({ state }) => state !== 'over')
    const window = windows[one.window]
    if (window !== undefined) await maintenance.end(north, window.id, 'anna')
    return
  }
  const from = timeUs(now + one.after * SECOND)
  const scopes = [
    { all: true as const },
    { types: ['Streetlight'] },
    { assets: lamps.slice(0, 3) },
    { assets: ['cabinet', 'pump-3'] },
  ]
  const scope = scopes[one.of] ?? { all: true as const }
  const to = later(from, durationUs(one.length * SECOND))
  await maintenance.plan(north, { scope, from, to, by: 'anna', reason: 'work' })
}

/** Lets the time pass, and does what is due at its time. */
async function passTo(here: Fixture, until: TimeUs): Promise<void> {
  await here.runTimers()
  for (;;) {
    const { due } = await here.database
      .read(north)
      .selectFrom('alarm_timer')
      .select(({ fn }) => fn.min('due').as('due'))
      .executeTakeFirstOrThrow()
    const now = here.clock.now()
    const next = due === null || due > until ? until : timeUs(Number(due))
    here.clock.advance(durationUs(elapsed(now, next)))
    if (due === null || due > until) return
    await here.runTimers()
  }
}

async function playInMemory(
  { said: words, windows, until }: Played,
  kinds: Set<string>,
): Promise<readonly Heard[]> {
  const heard: Heard[] = []
  const memory = new AlarmsInMemory({
    organisation: north,
    windows,
    sources: sources(),
    touches: (window, id) => isInScope(scopeOf(window), { id, type: typeOf(id) }),
    kept: (_alarm, { kind }) => kinds.add(kind),
    book: () => (rule) => facts[rule],
    announce: ({ alarm, kind, now, priority, raise }) => {
      heard.push({ alarm, kind, now, priority, raise })
    },
  })
  for (const { now, all } of words) await memory.take(all, now)
  await memory.pass(until)
  return heard
}
