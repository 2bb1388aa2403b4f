import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Desk } from '../../src/annunciation/desk.ts'
import { durationUs, HOUR, later, MINUTE, SECOND } from '../../src/domain/time.ts'
import { anyTime, deskOf, plainWorld, Stage } from './stage.ts'

const ladder = deskOf({
  group: { wait: '30s', interval: '5m', repeat: '4h' },
  steps: [
    { to: [{ channel: 'a' }] },
    { to: [{ channel: 'b' }], after: '10m' },
    { to: [{ channel: 'c' }], after: '10m' },
  ],
})

describe('any history', () => {
  const event = fc.record({
    wait: fc.integer({ min: 0, max: 1_200 }),
    occurrence: fc.constantFrom('o-1', 'o-2', 'o-3'),
    kind: fc.constantFrom(
      'raised',
      'worse',
      'better',
      'again',
      'acknowledged',
      'unacknowledged',
      'cleared',
      'closed',
      'gathered',
      'suppressed',
    ),
    priority: fc.integer({ min: 1, max: 4 }),
    arrival: fc.constantFrom('waiting', 'arrived', 'failed'),
  })

  it('tells raise and clear in turns on every channel, and a raise once (P7)', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const stage = play(ladder, events)
        const open = new Set<string>()
        const raisesTold = new Set<string>()
        const wrong: string[] = []
        for (const { id, recipient, items, raises } of stage.tellings) {
          const arrives = fate(events, id) !== 'failed'
          items.forEach(({ occurrence, what }, index) => {
            const pair = `${recipient} ${occurrence}`
            const raise = `${pair} ${raises[index]}`
            // Only an update may come whether or not it stands there: it may be what brings it.
            const fits = {
              raised: !open.has(pair),
              cleared: open.has(pair),
              updated: true,
              reminded: true,
            }
            if (!fits[what]) wrong.push(`${what} of ${pair}`)
            if (what === 'raised' && raisesTold.has(raise)) wrong.push(`twice ${raise}`)
            if (what === 'cleared') open.delete(pair)
            else if (arrives) open.add(pair)
            if (what === 'raised') raisesTold.add(raise)
          })
        }
        expect(wrong).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('never calls for an acknowledged or suppressed alarm', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const stage = play(ladder, events, (one) => {
          const last = one.tellings.at(-1)
          if (last?.at !== one.now) return
          for (const { occurrence, what } of last.items) {
            const phase = one.member(occurrence)?.phase
            expect(what === 'cleared' ? ['cleared', 'closed'] : ['calling']).toContain(
              phase,
            )
          }
        })
        expect(stage.tellings.length).toBeLessThan(5_000)
      }),
      { numRuns: 300 },
    )
  })

  it('takes an unacknowledged priority 1 to every step in the end', () => {
    const night = { within: () => false, changes: () => Infinity }
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const desk: Desk = deskOf({
          steps: ladder.steps.map((_, index) => ({
            to: [{ channel: ['a', 'b', 'c'][index] }],
            after: `${index * 10}m`,
            only: { during: [{}] },
          })),
        })
        const stage = new Stage(desk, plainWorld({ calendar: night }))
        for (const one of events) {
          stage.say({ kind: one.kind, occurrence: one.occurrence, priority: one.priority })
          stage.pass(durationUs(one.wait * SECOND))
        }
        stage.say({ kind: 'raised', occurrence: 'urgent', priority: 1 })
        stage.pass(durationUs(10 * HOUR))
        for (const channel of ['a', 'b', 'c'])
          expect(
            stage.told.some((line) => line.endsWith(`channel ${channel} raised urgent`)),
          ).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('does nothing in a second round at the same time', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const stage = play(ladder, events)
        stage.play()
        const before = stage.tellings.length
        const { group } = stage
        stage.play()
        expect(stage.tellings).toHaveLength(before)
        expect(stage.group).toEqual(group)
      }),
      { numRuns: 200 },
    )
  })

  /** What becomes of a message, decided by chance and for good. */
  function fate(events: readonly Event[], id: string): Event['arrival'] {
    const number = Number(id.split('#')[1]) + id.length
    return events[number % events.length]?.arrival ?? 'arrived'
  }

  type Event = typeof event extends fc.Arbitrary<infer T> ? T : never

  function play(
    desk: Desk,
    events: readonly Event[],
    look: (stage: Stage) => void = () => undefined,
  ): Stage {
    const stage: Stage = new Stage(
      desk,
      plainWorld({
        calendar: anyTime,
        arrival: (id) => {
          const how = fate(events, id)
          const sent = stage.tellings.find((one) => one.id === id)
          const late =
            sent !== undefined && stage.now < later(sent.at, durationUs(10 * MINUTE))
          // Nothing has failed the moment it is written down.
          if (how === 'failed') return sent?.at === stage.now ? 'waiting' : 'failed'
          return how === 'waiting' && late ? 'waiting' : 'arrived'
        },
      }),
    )
    for (const one of events) {
      const known = stage.member(one.occurrence)
      // The life-cycle counts a raise up before it announces one after a clear.
      const over = known?.phase === 'cleared' || known?.phase === 'closed'
      const raise = (known?.raise ?? 1) + (over ? 1 : 0)
      stage.say({
        kind: one.kind,
        occurrence: one.occurrence,
        raise,
        priority: one.priority,
      })
      for (let second = 0; second < one.wait; second += 60) {
        stage.pass(durationUs(Math.min(60, one.wait - second) * SECOND))
        look(stage)
      }
    }
    return stage
  }
})
