import { describe, expect, it } from 'vitest'
import type { Policy, Refusal } from '../../src/alarms/events.ts'
import { standingOf, type Standing } from '../../src/alarms/state.ts'
import { ended, go, names, plain, strict, type Name } from './walk.ts'

/**
 * The transition table of the life-cycle, every cell written out: an event in a standing leads to a standing, or a
 * person is refused. `!`: people are told that it stands. The regions that a standing does not show (suppression,
 * evidence, chatter) are searched through in `every-state.test.ts`.
 */
const words = {
  N: 'normal',
  U: 'unacknowledged',
  A: 'acknowledged',
  /** Returned, not acknowledged. */
  D: 'returned_unacknowledged',
  /** Returned and acknowledged; a confirmation or a reset is missing. */
  R: 'returned_acknowledged',
  /** Raised in old data, not announced. */
  O: 'unannounced',
  P: 'unannounced_acknowledged',
} as const satisfies Readonly<Record<string, Standing>>

type Letter = keyof typeof words
type Cell = Letter | `${Letter}!` | Refusal

/** Ways to every standing; which there are depends on what the rule asks of people. */
const ways: Readonly<Record<Letter, readonly Name[]>> = {
  N: [],
  U: ['raised'],
  A: ['raised', 'acknowledge'],
  D: ['raised', 'cleared'],
  R: ['raised', 'acknowledge', 'cleared'],
  O: ['raised in old data'],
  P: ['raised in old data', 'acknowledge'],
}

type Row<Letters extends readonly Letter[]> = { readonly [L in keyof Letters]: Cell }

/** Of a rule that asks for an acknowledgement: normal and acknowledged is over. */
const plainColumns = ['N', 'U', 'A', 'D', 'O', 'P'] as const
// prettier-ignore
const plainTable: Readonly<Record<Name, Row<typeof plainColumns>>> = {
  raised: ['U!', 'U', 'A', 'U!', 'U!', 'A!'],
  'raised in old data': ['O', 'U', 'A', 'O', 'O', 'P'],
  'raised with a cause': ['U', 'U', 'A', 'U', 'U', 'A'],
  announced: ['U!', 'U', 'A', 'U!', 'U!', 'A!'],
  cleared: ['N', 'D', 'N', 'D', 'N', 'N'],
  worse: ['N', 'U!', 'U!', 'D', 'O', 'O'],
  better: ['N', 'U', 'A', 'D', 'O', 'P'],
  'evidence lost': ['N', 'U', 'A', 'D', 'O', 'P'],
  'evidence back': ['N', 'U', 'A', 'D', 'O', 'P'],
  corrected: ['N', 'U', 'A', 'D', 'O', 'P'],
  withdrawn: ['N', 'N', 'N', 'N', 'N', 'N'],
  acknowledge: ['not_open', 'A', 'already_acknowledged', 'N', 'P', 'already_acknowledged'],
  'acknowledge another': ['not_open', 'another_raise', 'already_acknowledged', 'another_raise', 'another_raise', 'already_acknowledged'],
  unacknowledge: ['not_open', 'not_acknowledged', 'U!', 'not_acknowledged', 'not_acknowledged', 'O'],
  confirm: ['confirm_not_required', 'confirm_not_required', 'confirm_not_required', 'confirm_not_required', 'confirm_not_required', 'confirm_not_required'],
  'confirm oneself': ['confirm_not_required', 'confirm_not_required', 'confirm_not_required', 'confirm_not_required', 'confirm_not_required', 'confirm_not_required'],
  reset: ['not_open', 'not_latched', 'not_latched', 'not_latched', 'not_latched', 'not_latched'],
  shelve: ['N', 'U', 'A', 'D', 'O', 'P'],
  'shelve once': ['N', 'U', 'A', 'D', 'O', 'P'],
  unshelve: ['not_shelved', 'not_shelved', 'not_shelved', 'not_shelved', 'not_shelved', 'not_shelved'],
  'shelf ends': ['N', 'U', 'A', 'D', 'O', 'P'],
  'out of service': ['N', 'U', 'A', 'D', 'O', 'P'],
  'in service': ['not_out_of_service', 'not_out_of_service', 'not_out_of_service', 'not_out_of_service', 'not_out_of_service', 'not_out_of_service'],
  comment: ['N', 'U', 'A', 'D', 'O', 'P'],
  'open case': ['not_open', 'has_case', 'has_case', 'has_case', 'O', 'P'],
  'cause comes': ['N', 'U', 'A', 'D', 'O', 'P'],
  'cause goes': ['N', 'U', 'A', 'D', 'O', 'P'],
  'second cause comes': ['N', 'U', 'A', 'D', 'O', 'P'],
  'second cause goes': ['N', 'U', 'A', 'D', 'O', 'P'],
  'works begin': ['N', 'U', 'A', 'D', 'O', 'P'],
  'works end': ['N', 'U', 'A', 'D', 'O', 'P'],
  're-alarm': ['N', 'U', 'U!', 'D', 'O', 'O'],
  quiet: ['N', 'U', 'A', 'D', 'O', 'P'],
  gathered: ['N', 'U', 'A', 'D', 'O', 'P'],
}

/** Of a rule that latches and wants a second person. */
const strictColumns = ['N', 'U', 'A', 'D', 'R', 'O', 'P'] as const
// prettier-ignore
const strictTable: Readonly<Record<Name, Row<typeof strictColumns>>> = {
  raised: ['U!', 'U', 'A', 'U!', 'U!', 'U!', 'A!'],
  'raised in old data': ['O', 'U', 'A', 'O', 'O', 'O', 'P'],
  'raised with a cause': ['U', 'U', 'A', 'U', 'U', 'U', 'A'],
  announced: ['U!', 'U', 'A', 'U!', 'U!', 'U!', 'A!'],
  cleared: ['N', 'D', 'R', 'D', 'R', 'N', 'N'],
  worse: ['N', 'U!', 'U!', 'D', 'R', 'O', 'O'],
  better: ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'evidence lost': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'evidence back': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  corrected: ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  withdrawn: ['N', 'N', 'N', 'N', 'N', 'N', 'N'],
  acknowledge: ['not_open', 'A', 'already_acknowledged', 'R', 'already_acknowledged', 'P', 'already_acknowledged'],
  'acknowledge another': ['not_open', 'another_raise', 'already_acknowledged', 'another_raise', 'already_acknowledged', 'another_raise', 'already_acknowledged'],
  unacknowledge: ['not_open', 'not_acknowledged', 'U!', 'not_acknowledged', 'D', 'not_acknowledged', 'O'],
  confirm: ['not_open', 'not_acknowledged', 'A', 'not_acknowledged', 'R', 'not_acknowledged', 'P'],
  'confirm oneself': ['not_open', 'not_acknowledged', 'same_person', 'not_acknowledged', 'same_person', 'not_acknowledged', 'same_person'],
  reset: ['not_open', 'still_active', 'still_active', 'not_acknowledged', 'not_confirmed', 'still_active', 'still_active'],
  shelve: ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'shelve once': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  unshelve: ['not_shelved', 'not_shelved', 'not_shelved', 'not_shelved', 'not_shelved', 'not_shelved', 'not_shelved'],
  'shelf ends': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'out of service': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'in service': ['not_out_of_service', 'not_out_of_service', 'not_out_of_service', 'not_out_of_service', 'not_out_of_service', 'not_out_of_service', 'not_out_of_service'],
  comment: ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'open case': ['not_open', 'has_case', 'has_case', 'has_case', 'has_case', 'O', 'P'],
  'cause comes': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'cause goes': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'second cause comes': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'second cause goes': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'works begin': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  'works end': ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  're-alarm': ['N', 'U', 'U!', 'D', 'R', 'O', 'O'],
  quiet: ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
  gathered: ['N', 'U', 'A', 'D', 'R', 'O', 'P'],
}

interface Table {
  readonly policy: Policy
  readonly columns: readonly Letter[]
  readonly table: Readonly<Record<Name, readonly Cell[]>>
}

const tables: readonly (readonly [string, Table])[] = [
  [
    'asks for an acknowledgement',
    { policy: plain, columns: plainColumns, table: plainTable },
  ],
  [
    'latches and wants a second person',
    { policy: strict, columns: strictColumns, table: strictTable },
  ],
]

describe.each(tables)('the transition table of a rule that %s', (_, { policy, ...of }) => {
  const { columns, table } = of

  it('begins in every standing there is', () => {
    for (const from of columns) {
      expect(standingOf(ended(policy, ways[from]))).toBe(words[from])
    }
  })

  it.each(names)('%s', (name) => {
    expect(columns.map((from) => cellOf(policy, from, name))).toEqual(table[name])
  })
})

function cellOf(policy: Policy, from: Letter, name: Name): Cell {
  const answer = go(ended(policy, ways[from]), name, policy, 60)
  if (!answer.ok) return answer.refusal
  const standing = standingOf(answer.state)
  const letter = letterOf(standing)
  return answer.effects.includes('annunciate') ? `${letter}!` : letter
}

function letterOf(standing: Standing): Letter {
  const letters: Readonly<Record<Standing, Letter>> = {
    normal: 'N',
    unacknowledged: 'U',
    acknowledged: 'A',
    returned_unacknowledged: 'D',
    returned_acknowledged: 'R',
    unannounced: 'O',
    unannounced_acknowledged: 'P',
  }
  return letters[standing]
}
