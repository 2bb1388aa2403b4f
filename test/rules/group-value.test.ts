import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { condition as conditionSchema } from '../../src/rules/condition.ts'
import type { RuleTarget } from '../../src/rules/detector.ts'
import { lab, ruled, type Stimulus } from '../support/rules.ts'

type Heard = Stimulus & { readonly kind: 'reading' }

const heard = (point: number, value: number, at: number): Heard => ({
  kind: 'reading',
  point,
  value,
  at,
})
const bad = (point: number, at: number): Heard => ({
  kind: 'reading',
  point,
  value: null,
  quality: 'bad',
  at,
})

const sum = { kind: 'group', edge: 'PROCESS', value: 'sum', role: 'inflow', above: 100 }

/** A zone of so many stations; the inflow of the first is point 1. */
function zone(text: Parameters<typeof ruled>[0], stations = 3): RuleTarget {
  const members = Array.from({ length: stations }, (_, index) => ({
    asset: `station-${index + 1}`,
    points: new Map([['inflow', (index + 1) as PointId]]),
    attributes: {},
  }))
  return { ...ruled(text), asset: 'zone', points: new Map(), members }
}

describe('the sum of a group', () => {
  it('is known when all its members are, and says what it was', () => {
    const tower = lab(zone({ condition: sum }))
    expect(tower.say(heard(1, 60, 0), heard(2, 60, 1))).toEqual([])
    const [raised] = tower.step(heard(3, 1, 2))
    expect(raised).toMatchObject({
      key: { asset: 'zone' },
      event: 'raised',
      evidence: [
        { condition: 'group', role: 'inflow', point: null, limit: 100, computed: 121 },
      ],
    })
    expect(tower.say(bad(3, 3), heard(1, 0, 4), heard(3, 1, 5))).toEqual([
      'evidence_lost 3',
      'evidence_back 5',
      'cleared 5',
    ])
  })

  it('forgets a member that was silent for longer than maxGap', () => {
    const tower = lab(zone({ condition: sum }, 2))
    expect(tower.say(heard(1, 60, 0), heard(2, 60, 181))).toEqual([])
    expect(tower.say(heard(1, 60, 200))).toEqual(['raised 200'])
  })

  it('forgets its deadband with a delay that was cut', () => {
    const tower = lab(zone({ condition: { ...sum, deadband: 20 }, onDelay: '2m' }, 1))
    expect(tower.say(heard(1, 100, 0), bad(1, 60), heard(1, 90, 100))).toEqual([])
    expect(tower.due()).toBeUndefined()
    tower.say(heard(1, 100, 160))
    expect(tower.say(heard(1, 90, 290))).toEqual(['raised 280'])
  })

  it('has a limit of its own by attribute and by schedule', () => {
    const above = { attribute: 'capacity' }
    const rule = zone({ condition: { ...sum, above } }, 1)
    expect(lab(rule).say(heard(1, 60, 0))).toEqual([])
    const tower = lab({ ...rule, attributes: { capacity: 50 } })
    expect(tower.say(heard(1, 60, 0))).toEqual(['raised 0'])
    // The tests begin on 2026-09-21 at 16:13:20 in Stockholm.
    const schedule = [{ during: { from: '16:20', to: '17:00' }, value: 50 }]
    const byClock = { ...sum, above: { schedule, otherwise: 100 } }
    const other = lab(zone({ condition: byClock, maxGap: '1h' }, 1))
    expect(other.say(heard(1, 60, 0))).toEqual([])
    expect(other.due()).toBe(400)
    expect(other.say({ kind: 'timer', at: 400 })).toEqual(['raised 400'])
  })

  it('says why it is not known, member by member', () => {
    const tower = lab(zone({ condition: sum }))
    tower.say(heard(1, 60, 0), bad(2, 1))
    expect(tower.detector.explain('high', 'zone')?.condition).toMatchObject({
      kind: 'group',
      truth: 'unknown',
      because: 'few_known',
      of: [
        { kind: 'value', truth: 'true', evidence: [{ role: 'inflow', value: 60 }] },
        { truth: 'unknown', because: 'bad' },
        { truth: 'unknown', because: 'no_reading' },
      ],
    })
    const unlimited = lab(zone({ condition: { ...sum, above: { attribute: 'most' } } }, 1))
    unlimited.say(heard(1, 60, 0))
    expect(unlimited.detector.explain('high', 'zone')?.condition).toMatchObject({
      truth: 'unknown',
      because: 'no_parameter',
    })
  })
})

/** The rule comes into force as that version of the configuration. */
function next(
  target: RuleTarget,
  at: number,
  {
    version = 2,
    ruleVersion = version,
  }: Partial<Record<'version' | 'ruleVersion', number>> = {},
): Stimulus {
  const targets = [{ ...target, ruleVersion }]
  return { kind: 'activation', version, targets, at }
}

describe('an activation', () => {
  it('holds a changed limit against the sum as it is known', () => {
    const tower = lab(zone({ condition: sum }, 2))
    expect(tower.say(heard(1, 60, 0), heard(2, 60, 1))).toEqual(['raised 1'])
    expect(tower.say(next(zone({ condition: { ...sum, above: 110 } }, 2), 2))).toEqual([])
    const higher = zone({ condition: { ...sum, above: 130 } }, 2)
    expect(tower.say(next(higher, 3, { version: 3 }))).toEqual(['withdrawn 3'])
  })

  it('with another member goes on from what the members say', () => {
    const tower = lab(zone({ condition: sum }, 2))
    expect(tower.say(heard(1, 60, 0), heard(2, 60, 1))).toEqual(['raised 1'])
    expect(tower.say(next(zone({ condition: sum }, 3), 2, { ruleVersion: 1 }))).toEqual([])
    expect(tower.say(heard(1, 60, 3))).toEqual(['evidence_lost 3'])
    expect(tower.say(heard(3, 1, 4))).toEqual(['evidence_back 4'])
  })
})

interface Group {
  readonly value: 'sum' | 'mean'
  readonly side: 'above' | 'below'
  readonly deadband: number
  readonly population: number
  readonly mostUnknown: number | undefined
}

const groups: fc.Arbitrary<Group> = fc.record({
  value: fc.constantFrom('sum', 'mean'),
  side: fc.constantFrom('above', 'below'),
  deadband: fc.nat(20),
  population: fc.integer({ min: 1, max: 3 }),
  mostUnknown: fc.constantFrom(undefined, 0, 0.34, 1),
})

const histories: fc.Arbitrary<readonly Heard[]> = fc
  .array(
    fc.record({
      wait: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
        fc.integer({ min: 1, max: 400 }),
      ),
      point: fc.integer({ min: 1, max: 3 }),
      value: fc.integer({ min: 20, max: 70 }),
      isBad: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let at = 0
    return steps.map(({ wait, point, value, isBad }) => {
      at += wait
      return isBad ? bad(point, at) : heard(point, value, at)
    })
  })

/** What is said of a group without delays, from the words of the README: everything anew at each reading. */
function expected(group: Group, history: readonly Heard[]): readonly string[] {
  const limit = group.value === 'sum' ? 130 : 45
  const allowed = group.mostUnknown ?? (group.value === 'sum' ? 0 : 1)
  let isOpen = false
  return history.flatMap(({ at }, index) => {
    const past = history.slice(0, index + 1)
    const known = [1, 2, 3].flatMap((point) => {
      const last = past.findLast((one) => one.point === point)
      if (last === undefined || last.quality === 'bad' || at - last.at > 180) return []
      return [Number(last.value)]
    })
    if (known.length < group.population || (3 - known.length) / 3 > allowed) return []
    const total = known.reduce((all, one) => all + one, 0)
    const value = group.value === 'sum' ? total : total / known.length
    const margin = isOpen ? group.deadband : 0
    const holds = group.side === 'above' ? value >= limit - margin : value <= limit + margin
    if (holds === isOpen) return []
    isOpen = holds
    return [`${holds ? 'raised' : 'cleared'} ${at}`]
  })
}

describe('a group that is added up', () => {
  it('agrees with a slow model of its words', () => {
    fc.assert(
      fc.property(groups, histories, (group, history) => {
        const { side, mostUnknown, ...rest } = group
        const condition = {
          ...sum,
          ...rest,
          above: undefined,
          [side]: group.value === 'sum' ? 130 : 45,
          mostUnknown,
        }
        const said = lab(zone({ condition })).say(...history)
        const told = said.filter((one) => !one.startsWith('evidence'))
        expect(told).toEqual(expected(group, history))
      }),
      { numRuns: 500 },
    )
  })
})

describe('the text of a group', () => {
  const of = { kind: 'threshold', role: 'power', below: 5 }
  const count = { kind: 'group', edge: 'FEEDS', of, atLeast: 2 }
  it.each([
    ['neither limit', { ...sum, above: undefined }],
    ['both limits', { ...sum, below: 3 }],
    ['no role', { ...sum, role: undefined }],
    ['a condition of its members', { ...sum, of }],
    ['a share that must be TRUE', { ...sum, share: 0.5 }],
    ['another value', { ...sum, value: 'median' }],
    ['more unknown than all', { ...sum, mostUnknown: 1.1 }],
    ['no member at all', { ...sum, population: 0 }],
    ['a count with a limit', { ...count, above: 3 }],
    ['a count of a role', { ...count, value: 'count', role: 'power' }],
    ['a group in a group', { ...count, of: sum }],
    ['groups of two kinds of edge', { kind: 'all', of: [sum, count] }],
    ['groups of two types', { kind: 'all', of: [sum, { ...sum, members: 'Streetlight' }] }],
  ])('is refused with %s', (_, text) => {
    expect(conditionSchema.safeParse(text).success).toBe(false)
  })

  it('is a count where nothing is said', () => {
    const parsed = conditionSchema.parse(count)
    expect(parsed).toMatchObject({ kind: 'group', population: 1 })
    expect(parsed).not.toHaveProperty('value')
  })
})
