import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Assignee, Colleague, Wanted } from '../../src/assignment/assignment.ts'
import { resolveAssignee } from '../../src/assignment/resolve-assignee.ts'

const names = ['anna', 'bo', 'cia', 'dan', 'eva', 'finn', 'gun', 'hans'] as const
const units = ['park', 'light', 'water'] as const

function colleague(person: string, rest: Partial<Colleague> = {}): Colleague {
  return {
    person,
    units: ['park'],
    mayWork: true,
    isAway: false,
    deputies: [],
    isOnDuty: true,
    openCases: 0,
    ...rest,
  }
}

function town(...colleagues: readonly Colleague[]): Map<string, Colleague> {
  return new Map(colleagues.map((one) => [one.person, one]))
}

const away = (...deputies: string[]) => ({ isAway: true, deputies })

describe('a case for Anna', () => {
  const anna: Wanted = { unit: 'park', person: 'anna' }

  it.each<[string, Colleague[], Partial<Assignee>]>([
    [
      'is hers while she is there, even when she is off duty',
      [colleague('anna', { isOnDuty: false })],
      { person: 'anna', for: null, because: [{ person: 'anna', verdict: 'chosen' }] },
    ],
    [
      'is for her first deputy while she is away, of whatever unit that one is',
      [
        colleague('anna', away('bo', 'cia')),
        colleague('bo', { units: [], isOnDuty: false }),
        colleague('cia'),
      ],
      { person: 'bo', for: 'anna' },
    ],
    [
      'is for the second deputy when the first has no rights',
      [
        colleague('anna', away('bo', 'cia')),
        colleague('bo', { mayWork: false }),
        colleague('cia'),
      ],
      {
        person: 'cia',
        for: 'anna',
        because: [
          { person: 'anna', verdict: 'away' },
          { person: 'bo', verdict: 'not_allowed' },
          { person: 'cia', verdict: 'chosen' },
        ],
      },
    ],
    [
      'is for whom she named before it is for whom her deputy named',
      [
        colleague('anna', away('bo', 'cia')),
        colleague('bo', away('dan')),
        colleague('cia'),
        colleague('dan'),
      ],
      { person: 'cia', for: 'anna' },
    ],
    [
      'is for the deputy of her deputy when that one is away too',
      [colleague('anna', away('bo')), colleague('bo', away('cia')), colleague('cia')],
      { person: 'cia', for: 'anna' },
    ],
    [
      'goes round no circle of deputies, and then to the nearest',
      [
        colleague('anna', away('bo')),
        colleague('bo', away('cia')),
        colleague('cia', away('anna')),
        colleague('finn', { openCases: 3 }),
        colleague('eva', { openCases: 3 }),
        colleague('dan', { openCases: 4 }),
        colleague('gun', { isOnDuty: false }),
        colleague('hans', { units: ['light'] }),
      ],
      {
        person: 'eva',
        for: 'anna',
        because: [
          { person: 'anna', verdict: 'away' },
          { person: 'bo', verdict: 'away' },
          { person: 'cia', verdict: 'away' },
          { person: 'anna', verdict: 'loop' },
          { person: 'gun', verdict: 'off_duty' },
          { person: 'eva', verdict: 'chosen' },
        ],
      },
    ],
    [
      "is for the unit's queue when nobody is left",
      [colleague('anna', away('bo', 'nobody')), colleague('bo', { mayWork: false })],
      { person: null, for: null },
    ],
    [
      'is for the nearest when she may not work any more, and in no name of hers',
      [colleague('anna', { mayWork: false }), colleague('bo')],
      { person: 'bo', for: null },
    ],
    ['is for the nearest when nobody knows her', [colleague('bo')], { person: 'bo' }],
  ])('%s', (_what, colleagues, expected) => {
    expect(resolveAssignee(anna, town(...colleagues))).toMatchObject(expected)
  })

  it('goes down a chain of a thousand people and finds the last', () => {
    const chain = Array.from({ length: 1_000 }, (_, at) =>
      colleague(`p${at}`, at === 999 ? {} : away(`p${at + 1}`, 'p0')),
    )
    const found = resolveAssignee({ unit: 'park', person: 'p0' }, town(...chain))
    expect(found).toMatchObject({ person: 'p999', for: 'p0' })
  })

  it('goes round a circle of a thousand people where everybody names ten', () => {
    const chain = Array.from({ length: 1_000 }, (_, at) =>
      colleague(
        `p${at}`,
        away(...Array.from({ length: 10 }, (_, by) => `p${(at + by * by + 1) % 1_000}`)),
      ),
    )
    const found = resolveAssignee({ unit: 'park', person: 'p0' }, town(...chain))
    expect(found).toMatchObject({ person: null, for: null })
  })
})

it('a case for no person is in the queue of its unit', () => {
  const found = resolveAssignee({ unit: 'park', person: null }, town(colleague('anna')))
  expect(found).toEqual({ unit: 'park', person: null, for: null, because: [] })
})

const someColleagues = fc
  .uniqueArray(fc.constantFrom(...names), { maxLength: names.length })
  .chain((present) =>
    fc.tuple(
      ...present.map((person) =>
        fc.record<Colleague>({
          person: fc.constant(person),
          units: fc.uniqueArray(fc.constantFrom(...units), { maxLength: 2 }),
          mayWork: fc.boolean(),
          isAway: fc.boolean(),
          deputies: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
          isOnDuty: fc.boolean(),
          openCases: fc.nat({ max: 3 }),
        }),
      ),
    ),
  )
const someWanted = fc.record({
  unit: fc.constantFrom(...units),
  person: fc.option(fc.constantFrom(...names)),
})

describe('whoever gets it', () => {
  it('is there and may, and stands in only for somebody who is away', () => {
    fc.assert(
      fc.property(someWanted, someColleagues, (wanted, colleagues) => {
        const found = resolveAssignee(wanted, town(...colleagues))
        expect(found.unit).toBe(wanted.unit)
        const of = (id: string | null) => colleagues.find(({ person }) => person === id)
        expect(found.person === null || fits(of(found.person))).toBe(true)
        expect(found.for === null || found.for === wanted.person).toBe(true)
        expect(found.for === null || of(found.for)?.isAway).toBe(true)
        const verdicts = found.because.map(({ verdict }) => verdict)
        expect(verdicts.includes('chosen')).toBe(found.person !== null)
        expect(found.person).toBe(
          found.because.find(({ verdict }) => verdict === 'chosen')?.person ?? null,
        )
      }),
      { numRuns: 2_000 },
    )
  })

  it('is the one that a slow reading of the rules finds', () => {
    fc.assert(
      fc.property(someWanted, someColleagues, (wanted, colleagues) => {
        const { person, for: standsFor } = resolveAssignee(wanted, town(...colleagues))
        expect({ person, for: standsFor }).toEqual(oracle(wanted, colleagues))
      }),
      { numRuns: 5_000 },
    )
  })

  it('is the same in whatever order colleagues are listed', () => {
    const shuffled = someColleagues.chain((colleagues) =>
      fc.tuple(
        fc.constant(colleagues),
        fc.shuffledSubarray([...colleagues], { minLength: colleagues.length }),
      ),
    )
    fc.assert(
      fc.property(someWanted, shuffled, (wanted, [one, other]) => {
        expect(resolveAssignee(wanted, town(...one))).toEqual(
          resolveAssignee(wanted, town(...other)),
        )
      }),
      { numRuns: 1_000 },
    )
  })
})

function fits(one: Colleague | undefined): boolean {
  return one?.isAway === false && one.mayWork
}

/**
 * The rules said another way: generation by generation of deputies as sets of paths, then the
 * minimum over the unit. A path that names somebody twice adds nobody.
 */
function oracle(
  { unit, person }: Wanted,
  colleagues: readonly Colleague[],
): Pick<Assignee, 'person' | 'for'> {
  if (person === null) return { person: null, for: null }
  const of = (id: string) => colleagues.find((one) => one.person === id)
  const standsFor = of(person)?.isAway === true ? person : null
  let generation: readonly (readonly string[])[] = [[person]]
  while (generation.length > 0) {
    const asked = generation.map((path) => path.at(-1) ?? '')
    const first = asked.find((id) => fits(of(id)))
    if (first !== undefined)
      return { person: first, for: first === person ? null : standsFor }
    generation = generation.flatMap((path) => {
      const last = of(path.at(-1) ?? '')
      if (last?.isAway !== true) return []
      return last.deputies.filter((id) => !path.includes(id)).map((id) => path.concat(id))
    })
  }
  const best = colleagues
    .filter((one) => one.units.includes(unit) && fits(one) && one.isOnDuty)
    .reduce<Colleague | undefined>((least, one) => {
      if (least === undefined || one.openCases < least.openCases) return one
      return one.openCases === least.openCases && one.person < least.person ? one : least
    }, undefined)
  return { person: best?.person ?? null, for: best === undefined ? null : standsFor }
}
