import { expect, it } from 'vitest'
import type { CaseState } from '../../src/cases/views.ts'
import { checkMove, moves } from '../../src/cases/workflow.ts'

const states: readonly CaseState[] = [
  'received',
  'assigned',
  'in_progress',
  'done_reported',
  'closed',
]
const pairs = states.flatMap((from) => states.map((to) => [from, to] as const))

const attempt = (from: CaseState, to: CaseState) => () =>
  checkMove(
    { state: from, version: 3 },
    { to, version: 3, actor: 'user:anna', ...(to === 'closed' && { reason: 'fixed' }) },
  )
const allows = ([from, to]: (typeof pairs)[number]) =>
  moves[from].some((allowed) => allowed === to)

it.each(pairs.filter(allows))('lets a case go from %s to %s', (from, to) => {
  expect(attempt(from, to)().to).toBe(to)
})

it.each(pairs.filter((pair) => !allows(pair)))(
  'does not let a case go from %s to %s, and says where it may go',
  (from, to) => {
    expect(attempt(from, to)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          kind: 'conflict',
          facts: expect.objectContaining({ moves: moves[from] }),
        }),
      }),
    )
  },
)

it.each([
  ['closing without a reason', { to: 'closed' }, 'reason'],
  ['a reason without closing', { to: 'assigned', reason: 'fixed' }, 'reason'],
  ['accepting without telling why', { to: 'closed', reason: 'accepted_no_action' }, 'text'],
  [
    'sending away without saying where',
    { to: 'closed', reason: 'not_responsible', text: ' \n' },
    'text',
  ],
  ['a text that is too long', { to: 'assigned', text: 'x'.repeat(2_001) }, 'text'],
] as const)('refuses %s', (_, said, where) => {
  expect(() =>
    checkMove(
      { state: 'received', version: 1 },
      { version: 1, actor: 'user:anna', ...said },
    ),
  ).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({ kind: 'invalid', where }),
    }),
  )
})

it('tells a handler with a stale version what the case is now', () => {
  const now = { state: 'assigned', version: 4 } as const
  expect(() =>
    checkMove(now, { to: 'in_progress', version: 3, actor: 'user:anna' }),
  ).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({
        kind: 'conflict',
        where: 'version',
        facts: { version: 4, state: 'assigned', moves: moves.assigned },
      }),
    }),
  )
})
