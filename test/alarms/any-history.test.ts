import fc from 'fast-check'
import { expect, it } from 'vitest'
import { alarmId } from '../../src/alarms/ids.ts'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, later, MINUTE, timeUs } from '../../src/domain/time.ts'
import type { AlarmKey, DetectorTransition } from '../../src/domain/transition.ts'
import { north } from '../support/database.ts'
import { act, type Act } from './acts.ts'
import { lampKey, openFixture, rules, said, take, type Fixture } from './fixture.ts'

const watched = ['lamp-dark', 'level-high', 'pump-tripped', 'flow-low'] as const

it('whatever the detector, people, time and other alarms do, in any order and with every replay, the books are right', async () => {
  await using here = await openFixture()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...watched),
      fc.array(act, { minLength: 1, maxLength: 25 }),
      async (rule, acts) => {
        runs += 1
        const key = { ...lampKey, rule, asset: `lamp-${runs}` }
        const scene: Scene = { here, key, alarm: alarmId(key), history: [], clock: 0 }
        for (const one of acts) await perform(scene, one)
        await expectRightBooks(scene)
        await bringToEnd(scene)
      },
    ),
    { numRuns: 100 },
  )
}, 120_000)

/** One alarm of its own for every history. */
interface Scene {
  readonly here: Fixture
  readonly key: AlarmKey
  readonly alarm: string
  readonly history: DetectorTransition[]
  /** Words of the detector so far, of this alarm and its cause. */
  clock: number
}

function next(
  scene: Scene,
  event: DetectorTransition['event'],
  more: Partial<DetectorTransition>,
): DetectorTransition {
  scene.clock += 1
  const at = timeUs(scene.here.clock.now() + scene.clock)
  return said(scene.clock, event, { key: scene.key, at, ...more })
}

async function perform(scene: Scene, one: Act): Promise<void> {
  const { here, alarm, history } = scene
  switch (one.kind) {
    case 'say': {
      const word = next(scene, one.event, { historical: one.old, level: one.level })
      history.push(word)
      await take(here, word)
      break
    }
    case 'replay':
      await expectNoChange(scene, () => take(here, ...history.slice(-1 - one.from)))
      break
    case 'ask':
      await unlessRefused(async () => {
        const { raise } = await here.alarms.get(north, alarm)
        await here.alarms[one.word](north, alarm, { actor: one.who, raise })
      })
      break
    case 'shelve':
      await unlessRefused(async () => {
        const time = one.once
          ? ({ untilClear: true } as const)
          : { for: durationUs(one.minutes * MINUTE) }
        await here.alarms.shelve(north, alarm, { actor: 'anna', reason: 'later', time })
      })
      break
    case 'works':
      await here.alarms.maintenance.plan(north, {
        scope: { assets: [scene.key.asset] },
        from: here.clock.now(),
        to: later(here.clock.now(), durationUs(15 * MINUTE)),
        by: 'anna',
        reason: 'works',
      })
      break
    case 'cause':
      // Only the rule of low flow is implied by it; to the others it is another alarm.
      await take(
        here,
        next(scene, one.event, {
          key: { ...scene.key, rule: 'pump-tripped', discriminator: 'cause' },
        }),
      )
      break
    case 'wait':
      here.clock.advance(durationUs(one.minutes * MINUTE))
      await here.runTimers()
      break
    case 'comment':
    case 'open_case':
    case 'out_of_service':
      await unlessRefused(() => ask(scene, one.kind))
  }
}

async function ask(
  { here, alarm }: Scene,
  what: 'out_of_service' | 'open_case' | 'comment',
): Promise<void> {
  const actor = 'anna'
  if (what === 'open_case') await here.alarms.openCase(north, alarm, actor)
  else if (what === 'comment') {
    await here.alarms.comment(north, alarm, { actor, comment: 'seen' })
  } else {
    await here.alarms.outOfService(north, alarm, {
      actor,
      workOrder: 'AO-1',
      reason: 'away',
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
  const reasons = query.selectFrom('alarm_suppression').selectAll()
  const told = await here.told()
  return {
    alarm: await row.executeTakeFirst(),
    occurrences: await occurrences.orderBy('raised_at').execute(),
    journal: await journal.orderBy('sequence').execute(),
    reasons: await reasons.where('alarm', '=', alarm).orderBy('ref').execute(),
    told: new Map([...told].filter(([name]) => !name.startsWith('gathered'))),
    heard: here.heard(alarm),
  }
}

async function expectRightBooks(scene: Scene): Promise<void> {
  const all = await books(scene)
  const { occurrences, journal, told, heard } = all
  expectOneOpen(all)
  for (const row of occurrences) {
    const own = journal.filter(({ occurrence }) => occurrence === row.id)
    expectRightOccurrence(row, own)
    expect((told.get(`confirm ${row.id}`) ?? 0) > 0).toBe(row.case !== null)
    // What reached people is a case where the rule wants that at once.
    const wants = rules[scene.key.rule]?.confirm === 'immediately'
    expect(row.case !== null || row.annunciated_at === null || !wants).toBe(true)
  }
  expectUnbroken(journal)
  expectAlternating(heard)
}

type Books = Awaited<ReturnType<typeof books>>

function expectOneOpen({ alarm, occurrences, reasons }: Books): void {
  // At most one occurrence is open, and the alarm names it.
  const open = occurrences.filter(({ closed_at }) => closed_at === null)
  expect(open.length).toBeLessThanOrEqual(1)
  expect(alarm?.occurrence ?? null).toBe(open[0]?.id ?? null)
  expect(alarm?.suppressed ?? 0).toBe(reasons.length > 0 ? 1 : 0)
}

function expectRightOccurrence(
  row: Books['occurrences'][number],
  own: Books['journal'],
): void {
  expect(row.cleared_at ?? Infinity).toBeGreaterThan(row.raised_at)
  const annunciations = own.filter(({ annunciated }) => annunciated === 1).length
  expect(row.annunciations).toBe(annunciations)
  expect(row.annunciated_at !== null).toBe(annunciations > 0)
}

/** Numbered without gaps, every row goes on where the last one ended, and none that is suppressed was told. */
function expectUnbroken(journal: Awaited<ReturnType<typeof books>>['journal']): void {
  expect(journal.map(({ sequence }) => sequence)).toEqual(
    journal.map((_, index) => index + 1),
  )
  for (const [index, row] of journal.entries()) {
    expect(row.from_state).toBe(journal[index - 1]?.to_state ?? 'normal')
    expect(row.annunciated === 1 && row.suppression !== '[]').toBe(false)
  }
}

/** Between two times that people hear it stands, they hear that it does not, or that it hides. */
function expectAlternating(heard: readonly string[]): void {
  let stands = false
  for (const kind of heard) {
    if (kind === 'raised') {
      expect(stands).toBe(false)
      stands = true
    }
    if (kind === 'cleared') stands = false
    if (kind === 'suppressed' || kind === 'closed') stands = false
  }
  const raises = heard.filter((kind) => kind === 'raised').length
  expect(heard.filter((kind) => kind === 'cleared').length).toBeLessThanOrEqual(raises)
}

/** Whatever it has come to, people and the detector can end it. */
async function bringToEnd(scene: Scene): Promise<void> {
  const { here, alarm } = scene
  if ((await books(scene)).alarm === undefined) return
  await take(here, next(scene, 'cleared', {}))
  here.clock.advance(durationUs(2 * MINUTE))
  await here.runTimers()
  for (const [word, actor] of [
    ['acknowledge', 'anna'],
    ['confirm', 'bo'],
    ['confirm', 'anna'],
    ['reset', 'anna'],
  ] as const) {
    await perform(scene, { kind: 'ask', word, who: actor })
  }
  expect((await here.alarms.get(north, alarm)).state).toBe('normal')
}
