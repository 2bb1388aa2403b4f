import { expect, it } from 'vitest'
import type { WindowRow } from '../../src/alarms/windows.ts'
import { durationUs, later, MINUTE, SECOND, type TimeUs } from '../../src/domain/time.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import type { Arm, BacktestJob } from '../../src/rules/backtest/job.ts'
import { audienceIn } from '../../src/workshop/backtest/audience.ts'
import type {
  OtherSaid,
  PastAsset,
  PastTown,
} from '../../src/workshop/backtest/past-town.ts'
import { said } from '../alarms/fixture.ts'
import { north } from '../support/database.ts'
import { plainFacts } from '../support/rule-facts.ts'

const start = said(0, 'raised').at
const after = (seconds: number): TimeUs => later(start, durationUs(seconds * SECOND))
const named = (en: string) => ({ sv: en, nb: en, en })

/** Dark lamps, explained by a supply that is lost; told at once. */
const dark = plainFacts({
  name: named('Dark'),
  priority: 3,
  faultClass: 'light_out',
  confirm: 'manual',
  causedBy: [{ edge: 'FEEDS', faultClass: 'supply_lost' }],
  hold: durationUs(0),
})
const supply = plainFacts({
  name: named('Supply lost'),
  priority: 2,
  faultClass: 'supply_lost',
  confirm: 'manual',
})
const rules = new Map([
  ['dark', dark],
  ['supply', supply],
])

const lamps = Array.from({ length: 20 }, (_, n) => `lamp-${n + 1}`)
/** Lamps that hang on a cabinet, or on nothing. */
function assetsOn(cabinet: string | undefined): ReadonlyMap<string, PastAsset> {
  const parents = cabinet === undefined ? [] : [{ edge: 'FEEDS' as const, asset: cabinet }]
  const lamp = { type: 'Streetlight', parents }
  return new Map<string, PastAsset>(lamps.map((one) => [one, lamp])).set('cabinet', {
    type: 'Cabinet',
    parents: [],
  })
}

function townWith(more: Partial<PastTown> = {}): PastTown {
  const watched = new Map([['dark', new Set(lamps)]])
  const common = { rules, desks: new Map(), watched }
  const towns = [
    { version: 1, ingest: start, assets: assetsOn('cabinet'), ...common },
    // From here on nothing hangs on the cabinet any more.
    { version: 2, ingest: after(600), assets: assetsOn(undefined), ...common },
  ]
  return { towns, drafts: new Map([['draft', dark]]), windows: [], others: [], ...more }
}

const arm: Arm = { name: 'draft', rules: [], timers: 'punctual' }
const job: BacktestJob = {
  organisation: north,
  rule: 'dark',
  from: start,
  to: after(3_600),
  arms: [arm],
  controls: [],
  labels: [],
  reports: [],
  judged: [],
  onlyOldest: [],
  inexact: [],
}

interface Heard {
  readonly told: readonly string[]
  readonly kept: readonly string[]
  readonly floods: { readonly count: number; readonly seconds: number }
}

/** What people hear: `asset seconds`, and `asset reason` of what was kept from them. */
async function hear(
  town: PastTown,
  words: readonly (readonly [number, DetectorTransition['event'], readonly string[]])[],
): Promise<Heard> {
  const told: string[] = []
  const kept: string[] = []
  const audience = audienceIn(town, job)(arm, {
    told: ({ rule, asset }, at) => {
      if (rule === 'dark') told.push(`${asset} ${(at - start) / SECOND}`)
    },
    kept: ({ asset }, by) => kept.push(`${asset} ${by}`),
  })
  for (const [n, [seconds, event, of]] of words.entries()) {
    const at = after(seconds)
    const all = of.map((asset, ordinal) => {
      const key = { organisation: north, rule: 'dark', asset, discriminator: '' }
      return said(n + 1, event, { key, ordinal, at, ingest: at })
    })
    await audience.take(all, at)
  }
  await audience.pass(after(3_599))
  return { told, kept, floods: audience.floods() }
}

function other(seconds: number, event: OtherSaid['event']): OtherSaid {
  const at = after(seconds)
  return {
    id: `other ${seconds}`,
    rule: 'supply',
    asset: 'cabinet',
    discriminator: '',
    event,
    at,
    now: at,
    historical: false,
    level: 1,
  }
}

function work(from: number, to: number, assets: readonly string[]): WindowRow {
  return {
    organisation: north,
    id: `work ${from}`,
    scope: JSON.stringify({ assets }),
    from_at: after(from),
    to_at: after(to),
    by: 'anna',
    reason: 'lamps are exchanged',
    created_at: start,
    ended_at: null,
    ended_by: null,
  }
}

it('is explained by what other rules said then, over the topology of that time', async () => {
  const others = [other(10, 'raised'), other(300, 'cleared'), other(700, 'raised')]
  const { told, kept } = await hear(townWith({ others }), [
    [20, 'raised', ['lamp-1', 'lamp-2']],
    [200, 'cleared', ['lamp-1']],
    // Nothing hangs on the cabinet by now.
    [800, 'raised', ['lamp-3']],
  ])
  // Lamp 2 is told a minute after its cause was over, without another reading.
  expect(told).toEqual(['lamp-2 360', 'lamp-3 800'])
  expect(kept).toEqual(['lamp-1 topology', 'lamp-2 topology'])
})

it('is silent while work is done there, as long as it really lasted', async () => {
  const windows = [work(100, 200, ['lamp-1', 'lamp-2'])]
  const { told, kept } = await hear(townWith({ windows }), [
    [50, 'raised', ['lamp-1']],
    [120, 'raised', ['lamp-2', 'lamp-3']],
    [150, 'cleared', ['lamp-2']],
    [250, 'raised', ['lamp-2']],
  ])
  // Lamp 1 was told before; it is told again as it stands when the work is over.
  expect(told).toEqual(['lamp-1 50', 'lamp-3 120', 'lamp-1 200', 'lamp-2 250'])
  expect(kept).toEqual(['lamp-1 maintenance', 'lamp-2 maintenance'])
})

it('says so of every raise that is kept from people, also where the reason was there already', async () => {
  const windows = [work(100, 400, ['lamp-1'])]
  const { told, kept } = await hear(townWith({ windows }), [
    [50, 'raised', ['lamp-1']],
    [150, 'cleared', ['lamp-1']],
    [250, 'raised', ['lamp-1']],
    [300, 'cleared', ['lamp-1']],
    [450, 'raised', ['lamp-1']],
  ])
  expect(told).toEqual(['lamp-1 50', 'lamp-1 450'])
  expect(kept).toEqual(['lamp-1 maintenance', 'lamp-1 maintenance'])
})

it('makes a flood of what it says, and waits for its end', async () => {
  const { told, floods } = await hear(townWith(), [[60, 'raised', lamps]])
  const early = told.filter((one) => one.endsWith(' 60'))
  expect(early.length).toBe(10)
  expect(told.length).toBe(20)
  expect(floods).toEqual({ count: 1, seconds: (MINUTE / SECOND) * 10 })
})

it('counts what was said of other rules to the same desk', async () => {
  const others = Array.from({ length: 11 }, (_, n) => ({
    ...other(60 + n, 'raised'),
    asset: `pump-${n}`,
  }))
  const { told, floods } = await hear(townWith({ others }), [[90, 'raised', ['lamp-1']]])
  expect(floods.count).toBe(1)
  expect(told).toHaveLength(1)
  expect(told).not.toContain('lamp-1 90')
})
