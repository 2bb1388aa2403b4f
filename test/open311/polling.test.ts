import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { durationUs, SECOND, timeUs } from '../../src/domain/time.ts'
import { onBothDatabases } from '../support/both-databases.ts'
import { north } from '../support/database.ts'
import { pollUpdates, type Update } from './poll-updates.ts'
import { openSite, type Site } from './site.ts'

type Step =
  | { readonly kind: 'change'; readonly at: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'poll'; readonly overlap: number; readonly meanwhile: boolean }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('change' as const), at: fc.nat(2) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 300, 700, 1_000, 2_500),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('poll' as const),
      overlap: fc.nat(5),
      meanwhile: fc.boolean(),
    }),
  },
)

/** A second that was answered, more of it afterwards, and the next question soon. */
const answeredSecond: Step[] = [
  { kind: 'poll', overlap: 0, meanwhile: false },
  { kind: 'change', at: 0 },
  { kind: 'change', at: 0 },
  { kind: 'change', at: 0 },
  { kind: 'wait', ms: 1_000 },
  { kind: 'poll', overlap: 0, meanwhile: true },
]

const by = { role: 'handler', name: 'user:anna' } as const

/** A client that asks again and again, and what it has heard. */
class Client {
  readonly heard = new Map<string, Update>()
  readonly #site: Site
  #end: number

  constructor(site: Site) {
    this.#site = site
    this.#end = Math.floor(site.clock.now() / SECOND) * SECOND - SECOND
  }

  /** Its windows name every second once, or more often where they overlap. */
  async ask(overlap: number): Promise<void> {
    const to = timeUs(Math.floor(this.#site.clock.now() / SECOND) * SECOND)
    const from = timeUs(this.#end + (1 - overlap) * SECOND)
    if (from > to) return
    this.#end = to
    for (const update of await pollUpdates(this.#site, { from, to })) {
      const at = Date.parse(update.updated_datetime) * 1_000
      const outside = at < Math.floor(from / SECOND) * SECOND || at > to
      const known = this.heard.get(update.update_id) ?? update
      const changed = JSON.stringify(known) !== JSON.stringify(update)
      if (outside || changed)
        throw new Error(`${update.update_id}: ${at} in ${from} to ${to}`)
      this.heard.set(update.update_id, update)
    }
  }

  of(request: string): readonly Update[] {
    return [...this.heard.values()]
      .filter((update) => update.service_request_id === request)
      .toSorted((a, b) => (a.updated_datetime < b.updated_datetime ? -1 : 1))
  }
}

/** Says the next thing to the public; of two at once the database decides which is first. */
async function change(site: Site, about: string): Promise<void> {
  const { version, events } = await site.cases.get(north, about, false)
  const said = events.filter(({ kind }) => kind === 'said').length
  const text = `nr ${said + 1}`
  await site.cases.say(north, about, { version, by, to: 'public', text })
}

async function play(site: Site, steps: readonly Step[]): Promise<void> {
  const client = new Client(site)
  const requests = [await site.report(), await site.report(), await site.report()]
  const cases = await Promise.all(requests.map((id) => site.caseOf(id)))
  const said = [0, 0, 0]
  const say = async (at: number): Promise<void> => {
    said[at] = (said[at] ?? 0) + 1
    await change(site, cases[at] ?? '')
  }
  for (const one of steps) {
    if (one.kind === 'change') await say(one.at)
    else if (one.kind === 'wait') site.clock.advance(durationUs(one.ms * 1_000))
    else {
      const meanwhile = one.meanwhile ? [say(0), say(1)] : []
      await Promise.all([...meanwhile, client.ask(one.overlap)])
    }
  }
  // Whatever had to move on to seconds of its own has them by then.
  site.clock.advance(durationUs(60 * SECOND))
  await client.ask(0)
  for (const [at, request] of requests.entries()) {
    const told = client.of(request)
    const expected = Array.from({ length: said[at] ?? 0 }, (_, nr) => `nr ${nr + 1}`)
    expect(told.map(({ description }) => description)).toEqual(expected)
    const times = new Set(told.map(({ updated_datetime }) => updated_datetime))
    expect(times.size).toBe(told.length)
  }
}

/** Changes are committed at any moment, also while the client is being answered. */
function polling(name: string, open: () => Promise<Database>, numRuns: number): void {
  describe(`a client that polls, on ${name}`, () => {
    let site: Site
    let database: Database
    beforeAll(async () => {
      database = await open()
      site = await openSite({ database })
    }, 120_000)
    afterAll(async () => {
      await site[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    })

    it('hears of every update, in order, each under one id and one time', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) => play(site, steps)),
        { numRuns, endOnFailure: true, examples: [[answeredSecond]] },
      )
    }, 180_000)
  })
}

const runs = { SQLite: 40, PostgreSQL: 15 }
await onBothDatabases((open, name) => polling(name, open, runs[name]))
