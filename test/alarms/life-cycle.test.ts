import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  advance,
  beforeFirstRaise,
  displayState,
  table,
  type LifeCycleEvent,
  type LifeCycleState,
} from '../../src/alarms/life-cycle.ts'

type Name =
  | 'raised'
  | 'raised in old data'
  | 'announced'
  | 'cleared'
  | 'evidence lost'
  | 'evidence back'
  | 'withdrawn'
  | 'acknowledged by a person'
  | 'case opened by a person'

function eventOf(name: Name, raise: number): LifeCycleEvent {
  const said = { historical: false, confirm: 'immediately' } as const
  switch (name) {
    case 'raised':
    case 'announced':
    case 'cleared':
    case 'withdrawn':
      return { kind: name, ...said }
    case 'raised in old data':
      return { kind: 'raised', ...said, historical: true }
    case 'evidence lost':
      return { kind: 'evidence_lost', ...said }
    case 'evidence back':
      return { kind: 'evidence_back', ...said }
    case 'acknowledged by a person':
      return { kind: 'acknowledge', raise }
    case 'case opened by a person':
      return { kind: 'case_opened' }
  }
}

/** Walks through events and tells where the alarm stands after each; a refusal is told by its name. */
function walk(...names: readonly Name[]): readonly string[] {
  let state = beforeFirstRaise
  return names.map((name) => {
    const answer = advance(state, eventOf(name, state.raise))
    if (!answer.ok) return answer.refusal
    state = answer.state
    return state.standing
  })
}

const stories: readonly (readonly [string, readonly Name[], readonly string[]])[] = [
  [
    'is acknowledged, clears and is over',
    ['raised', 'acknowledged by a person', 'cleared'],
    ['unacknowledged', 'acknowledged', 'normal'],
  ],
  [
    'clears before anybody saw it and waits for somebody to acknowledge it',
    ['raised', 'cleared', 'acknowledged by a person'],
    ['unacknowledged', 'returned_unacknowledged', 'normal'],
  ],
  [
    'comes back before it was acknowledged and is the same occurrence',
    ['raised', 'cleared', 'raised'],
    ['unacknowledged', 'returned_unacknowledged', 'unacknowledged'],
  ],
  [
    'rose and cleared in old data without disturbing anyone',
    ['raised in old data', 'cleared'],
    ['unannounced', 'normal'],
  ],
  [
    'rose in old data, is still true and is announced',
    ['raised in old data', 'announced', 'cleared'],
    ['unannounced', 'unacknowledged', 'returned_unacknowledged'],
  ],
  [
    'is acknowledged by somebody who saw it before it was announced',
    ['raised in old data', 'acknowledged by a person', 'announced', 'cleared'],
    ['unannounced', 'unannounced_acknowledged', 'acknowledged', 'normal'],
  ],
  [
    'ends with its rule, acknowledged or not',
    ['raised', 'withdrawn', 'raised', 'acknowledged by a person', 'withdrawn'],
    ['unacknowledged', 'normal', 'unacknowledged', 'acknowledged', 'normal'],
  ],
  [
    'is withdrawn while it waits for an acknowledgement',
    ['raised', 'cleared', 'withdrawn'],
    ['unacknowledged', 'returned_unacknowledged', 'normal'],
  ],
  [
    'never clears without having risen',
    ['cleared', 'raised', 'cleared', 'cleared'],
    ['normal', 'unacknowledged', 'returned_unacknowledged', 'returned_unacknowledged'],
  ],
  [
    'is raised when the detector announces what the life-cycle never heard of',
    ['announced'],
    ['unacknowledged'],
  ],
  [
    'cannot be acknowledged twice, nor when it is not there',
    ['acknowledged by a person', 'raised', 'acknowledged by a person'],
    ['not_open', 'unacknowledged', 'acknowledged'],
  ],
  [
    'gets one case only',
    ['case opened by a person', 'raised', 'case opened by a person'],
    ['not_open', 'unacknowledged', 'has_case'],
  ],
]

describe('an alarm', () => {
  it.each(stories)('%s', (_name, events, expected) => {
    expect(walk(...events)).toEqual(expected)
  })

  it('answers every event in every standing', () => {
    const columns = Object.keys(table.normal)
    for (const row of Object.values(table)) expect(Object.keys(row)).toEqual(columns)
    expect(Object.keys(table)).toHaveLength(6)
  })

  it('counts a raise that comes back as a new raise, so an old acknowledgement misses it', () => {
    const back = ended(['raised', 'cleared', 'raised'])
    expect(back.raise).toBe(2)
    expect(advance(back, { kind: 'acknowledge', raise: 1 })).toEqual({
      ok: false,
      refusal: 'another_raise',
    })
    expect(advance(back, { kind: 'acknowledge', raise: 2 })).toMatchObject({ ok: true })
  })

  it('keeps standing while evidence is lost, and trusts evidence again when it clears', () => {
    expect(ended(['raised', 'evidence lost'])).toMatchObject({
      standing: 'unacknowledged',
      evidence: 'lost',
    })
    expect(ended(['raised', 'evidence lost', 'evidence back']).evidence).toBe('good')
    expect(ended(['raised', 'evidence lost', 'cleared']).evidence).toBe('good')
    expect(ended(['evidence lost']).evidence).toBe('good')
  })

  it('asks for a case by the policy of its rule, and tells the case of an alarm that came back', () => {
    const said = { kind: 'raised', historical: false } as const
    const manual = advance(beforeFirstRaise, { ...said, confirm: 'manual' })
    expect(manual).toMatchObject({ effects: ['open_occurrence', 'annunciate'] })
    const once = advance(beforeFirstRaise, { ...said, confirm: 'immediately' })
    expect(once).toMatchObject({ effects: ['open_occurrence', 'annunciate', 'open_case'] })
    const again = advance(ended(['raised', 'cleared']), {
      ...said,
      confirm: 'immediately',
    })
    expect(again).toMatchObject({ effects: ['reraise', 'annunciate', 'open_case'] })
  })

  it.each([
    ['normal', 'normal', 1, null],
    ['unacknowledged', 'active', 0, 'an occurrence'],
    ['acknowledged', 'active', 1, 'an occurrence'],
    ['returned_unacknowledged', 'normal', 0, 'an occurrence'],
  ] as const)('is shown as %s', (shown, condition, acknowledged, occurrence) => {
    expect(displayState({ condition, acknowledged, occurrence })).toBe(shown)
  })

  it('whatever happens, effects say truly what changed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 40 }), (history) => {
        let state = beforeFirstRaise
        for (const name of history) {
          const answer = advance(state, eventOf(name, state.raise))
          if (!answer.ok) continue
          expectHonestEffects(state, answer.state, answer.effects)
          state = answer.state
        }
      }),
    )
  })
})

const names = [
  'raised',
  'raised in old data',
  'announced',
  'cleared',
  'evidence lost',
  'evidence back',
  'withdrawn',
  'acknowledged by a person',
  'case opened by a person',
] as const satisfies readonly Name[]

function ended(events: readonly Name[]): LifeCycleState {
  let state = beforeFirstRaise
  for (const name of events) {
    const answer = advance(state, eventOf(name, state.raise))
    if (answer.ok) state = answer.state
  }
  return state
}

function expectHonestEffects(
  before: LifeCycleState,
  after: LifeCycleState,
  effects: readonly string[],
): void {
  const wasOpen = before.standing !== 'normal'
  const isOpen = after.standing !== 'normal'
  expect(effects.includes('open_occurrence')).toBe(!wasOpen && isOpen)
  expect(effects.some((effect) => effect.startsWith('close_'))).toBe(wasOpen && !isOpen)
  const cameBack = effects.includes('reraise') && effects.includes('annunciate')
  const told = before.hasCase ? cameBack : after.hasCase
  expect(effects.includes('open_case')).toBe(told)
  const raises = effects.includes('open_occurrence') || effects.includes('reraise')
  expect(after.raise - before.raise).toBe(raises ? 1 : 0)
  expect(isOpen || !after.hasCase).toBe(true)
}
