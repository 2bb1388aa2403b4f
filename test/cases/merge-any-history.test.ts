import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CaseNews } from '../../src/cases/news.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { Problem } from '../../src/domain/problem.ts'
import { north, runsHere } from '../support/database.ts'
import { anna, aReport, LAMPS, openTown, type Town } from './town.ts'

const CASES = 4

type Step =
  | { readonly kind: 'merge'; readonly from: number; readonly to: number }
  | { readonly kind: 'report'; readonly at: number }
  | { readonly kind: 'unmerge' | 'start' | 'close' | 'say'; readonly at: number }

const at = fc.nat(CASES - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('merge' as const), from: at, to: at }),
  },
  fc.record({ kind: fc.constant('report' as const), at }),
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('unmerge', 'start', 'close', 'say'), at }),
  },
)

let town: Town
let heard: CaseNews[] = []
let lampsUsed = 0
beforeAll(async () => {
  town = await openTown({
    listeners: [
      async (_work, news) => {
        heard.push(news)
      },
    ],
  })
})
afterAll(() => town[Symbol.asyncDispose]())

it('never makes a circle, restores exactly, and tells every follower once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const lamps = Array.from({ length: CASES }, () => `lamp-${(lampsUsed += 1)}`)
      if (lampsUsed > LAMPS) throw new Error('the town has too few lamps for so many runs')
      const ids: string[] = []
      for (const lamp of lamps) ids.push((await town.cases.report(north, told(lamp))).case)
      const merged = new Map<string, unknown>()
      for (const one of steps) {
        town.clock.advance(MINUTE)
        heard = []
        await take(one, { ids, lamps, merged })
        await expectForest(ids)
        await expectToldOnce()
      }
    }),
    { numRuns: runsHere(40) },
  )
}, 120_000)

const told = (asset: string) =>
  aReport({ asset, contact: { email: 'maj@example.se' }, wantsUpdates: true })

interface World {
  readonly ids: readonly string[]
  readonly lamps: readonly string[]
  /** What each merged case was before. */
  readonly merged: Map<string, unknown>
}

async function take(one: Step, world: World): Promise<void> {
  if (one.kind === 'report') await report(one.at, world)
  else await attempt(one, world)
}

/** Whatever a case lies in takes its reports, unless that is closed and cannot be asked about. */
async function report(at: number, { ids, lamps }: World): Promise<void> {
  const id = ids[at] ?? ''
  const receipt = await town.cases.report(north, told(lamps[at] ?? ''))
  const own = await standing(id)
  const row = await rowOf(receipt.case)
  expect(row.root).toBe(receipt.case)
  expect(own['closed_at'] !== null || receipt.case === id).toBe(true)
}

async function attempt(
  one: Exclude<Step, { kind: 'report' }>,
  world: World,
): Promise<void> {
  const { ids, merged } = world
  const id = ids['at' in one ? one.at : one.from] ?? ''
  const before = await standing(id)
  const done = await ask(one, id, world)
  const after = await standing(id)
  // What was refused left nothing behind, and what was taken out stands as it stood.
  const undone = done && one.kind === 'unmerge'
  const allowed = done ? after : before
  expect(after).toEqual(undone ? merged.get(id) : allowed)
  if (done && one.kind === 'merge') merged.set(id, before)
  if (undone) merged.delete(id)
}

/** False when it was refused. */
async function ask(
  one: Exclude<Step, { kind: 'report' }>,
  id: string,
  { ids }: World,
): Promise<boolean> {
  const { version } = await town.cases.get(north, id, false)
  const asked = { version, by: anna }
  const say = { ...asked, to: 'public', text: 'Vi kommer.' } as const
  const close = { ...asked, to: 'closed', reason: 'fixed' } as const
  const acts = {
    merge: (into: string) => town.cases.merge(north, id, { ...asked, into }),
    unmerge: () => town.cases.unmerge(north, id, asked),
    say: () => town.cases.say(north, id, say),
    close: () => town.cases.move(north, id, close),
    start: () => town.cases.move(north, id, { ...asked, to: 'in_progress' }),
  }
  try {
    await acts[one.kind](ids['to' in one ? one.to : 0] ?? '')
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return false
  }
}

/** What merging must leave as it was once it is undone. */
async function standing(id: string): Promise<Record<string, unknown>> {
  const { version: _, changed_at: __, ...rest } = await rowOf(id)
  return rest
}

async function rowOf(id: string) {
  return await town.database
    .read(north)
    .selectFrom('case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

/** Every case ends in one that stands for itself; what is merged is closed; each link is in force once. */
async function expectForest(ids: readonly string[]): Promise<void> {
  const query = town.database.read(north)
  const rows = await query.selectFrom('case').selectAll().where('id', 'in', ids).execute()
  const roots = new Map(rows.map(({ id, root }) => [id, root]))
  const links = await query
    .selectFrom('case_merge')
    .selectAll()
    .where('case', 'in', ids)
    .where('undone_at', 'is', null)
    .execute()
  for (const { id, root, closed_at, closing_reason } of rows) {
    expect(roots.get(root)).toBe(root)
    const own = links.filter((link) => link.case === id)
    expect(own).toHaveLength(root === id ? 0 : 1)
    if (root === id) continue
    expect(closed_at).not.toBeNull()
    expect(closing_reason).toBe('duplicate')
    expect(endOf(id, links)).toBe(root)
  }
}

function endOf(
  id: string,
  links: readonly { readonly case: string; readonly into: string }[],
): string {
  let end = id
  for (let hops = 0; hops <= links.length; hops += 1) {
    const link = links.find((one) => one.case === end)
    if (link === undefined) return end
    end = link.into
  }
  throw new Error('the links go round in a circle')
}

/** Each public change stands in one letter to each follower of the tree, and nobody else's. */
async function expectToldOnce(): Promise<void> {
  const query = town.database.read(north)
  const toAll = heard.filter(
    ({ kind, visibility }) =>
      visibility === 'public' && ['said', 'moved', 'unmerged'].includes(kind),
  )
  for (const news of toAll) {
    const reports = await toldOf(news)
    const followers = await query
      .selectFrom('subscriber')
      .innerJoin('case', 'case.id', 'subscriber.case')
      .select('subscriber.report')
      .where('case.root', '=', news.case)
      .execute()
    const expected = followers
      .map(({ report }) => report)
      .filter((report) => report !== news.data.report)
    expect(reports.toSorted()).toEqual(expected.toSorted())
  }
}

/** Reports whose followers have a letter that the event falls into. Nothing is sent in this town. */
async function toldOf({ case: about, event, data }: CaseNews): Promise<readonly string[]> {
  const query = town.database.read(north)
  const { sequence } = await query
    .selectFrom('case_event')
    .select('sequence')
    .where('id', '=', event)
    .executeTakeFirstOrThrow()
  const rows = await query
    .selectFrom('letter_window')
    .innerJoin('subscriber', 'subscriber.id', 'letter_window.receiver')
    .leftJoin('outbox', 'outbox.id', 'letter_window.id')
    .select(['subscriber.report', 'outbox.kind'])
    .where('letter_window.case', '=', about)
    .where('letter_window.from_sequence', '<=', sequence)
    .orderBy('letter_window.from_sequence')
    .execute()
  const newest = new Map(rows.map(({ report, kind }) => [report, kind]))
  return [...newest].flatMap(([report, kind]) =>
    kind === 'mail.case_news' && report !== data.report ? [report] : [],
  )
}
