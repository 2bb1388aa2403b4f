import { describe, expect, it } from 'vitest'
import { beforeFirstRaise } from '../../src/alarms/state.ts'
import { go, plain, strict, tellings, type Name } from './walk.ts'

const heard: readonly (readonly [string, readonly Name[], readonly string[]])[] = [
  [
    'of its raise, its clear and its end',
    ['raised', 'cleared', 'acknowledge'],
    ['raised', 'cleared', 'acknowledged', 'closed'],
  ],
  [
    'nothing of what is suppressed from its raise to its clear',
    ['raised with a cause', 'cleared'],
    [],
  ],
  [
    'of what a cause kept from them, once the last cause is gone',
    [
      'raised with a cause',
      'second cause comes',
      'cause goes',
      'second cause goes',
      'second cause goes',
    ],
    ['raised'],
  ],
  [
    'of a clear although it is suppressed, if they know of the raise',
    ['raised', 'shelve', 'cleared', 'shelf ends'],
    ['raised', 'suppressed', 'cleared'],
  ],
  [
    'of what stands when a shelf ends, acknowledged or not',
    ['raised', 'acknowledge', 'shelve', 'shelf ends'],
    ['raised', 'acknowledged', 'suppressed', 'raised'],
  ],
  [
    'of an alarm that rises after the shelf until clear ended with a clear',
    ['raised', 'shelve once', 'cleared', 'raised'],
    ['raised', 'suppressed', 'cleared', 'raised'],
  ],
  [
    'that it got worse, better, or nothing at all',
    ['raised', 'worse', 'better'],
    ['raised', 'worse', 'better'],
  ],
  [
    'the level of now when suppression ends, not each on the way',
    ['raised with a cause', 'worse', 'better', 'worse', 'cause goes'],
    ['raised'],
  ],
  [
    'that somebody should look again',
    ['raised', 'acknowledge', 're-alarm'],
    ['raised', 'acknowledged', 'again'],
  ],
  [
    'that an acknowledgement was taken back',
    ['raised', 'acknowledge', 'unacknowledge'],
    ['raised', 'acknowledged', 'unacknowledged'],
  ],
  [
    'nothing of works that begin and end while nothing is wrong',
    ['works begin', 'works end'],
    [],
  ],
  [
    'of more assets only if they know of it',
    ['raised with a cause', 'gathered', 'cause goes', 'gathered'],
    ['raised', 'gathered'],
  ],
  ['of what is withdrawn that it is over', ['raised', 'withdrawn'], ['raised', 'closed']],
]

describe('people hear', () => {
  it.each(heard)('%s', (_name, events, expected) => {
    expect(tellings(plain, ...events)).toEqual(expected)
  })

  it('of a latched alarm that came and went in maintenance, when the works end', () => {
    expect(tellings(strict, 'raised with a cause', 'cleared', 'cause goes')).toEqual([
      'raised',
      'cleared',
    ])
  })

  it('of chatter once, and again after a quiet minute if it still stands', () => {
    let state = beforeFirstRaise
    const said: string[] = []
    const moves: Name[] = ['raised', 'cleared', 'raised', 'cleared', 'raised', 'cleared']
    for (const name of [...moves, ...moves, 'raised', 'quiet'] as const) {
      // All within one minute.
      const answer = go(state, name, plain)
      state = answer.state
      if (answer.ok) said.push(...answer.effects.filter((one) => one.startsWith('tell_')))
    }
    expect(said).toEqual([
      'tell_raised',
      'tell_cleared',
      'tell_raised',
      'tell_cleared',
      'tell_raised',
    ])
    expect(state).toMatchObject({ chattering: false, told: true })
  })
})
