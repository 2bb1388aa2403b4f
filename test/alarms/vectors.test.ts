import { describe, expect, it } from 'vitest'
import { isaLetter, type LifeCycleState } from '../../src/alarms/state.ts'
import { ended, go, plain, type Name } from './walk.ts'

/** As RSMP draws it: suspended hides the two other flags. */
function rsmpState({ condition, acknowledged, suppression }: LifeCycleState): string {
  if (suppression.length > 0) return 'suspended'
  if (condition === 'active') return acknowledged ? 'active, acknowledged' : 'active'
  return acknowledged ? 'inactive' : 'inactive, not acknowledged'
}

/**
 * RSMP core 3, the figure of alarm transitions (source/img/dot/alarm_transitions.dot at 9e8f7bc):
 * its five states and twelve edges. Solid edges are messages of the site, dashed ones commands.
 */
const edges: readonly (readonly [string, readonly Name[], Name, string])[] = [
  ['inactive', [], 'raised', 'active'],
  ['inactive, not acknowledged', ['raised', 'cleared'], 'raised', 'active'],
  ['inactive', [], 'shelve', 'suspended'],
  ['suspended', ['shelve'], 'unshelve', 'inactive'],
  ['active', ['raised'], 'shelve', 'suspended'],
  ['suspended', ['raised', 'shelve'], 'unshelve', 'active'],
  ['active, acknowledged', ['raised', 'acknowledge'], 'shelve', 'suspended'],
  ['inactive, not acknowledged', ['raised', 'cleared'], 'shelve', 'suspended'],
  ['active', ['raised'], 'acknowledge', 'active, acknowledged'],
  ['inactive, not acknowledged', ['raised', 'cleared'], 'acknowledge', 'inactive'],
  ['active', ['raised'], 'cleared', 'inactive, not acknowledged'],
  ['active, acknowledged', ['raised', 'acknowledge'], 'cleared', 'inactive'],
]

describe('the transitions of RSMP', () => {
  it.each(edges)('%s (%j), %s: %s', (from, way, event, to) => {
    const before = ended(plain, way)
    expect(rsmpState(before)).toBe(from)
    expect(rsmpState(go(before, event, plain, 60).state)).toBe(to)
  })

  // RSMP core 3, "suspend does not affect acknowledgement": the three flags are independent.
  it('an alarm that is acknowledged and suspended is acknowledged when it is resumed', () => {
    const state = ended(plain, ['raised', 'acknowledge', 'shelve', 'unshelve'])
    expect(rsmpState(state)).toBe('active, acknowledged')
  })

  it('an alarm that clears while it is suspended waits for its acknowledgement afterwards', () => {
    const state = ended(plain, ['raised', 'shelve', 'cleared', 'unshelve'])
    expect(rsmpState(state)).toBe('inactive, not acknowledged')
  })
})

function letterOf(state: LifeCycleState): string {
  return isaLetter(
    state,
    state.suppression.map(({ kind }) => kind),
  )
}

/**
 * The walks through ISA-18.2 of alerta's tests (tests/test_isa_18_2.py at 035bf07), as
 * [event, letter after it]. A higher limit is what it calls a re-alarm. Where it always ends a shelf
 * unacknowledged, we go back to what was (ISA-18.2, 11.7.3).
 */
const walks: Readonly<Record<string, readonly (readonly [Name, string])[]>> = {
  'acknowledged while it is active, with a re-alarm': [
    ['raised', 'B'],
    ['acknowledge', 'C'],
    ['worse', 'B'],
    ['acknowledge', 'C'],
    ['cleared', 'A'],
  ],
  'back to normal before anybody acknowledged it, twice': [
    ['raised', 'B'],
    ['cleared', 'D'],
    ['raised', 'B'],
    ['raised', 'B'],
    ['cleared', 'D'],
    ['acknowledge', 'A'],
  ],
  'shelved and put back': [
    ['raised', 'B'],
    ['acknowledge', 'C'],
    ['shelve', 'E'],
    ['unshelve', 'C'],
    ['shelve', 'E'],
    ['cleared', 'E'],
    ['shelf ends', 'A'],
  ],
  'suppressed by design and let go': [
    ['raised', 'B'],
    ['cause comes', 'F'],
    ['cause goes', 'B'],
  ],
  'taken out of service and put back': [
    ['out of service', 'G'],
    ['raised', 'G'],
    ['in service', 'B'],
  ],
}

describe('the letters of ISA-18.2', () => {
  it.each(Object.entries(walks))('%s', (_name, walk) => {
    const states = walk.map((_step, index) =>
      ended(
        plain,
        walk.slice(0, index + 1).map(([event]) => event),
      ),
    )
    expect(states.map((state) => letterOf(state))).toEqual(walk.map(([, letter]) => letter))
  })
})
