import { describe, expect, it } from 'vitest'
import type { Arrival, World } from '../../src/annunciation/group.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { deskOf, plainWorld, Stage } from './stage.ts'

const steps = [
  { to: [{ channel: 'a' }, { channel: 'aa' }] },
  { to: [{ channel: 'b' }], after: '10m' },
  { to: [{ channel: 'c' }], after: '10m' },
]

/** Seconds, recipient and reason of every raise that was told. */
function raises({ tellings }: Stage, from: number): string[] {
  return tellings
    .filter(({ items }) => items.some(({ what }) => what === 'raised'))
    .map(({ at, recipient, because }) => `${(at - from) / SECOND} ${recipient} ${because}`)
}

function staged(desk: object, more: Partial<World> = {}, priority = 1): [Stage, number] {
  const stage = new Stage(deskOf({ steps, ...desk }), plainWorld(more))
  stage.say({ kind: 'raised', priority })
  return [stage, stage.now]
}

describe('a goal for the time to acknowledge', () => {
  const goal = { acknowledgeWithin: { 1: '2m', 2: '1h' } }

  it('that is missed brings the second step at once; the others keep their time', () => {
    const [stage, from] = staged(goal)
    stage.pass(HOUR)
    expect(raises(stage, from)).toEqual([
      '0 channel a called',
      '0 channel aa called',
      '120 channel b late',
      '720 channel c waited',
    ])
  })

  it('that is met brings nobody else', () => {
    const [stage, from] = staged(goal)
    stage.pass(durationUs(119 * SECOND))
    stage.say({ kind: 'acknowledged' })
    stage.pass(HOUR)
    expect(raises(stage, from)).toHaveLength(2)
  })

  it('later than the step, or of another priority, changes nothing', () => {
    const [stage, from] = staged(goal, {}, 2)
    stage.pass(HOUR)
    expect(raises(stage, from).slice(2)).toEqual([
      '630 channel b waited',
      '1230 channel c waited',
    ])
  })

  it('counts from the first step that told anybody', () => {
    const nobodyAtA: Partial<World> = {
      recipients: (target) =>
        'channel' in target && !target.channel.startsWith('a')
          ? [`channel ${target.channel}`]
          : [],
    }
    const [stage, from] = staged(goal, nobodyAtA)
    stage.pass(HOUR)
    expect(raises(stage, from)).toEqual(['0 channel b nobody', '120 channel c late'])
  })
})

/** How messages to a recipient fare, by the start of their id. */
function faring(fates: Readonly<Record<string, Arrival>>): Partial<World> {
  return {
    arrival: (telling) => {
      const [, fate] = Object.entries(fates).find(([to]) => telling.startsWith(to)) ?? []
      return fate ?? 'arrived'
    },
  }
}

describe('a step of which no message gets through', () => {
  it.each<[string, Readonly<Record<string, Arrival>>, readonly string[]]>([
    [
      'brings the next one at once',
      { 'channel a#': 'stuck', 'channel aa#': 'failed' },
      ['5 channel b unreached', '605 channel c waited'],
    ],
    [
      'brings the next two when that fails too',
      { 'channel a#': 'stuck', 'channel aa#': 'stuck', 'channel b#': 'failed' },
      ['5 channel b unreached', '10 channel c unreached'],
    ],
    [
      'waits when one message got through',
      { 'channel a#': 'failed' },
      ['600 channel b waited', '1200 channel c waited'],
    ],
    [
      'waits for what is still on its way',
      { 'channel a#': 'failed', 'channel aa#': 'waiting' },
      ['600 channel b waited', '1200 channel c waited'],
    ],
  ])('%s', (_, fates, expected) => {
    const [stage, from] = staged({}, faring(fates))
    stage.pass(HOUR)
    expect(raises(stage, from).slice(2)).toEqual(expected)
  })

  it('is left to its time for other priorities', () => {
    const all = faring({ channel: 'failed' })
    const [stage, from] = staged({}, all, 2)
    stage.pass(HOUR)
    expect(raises(stage, from).slice(2)).toEqual([
      '630 channel b waited',
      '1230 channel c waited',
    ])
  })

  it('calls nobody else once somebody acknowledged', () => {
    const [stage, from] = staged({}, faring({ channel: 'stuck' }))
    stage.pass(durationUs(2 * SECOND))
    stage.say({ kind: 'acknowledged' })
    stage.pass(HOUR)
    expect(raises(stage, from)).toHaveLength(2)
  })

  it('behind the last step is not looked at for ever', () => {
    const [stage] = staged({}, faring({ channel: 'failed' }))
    stage.pass(MINUTE)
    const { due, now } = stage
    expect(due).toBeGreaterThan(now + HOUR)
  })
})
