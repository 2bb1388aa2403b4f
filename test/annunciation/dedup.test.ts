import { expect, it } from 'vitest'
import type { Group } from '../../src/annunciation/group.ts'
import { playRound } from '../../src/annunciation/round.ts'
import type { Member } from '../../src/annunciation/steps.ts'
import {
  durationUs,
  earlier,
  HOUR,
  later,
  MINUTE,
  type TimeUs,
} from '../../src/domain/time.ts'
import { deskOf, noon, plainWorld } from './stage.ts'

/**
 * When a message is due, held against the table of Prometheus Alertmanager, restated:
 * notify/notify_test.go, TestDedupStageNeedsUpdate (Apache-2.0). `firing` and `resolved` are what
 * was told before; `now` what is. The interval has always passed, because there it is another
 * stage's business.
 */
interface Row {
  readonly name: string
  readonly told?: {
    readonly firing?: readonly number[]
    readonly resolved?: readonly number[]
    readonly ago: number
  }
  readonly firing?: readonly number[]
  readonly resolved?: readonly number[]
  /** Are recoveries wanted? */
  readonly resolve?: boolean
  readonly needs: boolean
}

const longAgo = 1_000_000
const rows: readonly Row[] = [
  { name: 'nothing told, something fires', firing: [2, 3, 4], needs: true },
  { name: 'nothing told, nothing fires', resolved: [2, 3, 4], needs: false },
  {
    name: 'another set fires',
    told: { firing: [1, 2, 3], ago: 9 },
    firing: [2, 3, 4],
    needs: true,
  },
  {
    name: 'the same set, told before time began',
    told: { firing: [1, 2, 3], ago: longAgo },
    firing: [1, 2, 3],
    needs: true,
  },
  {
    name: 'the same set before the repeat',
    told: { firing: [1, 2, 3], ago: 9 },
    firing: [1, 2, 3],
    needs: false,
  },
  {
    name: 'the same set after the repeat',
    told: { firing: [1, 2, 3], ago: 11 },
    firing: [1, 2, 3],
    needs: true,
  },
  {
    name: 'others resolved, none of which was told as firing, after the repeat',
    told: { resolved: [1, 2, 3], ago: 11 },
    resolved: [3, 4, 5],
    resolve: true,
    needs: false,
  },
  {
    name: 'one more resolved, recoveries not wanted',
    told: { firing: [1, 2], resolved: [3], ago: 9 },
    firing: [1],
    resolved: [2, 3],
    resolve: false,
    needs: false,
  },
  {
    name: 'one more resolved, recoveries wanted',
    told: { firing: [1, 2], resolved: [3], ago: 9 },
    firing: [1],
    resolved: [2, 3],
    resolve: true,
    needs: true,
  },
  {
    // Differs: there the stage says yes, and a later one finds nothing left to send.
    name: 'all resolved, recoveries not wanted',
    told: { firing: [1, 2], resolved: [3], ago: 9 },
    resolved: [1, 2, 3],
    resolve: false,
    needs: false,
  },
  {
    name: 'all resolved, recoveries wanted',
    told: { firing: [1, 2], resolved: [3], ago: 9 },
    resolved: [1, 2, 3],
    resolve: true,
    needs: true,
  },
]

it.each(rows)(
  '$name: $needs',
  ({ told, firing = [], resolved = [], resolve = true, needs }) => {
    const policy = deskOf({
      group: { interval: '5m', repeat: '10m' },
      steps: [{ to: [{ channel: 'crew' }] }],
    })
    const at = told && earlier(noon, durationUs(told.ago * MINUTE))
    const knows = [
      ...(told?.firing ?? []).map((one) => ({ one, open: true })),
      ...(told?.resolved ?? []).map((one) => ({ one, open: false })),
    ]
    const group: Group = {
      members: [
        ...firing.map((one) => memberOf(one, 'calling', noon)),
        ...resolved.map((one) => memberOf(one, 'cleared', undefined)),
      ],
      knowledge: knows.map(({ one, open }) => ({
        recipient: 'channel crew',
        occurrence: String(one),
        wanted: false,
        open,
        edition: 1,
        telling: 'earlier',
        step: 0,
        because: 'called' as const,
      })),
      lines: at === undefined ? [] : [{ recipient: 'channel crew', sequence: 1, at }],
    }
    const world = plainWorld({ wantsRecoveries: () => resolve })
    const { tellings } = playRound(policy, group, noon, world)
    expect(tellings.length > 0).toBe(needs)
  },
)

it('tells a change of a group every interval, and a priority 1 after the wait', () => {
  const policy = deskOf({ steps: [{ to: [{ channel: 'crew' }] }] })
  const told = { recipient: 'channel crew', sequence: 1, at: noon }
  const group = (priority: number): Group => ({
    members: [{ ...memberOf(2, 'calling', noon), priority }],
    knowledge: [],
    lines: [told],
  })
  const due = (priority: number): unknown =>
    playRound(policy, group(priority), noon, plainWorld()).due
  expect(due(2)).toBe(later(noon, durationUs(5 * MINUTE)))
  expect(due(1)).toBe(later(noon, durationUs(MINUTE / 2)))
})

function memberOf(one: number, phase: Member['phase'], due: TimeUs | undefined): Member {
  return {
    occurrence: String(one),
    alarm: `alarm ${one}`,
    phase,
    priority: 2,
    level: 1,
    raise: 1,
    edition: 1,
    step: 0,
    due,
    because: 'called',
    since: earlier(noon, HOUR),
  }
}
