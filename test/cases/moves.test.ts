import { expect, it } from 'vitest'
import type { CaseActor, CaseMove, CaseRole } from '../../src/cases/cases.ts'
import { timeUs } from '../../src/domain/time.ts'
import { caseState, closingReason, type CaseState } from '../../src/cases/views.ts'
import { checkMove } from '../../src/cases/workflow/check-move.ts'
import { reasons, reasonsFor } from '../../src/cases/workflow/reasons.ts'
import { allowedMoves, moves } from '../../src/cases/workflow/table.ts'
import { anna } from './town.ts'

const roles: readonly CaseRole[] = [
  'reporter',
  'customer_service',
  'handler',
  'contractor',
  'administrator',
  'system',
  'partner',
]
const states = caseState.options
const pairs = states.flatMap((from) => states.map((to) => [from, to] as const))
const everything = {
  version: 3,
  text: 'Därför.',
  at: timeUs(1),
  outside: 'Trafikverket',
  target: 'b',
}

function attempt(from: CaseState, to: CaseState, role: CaseRole) {
  const reason = reasonsFor(role)[0]
  return () =>
    checkMove(
      { state: from, priorState: from === 'hidden' ? to : null, version: 3 },
      {
        ...everything,
        to,
        by: { role, name: role },
        ...(to === 'closed' && from !== 'hidden' && reason !== undefined && { reason }),
      },
    )
}

const triples = pairs.flatMap(([from, to]) =>
  roles.map((role) => [from, to, role] as const),
)
const may = ([from, to, role]: (typeof triples)[number]) =>
  moves[from][to]?.roles.includes(role) === true

it('lets everybody make the moves of the table', () => {
  const allowed = triples.filter(may)
  expect(allowed.length).toBeGreaterThan(100)
  for (const [from, to, role] of allowed) expect(attempt(from, to, role)().to).toBe(to)
})

it('lets nobody make another, and says which there are', () => {
  for (const [from, to, role] of triples.filter((triple) => !may(triple))) {
    const prior = from === 'hidden' ? to : null
    const open = allowedMoves({ state: from, priorState: prior }, role)
    expect(attempt(from, to, role)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          kind: 'conflict',
          facts: expect.objectContaining({ moves: open }),
        }),
      }),
    )
  }
})

it('leads on from every state, and back from where it is out of sight', () => {
  for (const state of states) {
    const on = Object.keys(moves[state])
    expect(on.length).toBeGreaterThan(1)
    expect(on).not.toContain(state)
    expect([state, ...on]).toContain('hidden')
  }
  expect(allowedMoves({ state: 'hidden', priorState: 'planned' }, 'administrator')).toEqual(
    ['planned'],
  )
})

const received = { state: 'received', priorState: null, version: 1 } as const

it.each<[string, Partial<CaseMove>, string]>([
  ['closing without a reason', { to: 'closed' }, 'reason'],
  ['a reason without closing', { to: 'assigned', reason: 'fixed' }, 'reason'],
  ['accepting without telling why', { to: 'closed', reason: 'accepted_no_action' }, 'text'],
  ['a programme that is not named', { to: 'closed', reason: 'in_programme' }, 'text'],
  ['an opinion without an answer', { to: 'closed', reason: 'opinion_answered' }, 'text'],
  [
    'sending away without saying to whom',
    { to: 'closed', reason: 'not_responsible', text: 'Inte vi.' },
    'outside',
  ],
  [
    'sending away without saying why',
    { to: 'closed', reason: 'not_responsible', outside: 'Trafikverket', text: ' \n' },
    'text',
  ],
  ['a duplicate of nothing', { to: 'closed', reason: 'duplicate' }, 'target'],
  ['a plan without a day', { to: 'planned' }, 'at'],
  ['a question without words', { to: 'waiting_reporter', at: timeUs(1) }, 'text'],
  ['a question without end', { to: 'waiting_reporter', text: 'Var?' }, 'at'],
  ['handing to nobody', { to: 'waiting_external' }, 'outside'],
  ['a text that is too long', { to: 'assigned', text: 'x'.repeat(2_001) }, 'text'],
  [
    'a name that is too long',
    { to: 'waiting_external', outside: 'x'.repeat(201) },
    'outside',
  ],
])('refuses %s', (_, said, where) => {
  expect(() =>
    checkMove(received, { to: 'assigned', version: 1, by: anna, ...said }),
  ).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({ kind: 'invalid', where }),
    }),
  )
})

it('makes whoever sends work back, opens it again or hides it say why', () => {
  const boss: CaseActor = { role: 'administrator', name: 'user:eva' }
  const steps: readonly (readonly [CaseState, CaseState])[] = [
    ['done_reported', 'in_progress'],
    ['closed', 'assigned'],
    ['assigned', 'hidden'],
  ]
  for (const [state, to] of steps) {
    const asked = () =>
      checkMove({ state, priorState: null, version: 1 }, { to, version: 1, by: boss })
    expect(asked).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ where: 'text' }) }),
    )
  }
})

it('lets timers give only reasons that no person has to answer for', () => {
  expect(reasonsFor('system')).toEqual([
    'self_recovered',
    'duplicate',
    'insufficient_info',
    'withdrawn',
    'expired',
  ])
  expect(reasonsFor('reporter')).toEqual(['withdrawn'])
  expect(reasonsFor('handler')).toEqual(closingReason.options)
  expect(reasonsFor('contractor')).toEqual([])
})

it('counts nothing as fixed that was only accepted', () => {
  for (const reason of closingReason.options) {
    const fixed = reason === 'fixed' || reason === 'self_recovered'
    expect(reasons[reason].claimsGone).toBe(fixed)
    expect(reasons[reason].outcome === 'real').toBe(fixed)
  }
})

it('tells a handler with a stale version what the case is now', () => {
  const now = { state: 'assigned', priorState: null, version: 4 } as const
  expect(() => checkMove(now, { to: 'in_progress', version: 3, by: anna })).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({
        kind: 'conflict',
        where: 'version',
        facts: { version: 4, state: 'assigned', moves: allowedMoves(now, 'handler') },
      }),
    }),
  )
})
