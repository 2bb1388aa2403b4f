import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ReportReceipt } from '../../src/cases/cases.ts'
import { DatabaseLostError } from '../../src/database/errors.ts'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { createNotices, type Notices } from '../../src/notices/notices.ts'
import { createStorms, type StormWorld } from '../../src/notices/storms.ts'
import { north, openTestDatabase, runsHere } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { mortal, stormStep, type Death, type StormStep } from './storm-steps.ts'
import {
  anna,
  aReport,
  catalogue,
  countedRandom,
  LAMPS,
  openTown,
  type Town,
} from './town.ts'

const word = { sv: 'Snö', nb: 'Snø', en: 'Snow' }
const world: StormWorld = {
  assets: catalogue.assets,
  isIn: () => true,
  areaOf: () => 'everywhere',
  hasLevel: () => false,
}

let town: Town
let notices: Notices
/** How the process dies; undefined while it lives. */
const life: { death: Death | undefined } = { death: undefined }
let runs = 0

beforeAll(async () => {
  const clock = createManualClock()
  const database = await openTestDatabase(clock)
  notices = createNotices({
    database,
    clock,
    random: countedRandom(),
    world: async () => world,
  })
  const storms = createStorms(() => world)
  town = await openTown({ database: mortal(database, life), clock, storms })
})
afterAll(() => town[Symbol.asyncDispose]())

it('in any order of reports, storms, deaths and what people do, each report ends in one case', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stormStep, { minLength: 4, maxLength: 16 }),
      async (steps) => {
        runs += 1
        if (runs * 2 > LAMPS) throw new Error('the town has too few lamps for so many runs')
        await live(steps)
      },
    ),
    { numRuns: runsHere(40) },
  )
}, 120_000)

interface Kept {
  readonly key: string
  readonly receipt: ReportReceipt
  readonly lamp: 0 | 1 | null
  readonly isCalled: boolean
}

interface World {
  readonly kept: Kept[]
  /** Cases that staff have seen: of reports and of alarms. */
  readonly seen: string[]
  /** Cases that people did something with before or after their turn. */
  readonly touched: Set<string>
  notice: string | undefined
}

async function live(steps: readonly StormStep[]): Promise<void> {
  const own: World = { kept: [], seen: [], touched: new Set(), notice: undefined }
  for (const [at, one] of steps.entries()) {
    town.clock.advance(durationUs(SECOND))
    await take(one, own, `key-${runs}-${at}`)
  }
  life.death = undefined
  await placeAll()
  await end(own)
  for (const one of own.kept) await expectOnce(one, own)
  await expectForest(own)
}

async function take(one: StormStep, own: World, key: string): Promise<void> {
  if (one.kind === 'report') await report(one, own, key)
  else if (one.kind === 'again') await sendAgain(own.kept[one.which])
  else if (one.kind === 'kill') life.death = { ...one }
  else if (one.kind === 'place') await placeAll().catch(unlessKilled)
  else if (one.kind === 'begin') own.notice ??= await begin()
  else if (one.kind === 'end') await end(own)
  else await alive(() => act(one, own))
}

async function report(
  one: Pick<Kept, 'lamp' | 'isCalled'>,
  { kept, seen }: World,
  key: string,
): Promise<void> {
  const { lamp, isCalled } = one
  const receipt = await send(key, one)
  kept.push({ lamp, isCalled, key, receipt })
  seen.push(receipt.case)
}

async function end(own: World): Promise<void> {
  if (own.notice !== undefined) await notices.end(north, own.notice)
  own.notice = undefined
}

async function placeAll(): Promise<void> {
  const failures: unknown[] = []
  await town.cases.placeAccepted({ failed: (error) => failures.push(error) })
  expect(failures).toEqual([])
}

async function begin(): Promise<string> {
  const { id } = await notices.publish(north, {
    kind: 'storm',
    title: word,
    text: word,
    scope: { assets: [], categories: ['lamp-dark'] },
    from: town.clock.now(),
    to: null,
    by: 'user:anna',
  })
  return id
}

/** What is not about intake is done by a process that does not die. */
async function alive(body: () => Promise<unknown>): Promise<void> {
  const waiting = life.death
  life.death = undefined
  try {
    await body()
  } catch (error) {
    // What the rules of cases refuse.
    if (!(error instanceof Problem)) throw error
  } finally {
    life.death = waiting
  }
}

async function act(
  one: Extract<StormStep, { kind: 'alarm' | 'clear' | 'start' | 'withdraw' | 'merge' }>,
  { seen, touched }: World,
): Promise<void> {
  if (one.kind === 'alarm') return void seen.push(await town.raise(lampOf(one.lamp)))
  if (one.kind === 'clear') return await town.clear(lampOf(one.lamp))
  const id = seen[one.which]
  if (id === undefined) return
  const { version } = await town.cases.get(north, id, false)
  if (one.kind === 'merge') {
    const into = seen[one.into]
    if (into === undefined) return
    await town.cases.merge(north, id, { version, by: anna, into })
    touched.add(into)
  } else if (one.kind === 'start') {
    await town.cases.move(north, id, { to: 'in_progress', version, by: anna })
  } else {
    const by = { role: 'reporter', name: 'citizen' } as const
    await town.cases.move(north, id, { to: 'closed', reason: 'withdrawn', version, by })
  }
  touched.add(id)
}

function unlessKilled(error: unknown): void {
  if (!(error instanceof DatabaseLostError)) throw error
}

/** As a form does: until it is answered. */
async function send(
  key: string,
  { lamp: at, isCalled }: Pick<Kept, 'lamp' | 'isCalled'>,
): Promise<ReportReceipt> {
  const { asset: _, ...said } = aReport({
    source: isCalled ? 'phone' : 'web',
    text: 'Släckt',
    contact: { email: 'asa@example.se' },
    wantsUpdates: true,
    idempotencyKey: key,
  })
  const report = at === null ? said : { ...said, asset: lampOf(at) }
  for (;;) {
    try {
      return await town.cases.report(north, report)
    } catch (error) {
      unlessKilled(error)
    }
  }
}

async function sendAgain(one: Kept | undefined): Promise<void> {
  if (one === undefined) return
  expect((await send(one.key, one)).number).toBe(one.receipt.number)
}

/** Every run has lamps of its own. */
function lampOf(at: 0 | 1): string {
  return `lamp-${runs * 2 - at}`
}

/** It is there once, under its number and its link; it was told of once, unless people were faster. */
async function expectOnce({ key, receipt }: Kept, { touched }: World): Promise<void> {
  const query = town.database.read(north)
  const rows = await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select(['report.id', 'report.case', 'case.number'])
    .where('report.idempotency_key', '=', key)
    .execute()
  expect(rows).toMatchObject([{ case: receipt.case, number: receipt.number }])
  // Whoever was answered when the report was there already has the link in the letter.
  const linked = receipt.token === '' ? receipt : await town.cases.follow(receipt.token)
  expect(linked.number).toBe(receipt.number)
  const letters = await query
    .selectFrom('outbox')
    .select('id')
    .where('kind', 'in', ['mail.case_received', 'mail.case_known'])
    .where('payload', 'like', `%${rows[0]?.id ?? 'none'}%`)
    .execute()
  expectOne(letters.length, touched.has(receipt.case))
}

/** Every case ends in one that stands for itself, and no fault has two that are open. */
async function expectForest({ kept, touched }: World): Promise<void> {
  const query = town.database.read(north)
  const waiting = await query.selectFrom('intake').select('case').execute()
  expect(waiting).toEqual([])
  const own = kept.map(({ receipt }) => receipt.case)
  const lamps = [lampOf(0), lampOf(1)]
  const cases = await query
    .selectFrom('case')
    .select(['id', 'root', 'asset', 'state', 'closed_at', 'closing_reason'])
    .where((eb) => eb.or([eb('id', 'in', own), eb('asset', 'in', lamps)]))
    .execute()
  const ends = cases.map(({ root }) => root)
  const roots = await query
    .selectFrom('case')
    .select(['id', 'root', 'closing_reason'])
    .where('id', 'in', ends)
    .execute()
  expect(new Set(roots.map(({ id }) => id))).toEqual(new Set(ends))
  for (const { id, root, closing_reason: reason } of roots) {
    expect(root).toBe(id)
    expect(reason).not.toBe('duplicate')
  }
  for (const at of lamps) {
    const open = cases.filter(({ asset, closed_at: over }) => asset === at && over === null)
    expect(open.length).toBeLessThanOrEqual(1)
  }
  for (const id of own) {
    const { events } = await town.cases.get(north, id, false)
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1))
    const opened = events.filter(({ kind }) => kind === 'opened').length
    expectOne(opened, touched.has(id))
  }
}

/** One; or none where people were faster. */
function expectOne(count: number, mayBeNone: boolean): void {
  expect(count).toBeLessThanOrEqual(1)
  expect(count).toBeGreaterThanOrEqual(mayBeNone ? 0 : 1)
}
