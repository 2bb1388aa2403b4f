import { Problem } from '../domain/problem.ts'
import type { Refusal } from './events.ts'
import { displayState, type LifeCycleState } from './state.ts'

/** Characters of a comment or a reason. */
export const LONGEST_COMMENT = 2_000

/** Also what another organisation's alarm looks like. */
export function notFound(alarm: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `There is no alarm ${alarm}.`,
    why: 'The id is wrong, or the alarm belongs to another organisation.',
    next: 'Look it up in the list of alarms.',
  })
}

/** Refuses a text that is a book, and an empty one where something must be said. */
export function checkText(where: string, text: string | undefined): void {
  if (text === undefined) return
  if (text.trim() === '') {
    throw new Problem({
      kind: 'invalid',
      what: 'Something must be said.',
      where,
      why: 'Whoever comes after you has to know why.',
      next: 'Write a few words.',
    })
  }
  if (text.length <= LONGEST_COMMENT) return
  throw new Problem({
    kind: 'too_large',
    what: `The ${where === 'reason' ? 'reason' : 'comment'} is too long.`,
    where,
    why: `It has at most ${LONGEST_COMMENT} characters.`,
    next: 'Shorten it.',
  })
}

/** What a person is told whose command cannot be carried out, with the state that refuses it. */
export function refused(refusal: Refusal, state: LifeCycleState): Problem {
  return new Problem({
    kind: 'conflict',
    ...explained[refusal],
    facts: { refusal, state: displayState(state), raise: state.raise },
  })
}

interface Words {
  readonly what: string
  readonly why: string
  readonly next: string
}

const look = 'Load the alarm again to see what happened.'
const who = 'Load the alarm again to see who did.'

const explained: Readonly<Record<Refusal, Words>> = {
  not_open: {
    what: 'The alarm is not open.',
    why: 'It has returned to normal and nothing is left to do with it.',
    next: look,
  },
  already_acknowledged: {
    what: 'The alarm is acknowledged already.',
    why: 'Somebody else acknowledged it first.',
    next: who,
  },
  another_raise: {
    what: 'The alarm was raised anew in the meantime.',
    why: 'The acknowledgement names an earlier raise than the one that stands now.',
    next: 'Load the alarm again, look at the new raise and acknowledge that.',
  },
  has_case: {
    what: 'The alarm has a case already.',
    why: 'A case was opened for this occurrence before.',
    next: 'Load the alarm again and follow its case.',
  },
  not_acknowledged: {
    what: 'The alarm is not acknowledged.',
    why: 'It was never acknowledged, or somebody took that back, or it was raised anew.',
    next: 'Acknowledge it first.',
  },
  confirm_not_required: {
    what: 'The alarm need not be confirmed.',
    why: 'Its rule asks for an acknowledgement at most.',
    next: 'Nothing is left to do here.',
  },
  already_confirmed: {
    what: 'The alarm is confirmed already.',
    why: 'Somebody else confirmed it first.',
    next: who,
  },
  same_person: {
    what: 'You acknowledged this alarm yourself.',
    why: 'Its rule wants a second person to confirm that it is dealt with.',
    next: 'Ask a colleague to look and confirm.',
  },
  not_confirmed: {
    what: 'The alarm is not confirmed.',
    why: 'Its rule wants a second person to confirm before it is reset.',
    next: 'Ask a colleague to look and confirm, then reset it.',
  },
  not_latched: {
    what: 'The alarm is not latched.',
    why: 'It was reset already, or its rule does not latch.',
    next: look,
  },
  still_active: {
    what: 'The alarm is still active.',
    why: 'Only what is normal again can be reset.',
    next: 'Wait until the condition is gone.',
  },
  already_shelved: {
    what: 'The alarm is shelved already.',
    why: 'Somebody put it aside before.',
    next: 'End that shelf first, or wait until it ends.',
  },
  not_shelved: {
    what: 'The alarm is not shelved.',
    why: 'The shelf has ended, or there never was one.',
    next: look,
  },
  already_out_of_service: {
    what: 'The alarm is out of service already.',
    why: 'Somebody took it out before.',
    next: who,
  },
  not_out_of_service: {
    what: 'The alarm is in service.',
    why: 'Somebody put it back, or it was never out.',
    next: look,
  },
}
