import { describe, expect, it } from 'vitest'
import { runRuleTests } from '../../../src/workshop/run-rule-tests.ts'
import { readRuleFiles } from '../../../src/workshop/rule-files.ts'

const rule = `rules:
  hi:
    condition: { kind: threshold, role: level, above: 50 }
    onDelay: 2m
`

function mistakesOf(text: string): readonly string[] {
  return readRuleFiles([{ path: 'x.test.yaml', text }]).mistakes.map(
    ({ line, what, next }) => `${line}: ${what}${next === undefined ? '' : `; ${next}`}`,
  )
}

describe('a file of tests', () => {
  it('says in which line a rule is not known, and which is meant', () => {
    const text = `${rule}tests:
  a:
    rule: hj
    series: { level: "1" }
    expect: [{ at: 1m, state: NORMAL }]
`
    expect(mistakesOf(text)).toEqual(['7: there is no rule "hj"; did you mean "hi"?'])
  })

  it('says which word of a series cannot be read', () => {
    const text = `${rule}tests:
  a:
    rule: hi
    series: { level: "1 2 stale" }
    expect: [{ at: 1m, state: NORMAL }]
`
    const [mistake] = readRuleFiles([{ path: 'x.test.yaml', text }]).mistakes
    expect(mistake).toMatchObject({
      line: 8,
      why: 'expected a series (not a word of a series: stale)',
    })
  })

  it.each([
    ['nothing is expected', 'expect: [{ at: 1m }]', 8],
    ['a key is misspelt', 'expect: [{ at: 1m, stat: ACTIVE }]', 8],
    ['a moment is none', 'expect: [{ at: soon, state: ACTIVE }]', 8],
    ['an asset is not watched', 'expect: [{ at: 1m, asset: lamp, state: ACTIVE }]', 8],
  ])('is refused when %s', (_, expected, line) => {
    const text = `${rule}tests:
  a:
    rule: hi
    ${expected}
    series: { level: "1" }
`
    const [mistake] = readRuleFiles([{ path: 'x.test.yaml', text }]).mistakes
    expect(mistake?.line).toBe(line)
  })

  it('wants to know which asset is meant when there are several', () => {
    const text = `${rule}tests:
  a:
    rule: hi
    assets:
      one: { series: { level: "1" } }
      two: { series: { level: "1" } }
    expect: [{ at: 1m, state: NORMAL }]
`
    expect(mistakesOf(text)).toEqual(['11: which asset is meant?; say asset:'])
  })

  it('points a wrong change of a rule out', () => {
    const text = `${rule}tests:
  a:
    rule: hi
    series: { level: "1" }
    changes: [{ at: 1m, set: { onDelay: long } }]
    expect: [{ at: 1m, state: NORMAL }]
`
    const [mistake] = readRuleFiles([{ path: 'x.test.yaml', text }]).mistakes
    expect(mistake).toMatchObject({ line: 9, what: 'onDelay is "long"' })
  })

  it('finds rules in the files beside it, and takes its own first', () => {
    const real = `    name: { sv: a, nb: a, en: a }
    priority: 3
    assets: { type: Lamp }
    faultClass: dark
    condition: { kind: threshold, role: level, above: 99 }
`
    const beside = { path: 'x.yaml', text: `rules:\n  hi:\n${real}  low:\n${real}` }
    const story = 'series: { level: "60x9" }\n    expect: [{ at: 9m, state: NORMAL }]\n'
    const text = `${rule}tests:
  a:
    rule: low
    ${story}  b:
    rule: hi
    ${story}`
    const { tests, mistakes } = runRuleTests([beside, { path: 'x.test.yaml', text }])
    expect(mistakes).toEqual([])
    expect(tests.map(({ name, holds }) => [name, holds])).toEqual([
      ['a', true],
      ['b', false],
    ])
  })
})

describe('a test that does not hold', () => {
  it('says line, moment, what was expected and what was seen', () => {
    const text = `${rule}tests:
  a:
    rule: hi
    series: { level: "60x9" }
    expect:
      - { at: 1m, state: ACTIVE }
      - { at: 5m, raised: [1m], annunciations: 2, why: "level < 50" }
`
    const { tests } = runRuleTests([{ path: 'x.test.yaml', text }])
    expect(tests).toMatchObject([
      {
        name: 'a',
        rule: 'hi',
        line: 6,
        holds: false,
        expectations: 2,
        broken: [
          { line: 10, differences: [{ of: 'state', expected: 'ACTIVE', seen: 'PENDING' }] },
          {
            line: 11,
            differences: [
              { of: 'raised', expected: '1m', seen: '2m' },
              { of: 'annunciations', expected: '2', seen: '1' },
              { of: 'why', expected: 'level < 50', seen: 'level 60 ≥ 50 for 2m' },
            ],
          },
        ],
        said: ['raised asset 2026-01-01T00:02:00.000Z'],
      },
    ])
  })
})
