import { describe, expect, it } from 'vitest'
import { timeUs } from '../../../src/domain/time.ts'
import type { Evidence } from '../../../src/domain/transition.ts'
import type { Explained, ExplainedNode } from '../../../src/rules/explained.ts'
import { testedRule } from '../../../src/rules/tests/rule-test.ts'
import { durationText } from '../../../src/rules/why/duration-text.ts'
import { whySentence } from '../../../src/rules/why/sentence.ts'
import { whyTree } from '../../../src/rules/why/tree.ts'

const at = timeUs(1_790_000_000_000_000)

function leaf(
  truth: ExplainedNode['truth'],
  value: Evidence['value'],
  more: Partial<Evidence> & { because?: string; role?: string } = {},
): ExplainedNode {
  const { because, ...facts } = more
  const evidence = {
    role: 'level',
    point: null,
    value,
    quality: 'good',
    at,
    ...facts,
  } as const
  return {
    kind: 'leaf',
    truth,
    evidence: [evidence],
    of: [],
    ...(because !== undefined && { because }),
  }
}

function sentence(
  condition: unknown,
  node: ExplainedNode,
  more: Partial<Explained> = {},
): string {
  const rule = testedRule.parse({ condition, onDelay: '90s' })
  return whySentence(rule, {
    rule: 'r',
    ruleVersion: 1,
    asset: 'a',
    at,
    phase: 'NORMAL',
    condition: node,
    ...more,
  })
}

describe('the sentence of a', () => {
  const high = { kind: 'threshold', role: 'level', above: 50, deadband: 8 }
  const low = { kind: 'threshold', role: 'level', below: 50, deadband: 8 }
  it.each([
    ['limit that is reached', high, leaf('true', 50, { limit: 50 }), 'level 50 ≥ 50'],
    ['deadband', high, leaf('true', 45, { limit: 50 }), 'level 45 ≥ 50 − 8 (its deadband)'],
    ['limit that is not', high, leaf('false', 41, { limit: 42 }), 'level 41 < 50'],
    ['low limit', low, leaf('true', 49), 'level 49 ≤ 50'],
    ['low deadband', low, leaf('true', 55), 'level 55 ≤ 50 + 8 (its deadband)'],
    [
      'limit of the asset',
      { ...high, above: { attribute: 'most' } },
      leaf('true', 60, { limit: 55 }),
      'level 60 ≥ 55',
    ],
    [
      'reading that is not there',
      high,
      leaf('unknown', null, { because: 'no_reading' }),
      'level unknown (no reading yet)',
    ],
    [
      'state',
      { kind: 'state', role: 'door', in: ['open', 'tilted'] },
      leaf('false', 'closed'),
      'door is closed, not open or tilted',
    ],
    ['night', { kind: 'dark' }, leaf('true', null), 'dark'],
    [
      'silence',
      { kind: 'noData', timeout: '1h30m' },
      leaf('true', null),
      'silent for longer than 1h30m',
    ],
  ])('%s', (_, condition, node, words) => {
    expect(sentence(condition, node)).toBe(words)
  })

  const sum = { kind: 'group', edge: 'FEEDS', value: 'sum', role: 'inflow', above: 120 }
  const member = (truth: ExplainedNode['truth'], value: number | null) =>
    Object.assign(leaf(truth, value), { kind: 'value' })
  const members = [member('true', 70), member('true', 60), member('unknown', null)]
  const group = (truth: ExplainedNode['truth'], more: Partial<Evidence> = {}) => ({
    ...leaf(truth, null, { role: 'inflow', ...more }),
    kind: 'group',
    of: members,
  })
  it.each([
    [
      'sum that is reached',
      sum,
      group('true', { limit: 120, computed: 130 }),
      'sum of inflow 130 ≥ 120 over 2 of 3 members',
    ],
    [
      'sum in its deadband',
      { ...sum, deadband: 10 },
      group('true', { limit: 120, computed: 115 }),
      'sum of inflow 115 ≥ 120 − 10 (its deadband) over 2 of 3 members',
    ],
    [
      'mean that is not reached',
      { ...sum, value: 'mean', above: undefined, below: { attribute: 'least' } },
      group('false', { limit: 20, computed: 65 }),
      'mean of inflow 65 > 20 over 2 of 3 members',
    ],
    [
      'sum of too few',
      sum,
      { ...group('unknown', { limit: 120 }), because: 'few_known' },
      'sum of inflow unknown (too few of its members are known)',
    ],
    [
      'sum of none',
      sum,
      { ...group('unknown', { limit: 120 }), because: 'few_known', of: [] },
      'sum of inflow unknown (too few of its members are known)',
    ],
  ])('%s', (_, condition, node, words) => {
    expect(sentence(condition, node)).toBe(words)
  })

  it('sum has a line for each member', () => {
    const rule = testedRule.parse({ condition: sum })
    const node = group('true', { limit: 120, computed: 130 })
    const explained = {
      rule: 'r',
      ruleVersion: 1,
      asset: 'a',
      at,
      phase: 'ACTIVE',
    } as const
    const lines = whyTree(rule, { ...explained, condition: node })
    expect(lines.map(({ text }) => text)).toEqual([
      'ACTIVE: alarm',
      'sum of inflow 130 ≥ 120 over 2 of 3 members',
      'level 70',
      'level 60',
      'level unknown (nobody can say why)',
    ])
  })

  it('tree has its parts joined, and its delay', () => {
    const condition = {
      kind: 'any',
      of: [
        { kind: 'all', of: [high, { kind: 'dark' }] },
        { kind: 'not', of: low },
      ],
    }
    const node: ExplainedNode = {
      kind: 'any',
      truth: 'true',
      evidence: [],
      of: [
        {
          kind: 'all',
          truth: 'true',
          evidence: [],
          of: [leaf('true', 60), leaf('true', null)],
        },
        { kind: 'not', truth: 'true', evidence: [], of: [leaf('false', 90)] },
      ],
    }
    expect(sentence(condition, node, { phase: 'PENDING' })).toBe(
      '(level 60 ≥ 50 and dark) or not (level 90 > 50) for less than 1m30s',
    )
    const rule = testedRule.parse({ condition })
    const explained = {
      rule: 'r',
      ruleVersion: 1,
      asset: 'a',
      at,
      phase: 'ACTIVE',
      condition: node,
    } as const
    expect(
      whyTree(rule, explained).map(({ depth, truth, text }) => [depth, truth, text]),
    ).toEqual([
      [0, undefined, 'ACTIVE: alarm'],
      [1, 'true', 'any of'],
      [2, 'true', 'all of'],
      [3, 'true', 'level 60 ≥ 50'],
      [3, 'true', 'dark'],
      [2, 'true', 'not'],
      [3, 'false', 'level 90 > 50'],
    ])
  })
})

describe('a duration', () => {
  it.each([
    [0, '0s'],
    [90_000_000, '1m30s'],
    [86_400_000_000 + 3_600_000_000, '1d1h'],
    [500_000, '500ms'],
  ])('%d is %s', (us, text) => {
    expect(durationText(us)).toBe(text)
  })
})
