import { describe, expect, it } from 'vitest'
import { hear, type Heard, type Member, type Phase } from '../../src/annunciation/steps.ts'
import { durationUs, HOUR, later, MINUTE } from '../../src/domain/time.ts'
import { deskOf, noon, plainWorld, Stage } from './stage.ts'

const ladder = deskOf({
  group: { wait: '30s', interval: '5m', repeat: '4h' },
  steps: [
    { to: [{ channel: 'a' }] },
    { to: [{ channel: 'b' }], after: '10m' },
    { to: [{ channel: 'c' }], after: '10m' },
  ],
})

describe('what a desk makes of an announcement', () => {
  const kinds = [
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
  ] as const satisfies readonly Heard['kind'][]
  /** Phase → what it becomes, in the order of `kinds`; `+` is news for those who know of it. */
  const table: Record<Phase | 'unknown', readonly string[]> = {
    unknown: ['calling', 'calling', '-', 'calling', '-', 'calling', '-', '-', '-', '-'],
    calling: words(
      'calling calling+ calling calling+ acknowledged calling cleared closed calling+ suppressed',
    ),
    acknowledged: words(
      'acknowledged calling+ acknowledged calling+ acknowledged calling+ cleared closed acknowledged acknowledged',
    ),
    suppressed: words(
      'calling calling+ suppressed calling+ acknowledged suppressed cleared closed suppressed suppressed',
    ),
    cleared: words(
      'calling+ calling+ cleared calling+ cleared cleared cleared closed cleared cleared',
    ),
    closed: words(
      'calling+ calling+ closed calling+ closed closed closed closed closed closed',
    ),
  }
  const cells = Object.entries(table).flatMap(([phase, row]) =>
    kinds.map((kind, index) => [phase, kind, row[index]] as const),
  )

  it.each(cells)('%s, %s: %s', (phase, kind, expected) => {
    const heard = {
      kind,
      occurrence: 'o-1',
      alarm: 'a-1',
      priority: 2,
      level: 1,
      raise: 1,
      at: noon,
      now: noon,
      acknowledged: false,
    }
    const known: Member | undefined =
      phase === 'unknown'
        ? undefined
        : {
            occurrence: 'o-1',
            alarm: 'a-1',
            phase: phase as Phase,
            priority: 2,
            level: 1,
            raise: 1,
            edition: 1,
            step: 1,
            due: phase === 'calling' ? later(noon, MINUTE) : undefined,
            because: 'waited',
            since: noon,
          }
    const member = hear(ladder, known, heard)?.member
    const news = known !== undefined && (member?.edition ?? 1) > 1 ? '+' : ''
    expect(member === undefined ? '-' : `${member.phase}${news}`).toBe(expected)
  })

  it('has no part in anything when it tells nobody', () => {
    const stage = new Stage(deskOf({}))
    stage.say({ kind: 'raised' })
    expect(stage.group.members).toEqual([])
  })
})

describe('steps', () => {
  it('follow one another until somebody acknowledges', () => {
    const stage = new Stage(ladder)
    stage.say({ kind: 'raised' })
    stage.pass(durationUs(15 * MINUTE))
    expect(stage.told).toEqual(['30 channel a raised o-1', '630 channel b raised o-1'])
    stage.say({ kind: 'acknowledged' })
    stage.pass(durationUs(24 * HOUR))
    expect(stage.told).toHaveLength(2)
    stage.say({ kind: 'cleared' })
    stage.pass(HOUR)
    expect(stage.told.slice(2)).toEqual([
      '87300 channel a cleared o-1',
      '87300 channel b cleared o-1',
    ])
    expect(stage.due).toBeUndefined()
  })

  it('begin at once for priority 1', () => {
    const stage = new Stage(ladder)
    stage.say({ kind: 'raised', priority: 1 })
    stage.play()
    expect(stage.told).toEqual(['0 channel a raised o-1'])
  })

  it('begin anew when the alarm gets worse, is taken back, or comes again', () => {
    for (const kind of ['worse', 'unacknowledged', 'again'] as const) {
      const stage = new Stage(ladder)
      stage.say({ kind: 'raised' })
      stage.pass(MINUTE)
      stage.say({ kind: 'acknowledged' })
      stage.pass(HOUR)
      stage.say({ kind })
      stage.pass(durationUs(11 * MINUTE))
      expect(stage.told).toEqual([
        '30 channel a raised o-1',
        '3660 channel a updated o-1',
        '4260 channel b raised o-1',
      ])
    }
  })

  it('begin anew when an acknowledgement has run out', () => {
    const stage = new Stage({ ...ladder, acknowledgedFor: HOUR })
    stage.say({ kind: 'raised' })
    stage.pass(MINUTE)
    stage.say({ kind: 'acknowledged' })
    stage.pass(durationUs(2 * HOUR))
    expect(stage.told.slice(1)).toEqual([
      '3660 channel a updated o-1',
      '4260 channel b raised o-1',
      '4860 channel c raised o-1',
    ])
  })

  it('stop for a suppression and go on after it, without telling anybody twice', () => {
    const stage = new Stage(ladder)
    stage.say({ kind: 'raised' })
    stage.pass(MINUTE)
    stage.say({ kind: 'suppressed' })
    stage.pass(HOUR)
    expect(stage.told).toHaveLength(1)
    stage.say({ kind: 'raised' })
    stage.pass(durationUs(10 * MINUTE))
    expect(stage.told.slice(1)).toEqual(['4260 channel b raised o-1'])
  })

  it('do not call for what was acknowledged while it was suppressed', () => {
    const stage = new Stage(ladder)
    stage.say({ kind: 'raised' })
    stage.pass(MINUTE)
    stage.say({ kind: 'suppressed' })
    stage.say({ kind: 'raised', acknowledged: true })
    stage.pass(durationUs(20 * HOUR))
    expect(stage.told).toHaveLength(1)
  })

  it('that nobody stands behind are passed over at once (goalert #4548)', () => {
    const world = plainWorld({
      recipients: (target) => ('rota' in target ? [] : [Object.values(target).join()]),
    })
    const desk = deskOf({
      steps: [
        { to: [{ rota: 'nobody' }] },
        { to: [{ rota: 'nobody' }], after: '10m' },
        { to: [{ channel: 'c' }], after: '20m' },
      ],
    })
    const stage = new Stage(desk, world)
    stage.say({ kind: 'raised', priority: 1 })
    stage.play()
    expect(stage.told).toEqual(['0 c raised o-1'])
  })

  it('ask again later when there is nobody at all', () => {
    let duty: string[] = []
    const stage = new Stage(ladder, plainWorld({ recipients: () => duty }))
    stage.say({ kind: 'raised' })
    stage.pass(HOUR)
    expect(stage.told).toEqual([])
    duty = ['person anna']
    stage.pass(durationUs(4 * HOUR))
    expect(stage.told).toEqual(['14430 person anna raised o-1'])
  })

  it('of working hours wait for them, but not for priority 1', () => {
    // Working hours begin two hours from now.
    const opens = later(noon, durationUs(2 * HOUR))
    const calendar = {
      within: (_: unknown, at: number) => at >= opens,
      changes: () => opens,
    }
    const desk = deskOf({
      steps: [{ to: [{ channel: 'a' }], only: { during: [{ days: ['workday'] }] } }],
    })
    const stage = new Stage(desk, plainWorld({ calendar }))
    stage.say({ kind: 'raised', occurrence: 'o-1' })
    stage.say({ kind: 'raised', occurrence: 'o-2', priority: 1 })
    stage.pass(durationUs(3 * HOUR))
    expect(stage.told).toEqual(['0 channel a raised o-2', '7200 channel a raised o-1'])
  })

  it('of hours that never come are passed over', () => {
    const calendar = { within: () => false, changes: () => Infinity }
    const desk = deskOf({
      steps: [
        { to: [{ channel: 'a' }], only: { during: [{ days: ['workday'] }] } },
        { to: [{ channel: 'b' }], after: '1h' },
      ],
    })
    const stage = new Stage(desk, plainWorld({ calendar }))
    stage.say({ kind: 'raised' })
    stage.pass(MINUTE)
    expect(stage.told).toEqual(['30 channel b raised o-1'])
  })

  it('of other priorities are not there', () => {
    const desk = deskOf({
      steps: [
        { to: [{ channel: 'boss' }], only: { priorities: [1] } },
        { to: [{ channel: 'crew' }], after: '2m' },
      ],
    })
    const stage = new Stage(desk)
    stage.say({ kind: 'raised', priority: 3 })
    stage.pass(HOUR)
    expect(stage.told).toEqual(['120 channel crew raised o-1'])
  })
})

function words(text: string): string[] {
  return text.split(' ')
}
