import { expect, it } from 'vitest'
import { picture } from '../../src/cli/apply.ts'
import { startProgress } from '../../src/cli/progress.ts'
import { explain, type Terminal } from '../../src/cli/terminal.ts'
import type { ApplyAnswer } from '../../src/api/local/answers.ts'
import { Problem, type ProblemKind } from '../../src/domain/problem.ts'

function terminal(): Terminal & { readonly said: string[] } {
  const said: string[] = []
  return {
    said,
    out: (text) => said.push(`out: ${text}`),
    err: (text) => said.push(text),
    interactive: false,
    env: {},
    agree: () => Promise.resolve(true),
    stop: new AbortController().signal,
  }
}

const codes: Record<ProblemKind, number> = {
  invalid: 3,
  conflict: 3,
  reused: 3,
  too_large: 3,
  not_found: 4,
  unavailable: 5,
  too_many: 5,
  forbidden: 1,
  unauthenticated: 1,
}

it.each(Object.entries(codes))('a refusal that is %s ends with %i', (kind, code) => {
  const one = terminal()
  const problem = new Problem({ kind: kind as ProblemKind, what: 'no', next: 'try' })
  expect(explain(problem, one)).toBe(code)
  expect(one.said).toEqual(['gatuvakt: no', '  next:  try'])
})

it('says what, where, why and what next, in four lines', () => {
  const one = terminal()
  explain(
    new Problem({
      kind: 'invalid',
      what: 'what',
      where: 'where',
      why: 'why',
      next: 'next',
    }),
    one,
  )
  expect(one.said).toEqual([
    'gatuvakt: what',
    '  where: where',
    '  why:   why',
    '  next:  next',
  ])
})

it('shows where a fault of the program came from', () => {
  const one = terminal()
  expect(explain(new TypeError('x is undefined'), one)).toBe(1)
  expect(one.said.join('\n')).toMatch(/TypeError: x is undefined\n\s+at /)
})

it('writes a line now and then where nobody watches a bar', () => {
  const one = terminal()
  const progress = startProgress(one, 'rows')
  for (const done of [1_000, 9_999, 10_000, 15_000, 20_000, 20_001]) progress.at(done)
  progress.end()
  expect(one.said).toEqual(['10000 rows', '20000 rows'])
})

const answer: ApplyAnswer = {
  organisation: 'north',
  version: 7,
  changes: [],
  mistakes: [],
  warnings: [],
}

it('draws a difference as one line a change, and counts', () => {
  const changes = (['create', 'update', 'rename', 'retire', 'unchanged'] as const).map(
    (change) => ({
      change,
      kind: 'asset',
      slug: `lamp-${change}`,
      fields: change === 'update' ? ['name', 'place'] : [],
    }),
  )
  expect(picture({ ...answer, changes, warnings: ['a lamp has no place'] })).toBe(
    [
      '  note: a lamp has no place',
      '  + asset lamp-create',
      '  ~ asset lamp-update: name, place',
      '  → asset lamp-rename',
      '  - asset lamp-retire',
      'north: 4 changes, now version 7',
    ].join('\n'),
  )
})

it('says who must decide in a conflict', () => {
  const changes = [
    { change: 'conflict' as const, kind: 'rule', slug: 'dark', fields: ['priority'] },
  ]
  expect(picture({ ...answer, version: null, changes })).toMatch(
    / {2}! rule dark: priority\nnorth: nothing was changed, 1 objects .*--take yaml/,
  )
})

it('stops at 60 lines and says how many are left', () => {
  const changes = Array.from({ length: 61 }, (_, index) => {
    return { change: 'create' as const, kind: 'asset', slug: `lamp-${index}`, fields: [] }
  })
  const lines = picture({ ...answer, version: null, changes }).split('\n')
  expect(lines).toHaveLength(62)
  expect(lines.slice(-2)).toEqual([
    '  … and 1 more',
    'north: 61 changes, not applied (dry run)',
  ])
})
