import fc from 'fast-check'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createCaseRenderers } from '../../src/cases/renderers.ts'
import type { Database } from '../../src/database/database.ts'
import { dueAt, GATHERING, PAUSE } from '../../src/delivery/gather.ts'
import type { Transport } from '../../src/delivery/letter.ts'
import { createOutbox, type Outbox } from '../../src/delivery/outbox.ts'
import {
  durationUs,
  HOUR,
  later,
  SECOND,
  timeUs,
  type TimeUs,
} from '../../src/domain/time.ts'
import { evenRandom } from '../delivery/fixture.ts'
import { north, openTestDatabase, runsHere } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { anna, aReport, catalogue, LAMPS, openTown, secret, type Town } from './town.ts'

it('is due half a minute after its cause, and ten minutes after the letter before', () => {
  const at = timeUs(1_000 * SECOND)
  const minutes = (count: number) => later(at, durationUs(count * 60 * SECOND))
  expect(dueAt(at, undefined)).toBe(later(at, GATHERING))
  expect(dueAt(at, at)).toBe(later(at, PAUSE))
  expect(dueAt(minutes(9.75), at)).toBe(minutes(10.25))
})

type Step =
  | {
      readonly kind: 'say' | 'follow' | 'deliver' | 'sayWhileDelivering' | 'dieWhileSending'
    }
  | { readonly kind: 'wait'; readonly seconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'say' as const,
        'deliver' as const,
        'sayWhileDelivering' as const,
      ),
    }),
  },
  fc.record({ kind: fc.constantFrom('follow' as const, 'dieWhileSending' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 900 })),
    }),
  },
)

/** A town whose letters arrive; `dying` sends and then fails before anybody knows. */
interface Post {
  readonly town: Town
  readonly clock: ManualClock
  /** By letter: to whom, when it first came, what it said. */
  readonly letters: Map<string, { to: string; at: TimeUs; text: string }>
  dying: boolean
}

async function openPost(database: Database, clock: ManualClock): Promise<Post> {
  const town = await openTown({ database, clock })
  return { town, clock, letters: new Map(), dying: false }
}

/** Each time another process, as after a restart. */
function outboxOf(post: Post): Outbox {
  const { town, clock, letters } = post
  const transport: Transport = {
    send: ({ id, to, text }) => {
      const known = letters.get(id)
      // Sent again, it is the same letter.
      if (known !== undefined)
        expect({ to, text }).toEqual({ to: known.to, text: known.text })
      else letters.set(id, { to, at: clock.now(), text })
      return post.dying ? Promise.reject(new Error('the line broke')) : Promise.resolve()
    },
  }
  return createOutbox({
    database: town.database,
    clock,
    random: evenRandom,
    log: pino({ level: 'silent' }),
    renderers: createCaseRenderers({
      database: town.database,
      baseUrl: 'https://fel.example.se',
      secret,
      catalogue: async () => catalogue,
      personal: town.personal,
    }),
    transport,
  })
}

async function deliver(post: Post): Promise<void> {
  await using outbox = outboxOf(post)
  await outbox.drain()
}

let lampsUsed = 0

/** Runs the steps on a case of its own; every follower is told everything once, and not too often. */
async function expectToldOnce(post: Post, steps: readonly Step[]): Promise<void> {
  const { town, clock } = post
  lampsUsed += 1
  if (lampsUsed > LAMPS) throw new Error('the town has too few lamps for so many runs')
  const asset = `lamp-${lampsUsed}`
  const expected = new Map<string, string[]>()
  let said = 0
  const follow = async () => {
    const email = `p${expected.size}-${lampsUsed}@example.se`
    const report = aReport({ asset, contact: { email }, wantsUpdates: true })
    const { case: id } = await town.cases.report(north, report)
    expected.set(email, [])
    // The service looks every few seconds.
    await deliver(post)
    return id
  }
  const id = await follow()
  const say = async () => {
    said += 1
    const text = `Besked nummer ${said} om ${asset};`
    const to = said % 3 === 0 ? 'followers' : 'public'
    await town.cases.say(north, id, { version: 1, by: anna, to, text })
    for (const own of expected.values()) own.push(text)
  }
  for (const one of steps) {
    clock.advance(durationUs(one.kind === 'wait' ? one.seconds * SECOND : 1))
    if (one.kind === 'say') await say()
    if (one.kind === 'follow') await follow()
    if (one.kind === 'deliver') await deliver(post)
    if (one.kind === 'sayWhileDelivering') await Promise.all([deliver(post), say()])
    if (one.kind === 'dieWhileSending') {
      post.dying = true
      await deliver(post)
      post.dying = false
    }
  }
  for (let hours = 0; hours < 4; hours += 1) {
    clock.advance(HOUR)
    await deliver(post)
  }
  for (const [email, texts] of expected) expectTold(post, email, texts)
  post.letters.clear()
}

function expectTold(post: Post, email: string, texts: readonly string[]): void {
  const own = [...post.letters.values()].filter(({ to }) => to === email)
  for (const text of texts) {
    expect(own.filter((letter) => letter.text.includes(text))).toHaveLength(1)
  }
  const times = own.map(({ at }) => at).toSorted((a, b) => a - b)
  for (const [index, at] of times.slice(1).entries()) {
    expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(PAUSE)
  }
  // The acknowledgement did not wait.
  expect(own.some(({ text }) => /Tack för din|känner redan/.test(text))).toBe(true)
}

it('tells every follower everything once, whatever happens at the same time', async () => {
  const clock = createManualClock()
  await using database = await openTestDatabase(clock)
  const post = await openPost(database, clock)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) =>
      expectToldOnce(post, steps),
    ),
    { numRuns: runsHere(40) },
  )
})
