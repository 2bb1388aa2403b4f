import type { DetectorTransition } from '../../src/domain/transition.ts'
import { shortOf } from './rules.ts'

type Chapter = 'none' | 'told' | 'untold' | 'told, blind' | 'untold, blind'

/** The words that may follow in the story of one alarm without activations; `?` where age does not matter. */
const next: Readonly<Record<Chapter, Readonly<Record<string, Chapter>>>> = {
  none: { raised: 'told', 'raised historical': 'untold' },
  told: { 'cleared?': 'none', 'evidence_lost?': 'told, blind' },
  untold: {
    announced: 'told',
    'cleared historical': 'none',
    'evidence_lost historical': 'untold, blind',
  },
  'told, blind': { 'evidence_back?': 'told' },
  'untold, blind': { 'evidence_back historical': 'untold' },
}

/** What is wrong with the order of the words about one alarm; empty when it is a true story. */
export function storyFlaws(transitions: readonly DetectorTransition[]): readonly string[] {
  const flaws: string[] = []
  let chapter: Chapter = 'none'
  let raisedAt = -Infinity
  for (const transition of transitions) {
    const { event, at, historical } = transition
    const words: Readonly<Record<string, Chapter>> = next[chapter]
    const following =
      words[historical ? `${event} historical` : event] ?? words[`${event}?`]
    if (following === undefined) flaws.push(`${shortOf(transition)} while ${chapter}`)
    if (event === 'raised') raisedAt = at
    if (event === 'cleared' && at < raisedAt)
      flaws.push(`${shortOf(transition)} before its raise`)
    chapter = following ?? chapter
  }
  return flaws
}
