import { describe, expect, it } from 'vitest'
import { beforeFirstRaise, displayState, isaLetter } from '../../src/alarms/state.ts'
import { ended, go, lenient, plain, strict, walk, type Name } from './walk.ts'

const stories: readonly (readonly [string, readonly Name[], readonly string[]])[] = [
  [
    'is acknowledged, clears and is over',
    ['raised', 'acknowledge', 'cleared'],
    ['unacknowledged', 'acknowledged', 'normal'],
  ],
  [
    'clears before anybody saw it and waits for somebody to acknowledge it',
    ['raised', 'cleared', 'acknowledge'],
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
    ['raised in old data', 'acknowledge', 'announced', 'cleared'],
    ['unannounced', 'unannounced_acknowledged', 'acknowledged', 'normal'],
  ],
  [
    'ends with its rule, acknowledged or not',
    ['raised', 'withdrawn', 'raised', 'acknowledge', 'withdrawn'],
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
    'cannot be acknowledged twice, nor when it is not there, nor by an earlier raise',
    ['acknowledge', 'raised', 'acknowledge another', 'acknowledge', 'acknowledge'],
    ['not_open', 'unacknowledged', 'another_raise', 'acknowledged', 'already_acknowledged'],
  ],
  [
    'gets one case only',
    ['open case', 'raised', 'open case'],
    ['not_open', 'unacknowledged', 'has_case'],
  ],
  [
    'must be acknowledged anew when it gets worse, and not when it gets better',
    ['raised', 'acknowledge', 'worse', 'acknowledge', 'better'],
    ['unacknowledged', 'acknowledged', 'unacknowledged', 'acknowledged', 'acknowledged'],
  ],
  [
    'is asked for again when nothing happens, as often as the rule says',
    ['raised', 'acknowledge', 're-alarm', 'acknowledge', 're-alarm'],
    ['unacknowledged', 'acknowledged', 'unacknowledged', 'acknowledged', 'acknowledged'],
  ],
  [
    'may have its acknowledgement taken back',
    ['raised', 'unacknowledge', 'acknowledge', 'unacknowledge'],
    ['unacknowledged', 'not_acknowledged', 'acknowledged', 'unacknowledged'],
  ],
  [
    'that needs nobody to confirm or reset it says so',
    ['raised', 'confirm', 'reset'],
    ['unacknowledged', 'confirm_not_required', 'not_latched'],
  ],
  [
    'is shelved once at a time',
    ['unshelve', 'shelve', 'shelve once', 'unshelve', 'in service', 'out of service'],
    ['not_shelved', 'normal', 'already_shelved', 'normal', 'not_out_of_service', 'normal'],
  ],
]

const strictStories: typeof stories = [
  [
    'stands latched until it was acknowledged, confirmed by another and reset',
    [
      'raised',
      'reset',
      'acknowledge',
      'cleared',
      'reset',
      'confirm oneself',
      'confirm',
      'reset',
    ],
    [
      'unacknowledged',
      'still_active',
      'acknowledged',
      'returned_acknowledged',
      'not_confirmed',
      'same_person',
      'returned_acknowledged',
      'normal',
    ],
  ],
  [
    'is not reset before it was acknowledged',
    ['raised', 'confirm', 'cleared', 'reset', 'acknowledge', 'confirm', 'confirm'],
    [
      'unacknowledged',
      'not_acknowledged',
      'returned_unacknowledged',
      'not_acknowledged',
      'returned_acknowledged',
      'returned_acknowledged',
      'already_confirmed',
    ],
  ],
  [
    'in old data alone latches nothing',
    ['raised in old data', 'cleared'],
    ['unannounced', 'normal'],
  ],
]

describe('an alarm', () => {
  it.each(stories)('%s', (_name, events, expected) => {
    expect(walk(plain, ...events)).toEqual(expected)
  })

  it.each(strictStories)(
    'that latches and needs two people %s',
    (_name, events, expected) => {
      expect(walk(strict, ...events)).toEqual(expected)
    },
  )

  it('whose rule wants no acknowledgement closes when it clears', () => {
    expect(walk(lenient, 'raised', 'cleared')).toEqual(['unacknowledged', 'normal'])
    expect(walk({ ...lenient, latching: true }, 'raised', 'cleared', 'reset')).toEqual([
      'unacknowledged',
      'returned_unacknowledged',
      'normal',
    ])
  })

  it('keeps standing while evidence is lost, and trusts evidence again when it clears', () => {
    const blind = ended(plain, ['raised', 'evidence lost'])
    expect(blind).toMatchObject({ condition: 'active', evidence: 'lost' })
    expect(go(blind, 'cleared', plain).state.evidence).toBe('good')
    expect(ended(plain, ['evidence lost']).evidence).toBe('good')
  })
})

describe('the letter of ISA-18.2', () => {
  it.each([
    ['A', beforeFirstRaise],
    ['B', ended(plain, ['raised'])],
    ['C', ended(plain, ['raised', 'acknowledge'])],
    ['D', ended(plain, ['raised', 'cleared'])],
    ['E', ended(plain, ['raised', 'shelve'])],
    ['F', ended(plain, ['raised', 'shelve', 'cause comes'])],
    ['G', ended(plain, ['raised', 'shelve', 'cause comes', 'out of service'])],
    ['B', ended(strict, ['raised', 'cleared'])],
    ['C', ended(strict, ['raised', 'acknowledge', 'cleared'])],
  ] as const)('is %s', (letter, state) => {
    const kinds = state.suppression.map(({ kind }) => kind)
    expect(isaLetter(state, kinds)).toBe(letter)
  })

  it.each([
    ['normal', beforeFirstRaise],
    ['unacknowledged', ended(plain, ['raised'])],
    ['unacknowledged', ended(plain, ['raised in old data'])],
    ['acknowledged', ended(plain, ['raised in old data', 'acknowledge'])],
    ['returned_unacknowledged', ended(plain, ['raised', 'cleared'])],
    ['returned_acknowledged', ended(strict, ['raised', 'acknowledge', 'cleared'])],
  ] as const)('goes with %s', (shown, state) => {
    expect(displayState(state)).toBe(shown)
  })
})
