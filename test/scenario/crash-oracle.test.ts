import { describe, expect, it } from 'vitest'
import { judge, type Counted, type ExportedReading } from '../../crash/oracle.ts'
import { makePlan, nameOf, stages, type Kill } from '../../crash/plan.ts'
import type { Acknowledged } from '../../crash/publisher.ts'
import type { Speaker } from '../../crash/town.ts'
import { flag } from '../../src/domain/reading.ts'
import { seededNumbers } from '../../simulators/seeded-random.ts'

const withClock: Speaker = { device: 'lamp-1', kind: 'lamp', timed: true }
const without: Speaker = { device: 'lamp-1', kind: 'lamp', timed: false }
const start = 1_795_000_000_000_000

function said(n: number, changes: Partial<Acknowledged> = {}): Acknowledged {
  const ts = start + n
  return {
    device: 'lamp-1',
    n,
    ts,
    missing: n,
    wrong: false,
    sends: [0],
    at: ts,
    ...changes,
  }
}

/** Both points of one stored copy. */
function kept(n: number, flags = 0): ExportedReading[] {
  const source = `2026-11-18T11:06:40.${String(n).padStart(6, '0')}Z`
  const same = { device: 'lamp-1', source, flags, position: `e/1/${n}/0` }
  return [
    { ...same, point: 'number', value: n },
    { ...same, point: 'missing', value: n },
  ]
}

const nothing: Counted = { raised: new Map(), cleared: new Map(), cases: new Map() }

function verdict(
  speaker: Speaker,
  acknowledged: readonly Acknowledged[],
  exported: readonly ExportedReading[],
  counted: Partial<Counted> = {},
) {
  const all = { ...nothing, ...counted }
  return judge({ speakers: [speaker], acknowledged, exported, counted: all })
}

describe('the oracle of readings', () => {
  it('is content with every message once', () => {
    const { figures, findings } = verdict(
      withClock,
      [said(1), said(2)],
      [...kept(1), ...kept(2)],
    )
    expect(findings).toEqual([])
    expect(figures).toMatchObject({ acknowledged: 2, lost: 0, duplicated: 0, repeats: 0 })
  })

  it('finds a message that is lost', () => {
    const { figures, findings } = verdict(withClock, [said(1), said(2)], kept(2))
    expect(figures.lost).toBe(1)
    expect(findings).toEqual([`lamp-1 message 1, acknowledged at ${start + 1}: lost`])
  })

  it('finds a message with a time that is counted twice', () => {
    const twice = [...kept(1), ...kept(1, flag.dupPossible)]
    const { figures, findings } = verdict(withClock, [said(1, { sends: [0, 1] })], twice)
    expect(figures).toMatchObject({ lost: 0, duplicated: 1 })
    expect(findings).toEqual([
      `lamp-1 message 1, acknowledged at ${start + 1}: counted 2 times`,
    ])
  })

  const { dupPossible } = flag
  it.each([
    { what: 'the copy that was resent, marked', sends: [0, 1], flags: [0, dupPossible] },
    { what: 'only the copy that was resent', sends: [0, 1], flags: [dupPossible] },
    {
      what: 'a message sent into a dead link first',
      sends: [0, 1, 1],
      flags: [dupPossible],
    },
  ])('without a time is content with $what', ({ sends, flags }) => {
    const copies = flags.flatMap((one) => kept(1, one))
    const { figures, findings } = verdict(without, [said(1, { sends })], copies)
    expect(findings).toEqual([])
    expect(figures).toMatchObject({ lost: 0, duplicated: 0, repeats: flags.length - 1 })
  })

  it.each([
    { what: 'is marked but was never resent', sends: [0], flags: [0, dupPossible] },
    { what: 'was resent but is not marked', sends: [0, 1], flags: [0, 0] },
    { what: 'was sent less often', sends: [0, 1], flags: [0, dupPossible, dupPossible] },
  ])('without a time finds a copy that $what', ({ sends, flags }) => {
    const copies = flags.flatMap((one) => kept(1, one))
    const { figures, findings } = verdict(without, [said(1, { sends })], copies)
    expect(findings).toHaveLength(1)
    expect(figures).toMatchObject({ lost: 0, duplicated: flags.length - 1, repeats: 0 })
  })

  it('finds a message that nobody said, another time and another value', () => {
    const time = '2026-11-18T11:06:40.000009Z'
    const other = kept(1).map((reading) => Object.assign(reading, { source: time }))
    expect(verdict(withClock, [said(1)], other).findings).toHaveLength(1)
    const [number] = kept(1)
    const value = { ...kept(1)[1], value: 7 } as ExportedReading
    expect(verdict(withClock, [said(1)], number ? [number, value] : []).findings).toEqual([
      'lamp-1 missing: 1 readings with the sum 7 instead of 1 with 1',
    ])
    const phantom = kept(9).slice(0, 1)
    expect(verdict(withClock, [], phantom).findings).toEqual([
      'lamp-1: nobody said message 9',
    ])
  })
})

describe('the oracle of alarms', () => {
  const messages = [false, true, true, false, true].map((wrong, n) => said(n, { wrong }))
  const stored = messages.flatMap(({ n }) => kept(n))
  const right = {
    raised: new Map([['lamp-1', 2]]),
    cleared: new Map([['lamp-1', 1]]),
    cases: new Map([['lamp-1', 1]]),
  }

  it('wants one raise and one clear an episode, and one case a lamp', () => {
    const { figures, findings } = verdict(withClock, messages, stored, right)
    expect(findings).toEqual([])
    expect(figures).toMatchObject({
      alarms: 2,
      expectedAlarms: 2,
      cases: 1,
      expectedCases: 1,
    })
  })

  it.each([
    ['raised', 1, 'lamp-1: 1 raises of lamp-dark instead of 2'],
    ['raised', 3, 'lamp-1: 3 raises of lamp-dark instead of 2'],
    ['cleared', 0, 'lamp-1: 0 clears of lamp-dark instead of 1'],
    ['cases', 2, 'lamp-1: 2 cases instead of 1'],
  ])('finds %s %i times', (what, count, finding) => {
    const counted = { ...right, [what]: new Map([['lamp-1', count]]) }
    expect(verdict(withClock, messages, stored, counted).findings).toEqual([finding])
  })
})

function plan(kills: number, seed: number, only?: string): readonly Kill[] {
  return makePlan({ kills, random: seededNumbers(seed), only })
}

describe('a plan', () => {
  it('is the same for the same seed and another for another', () => {
    expect(plan(300, 7)).toEqual(plan(300, 7))
    expect(plan(300, 8)).not.toEqual(plan(300, 7))
  })

  it('gives half of the kills to the stages, each its share', () => {
    const kinds = Map.groupBy(plan(300, 7), (kill): string =>
      kill.kind === 'stage' ? kill.stage : kill.kind,
    )
    expect(kinds.get('anytime')).toHaveLength(150)
    for (const name of [...Object.keys(stages), 'migration', 'shutdown']) {
      expect(kinds.get(name)?.length).toBeGreaterThanOrEqual(8)
    }
  })

  it('comes by every stage also when there are few kills', () => {
    const names = new Set(plan(19, 7).map((kill) => nameOf(kill).split(' ')[0]))
    expect(names).toEqual(new Set([...Object.keys(stages), 'K13', 'K14', 'any']))
  })

  it('can be of one kind alone', () => {
    expect(plan(5, 7, 'K12').every((kill) => nameOf(kill).startsWith('K12-'))).toBe(true)
    expect(plan(5, 7, 'K13').every(({ kind }) => kind === 'migration')).toBe(true)
    expect(plan(5, 7, 'anytime').every(({ kind }) => kind === 'anytime')).toBe(true)
  })
})
