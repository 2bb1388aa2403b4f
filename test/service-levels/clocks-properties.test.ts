import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HOUR, timeUs } from '../../src/domain/time.ts'
import { clocks } from '../../src/service-levels/clocks.ts'
import type { LevelEvent } from '../../src/service-levels/story.ts'
import { calendar, level, local, office } from './stories.ts'

const opened = local('2026-10-20 00:00')
/** So many quarters of an hour are some nine days, over the week-end on which the clock is put back. */
const anyQuarter = fc.nat(900)
const at = (quarter: number) => timeUs(opened + (quarter * HOUR) / 4)

const anyLevel = fc
  .record({
    hours: fc.constantFrom(undefined, office, [{ from: '22:00', to: '06:00' }]),
    target: fc.oneof(
      fc.integer({ min: 1, max: 40 }).map((hours) => `${hours}h`),
      fc.record({
        days: fc.integer({ min: 1, max: 6 }),
        count: fc.constantFrom('work', 'calendar'),
      }),
    ),
  })
  .map(({ hours, target }) =>
    level({
      ...(hours !== undefined && { hours }),
      clocks: { first_response: target, start: target, restore: target, resolve: target },
      pauses: ['waiting_reporter', 'planned'],
    }),
  )

const anyEvent = fc.record({
  quarter: anyQuarter,
  kind: fc.constantFrom(
    'moved',
    'moved',
    'moved',
    'said',
    'assigned',
    'merged',
    'unmerged',
  ),
  to: fc.constantFrom(
    'assigned' as const,
    'in_progress' as const,
    'waiting_reporter' as const,
    'planned' as const,
    'done_reported' as const,
    'closed' as const,
    'reopen_requested' as const,
    'hidden' as const,
  ),
  actor: fc.constantFrom('user:anna', 'citizen', 'system'),
})

const first: readonly LevelEvent[] = [
  {
    sequence: 1,
    at: opened,
    kind: 'opened',
    actor: 'citizen',
    visibility: 'public',
    data: {},
  },
  {
    sequence: 2,
    at: opened,
    kind: 'deadline',
    actor: 'system',
    visibility: 'internal',
    data: { step: 'level', reference: 'one' },
  },
]

const anyStory = fc.array(anyEvent, { maxLength: 12 }).map((all): readonly LevelEvent[] =>
  first.concat(
    all
      .toSorted((a, b) => a.quarter - b.quarter)
      .map(({ quarter, kind, to, actor }, n): LevelEvent => ({
        sequence: n + 3,
        at: at(quarter),
        kind,
        actor,
        visibility: 'public',
        data: kind === 'moved' ? { to } : {},
      })),
  ),
)

type Level = ReturnType<typeof level>

function readingsAt(events: readonly LevelEvent[], one: Level, now: number) {
  return clocks({ events, receivedAt: opened }, () => one, calendar, timeUs(now))
}

it('never takes time back, nor a deadline that was missed', () => {
  fc.assert(
    fc.property(anyStory, anyLevel, anyQuarter, anyQuarter, (story, one, a, b) => {
      const [sooner, later] = [Math.min(a, b), Math.max(a, b)]
      const before = readingsAt(story, one, at(sooner))
      const after = readingsAt(story, one, at(later))
      for (const [n, reading] of before.entries()) {
        expect(after[n]?.elapsed).toBeGreaterThanOrEqual(reading.elapsed)
        expect(after[n]?.breachedAt).toBe(reading.breachedAt ?? after[n]?.breachedAt)
      }
    }),
    { numRuns: 1_000 },
  )
})

it('reads the same whatever order events are handed over in', () => {
  const shuffled = anyStory.chain((story) =>
    fc.tuple(
      fc.constant(story),
      fc.shuffledSubarray([...story], { minLength: story.length }),
    ),
  )
  fc.assert(
    fc.property(shuffled, anyLevel, anyQuarter, ([story, other], one, now) => {
      expect(readingsAt(other, one, at(now))).toEqual(readingsAt(story, one, at(now)))
    }),
    { numRuns: 500 },
  )
})

it('is the deadline that passes: what is due later is not missed, what is due earlier is', () => {
  fc.assert(
    fc.property(anyStory, anyLevel, anyQuarter, (story, one, now) => {
      for (const reading of readingsAt(story, one, at(now))) {
        if (reading.state !== 'running' || reading.due === null) continue
        expect(reading.breachedAt !== null).toBe(reading.due <= at(now))
        const stillOpen = story.filter((event) => event.at <= at(now))
        if (reading.due <= at(now)) continue
        const then = readingsAt(stillOpen, one, reading.due)
        expect(then.find(({ clock }) => clock === reading.clock)?.breachedAt).toBe(
          reading.due,
        )
        const justBefore = readingsAt(stillOpen, one, reading.due - 1)
        expect(
          justBefore.find(({ clock }) => clock === reading.clock)?.breachedAt,
        ).toBeNull()
      }
    }),
    { numRuns: 1_000 },
  )
})

function move(sequence: number, quarter: number, to: LevelEvent['data']['to']): LevelEvent {
  const by = { kind: 'moved', actor: 'system', visibility: 'public' } as const
  return { sequence, at: at(quarter), ...by, data: { to } }
}

it('a pause never makes a deadline earlier', () => {
  fc.assert(
    fc.property(anyLevel, anyQuarter, anyQuarter, anyQuarter, (one, a, b, c) => {
      const [from = 0, to = 0, now = 0] = [a, b, c].toSorted((x, y) => x - y)
      const paused = [...first, move(3, from, 'waiting_reporter'), move(4, to, 'assigned')]
      const due = (story: readonly LevelEvent[]) =>
        readingsAt(story, one, at(now)).map((reading) => reading.due ?? Infinity)
      const without = due(first)
      for (const [n, found] of due(paused).entries()) {
        expect(found).toBeGreaterThanOrEqual(without[n] ?? 0)
      }
    }),
    { numRuns: 1_000 },
  )
})
