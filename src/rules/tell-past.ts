import type { Block, Saying } from './block.ts'
import type { Recorder } from './recorder.ts'
import { mark } from './rows.ts'
import type { Speaker } from './speaker.ts'
import type { amend } from './story.ts'

/** What people know of a target before its past is judged anew. */
export interface Known {
  readonly isOpen: boolean
  /** When it began, as people were told. */
  readonly toldAt: number
  readonly announced: boolean
  readonly lost: boolean
  readonly level: number
}

/** See `Known`. */
export function knownOf(block: Block, target: number): Known {
  const { rows } = block
  return {
    isOpen: block.isOpen(target),
    toldAt: block.episodes.toldAt(target) ?? rows.raisedAt[target] ?? -Infinity,
    announced: block.isAnnounced(target),
    lost: rows.has(target, mark.lost),
    level: rows.level[target] ?? 1,
  }
}

interface Telling {
  readonly before: Known
  readonly said: ReturnType<typeof amend>
  /** What would have been said in the right order. */
  readonly recorder: Recorder
  readonly speaker: Speaker
}

/** Says how the story differs from what people know, now that the target's past was judged anew. */
export function tellPast(block: Block, target: number, what: Telling): void {
  const { before } = what
  const raised = amends(block, target, what)
  if (!block.isOpen(target)) return
  // The same alarm goes on, and people know it by the time that they were told.
  if (before.isOpen && !raised && block.rows.raisedAt[target] !== before.toldAt)
    block.episodes.set(target, [...block.episodes.of(target), before.toldAt])
  tellState(block, target, { ...what, raised })
}

/** Says the amendments; true when one of them raised the alarm that stands now. */
function amends(
  block: Block,
  target: number,
  { said, before, recorder, speaker }: Telling,
): boolean {
  let raised = false
  const recall = (event: 'raised' | 'cleared', at: number, historical: boolean): void => {
    const told = recorder.find(event, at)
    const level = told?.level ?? block.rows.level[target] ?? 1
    const evidence = told?.evidence ?? speaker.evidence(block, target, event)
    speaker.repeat(block, target, { event, at, historical, level, evidence })
  }
  for (const one of said) {
    switch (one.event) {
      case 'missed':
        recall('raised', one.raisedAt, true)
        recall('cleared', one.end, true)
        break
      case 'raised':
        raised = true
        recall('raised', one.at, !block.isAnnounced(target))
        break
      case 'cleared':
        if (before.lost) {
          // No alarm ends blind: what ended it is evidence.
          const historical = !before.announced
          speaker.say(block, target, { event: 'evidence_back', at: one.at, historical })
        }
        recall('cleared', one.at, !before.announced)
        break
      case 'corrected': {
        const isStanding = before.isOpen && one.at === before.toldAt
        const historical = !isStanding || !before.announced
        speaker.say(block, target, { event: 'corrected', at: one.at, historical })
        break
      }
    }
  }
  return raised
}

type Sight = Pick<Known, 'announced' | 'lost'>

/**
 * The words that lead from what people know to what is. Nothing is announced blind: who was told that
 * evidence is lost hears first that it came back. What was announced stays so.
 */
function sightWords(known: Sight, now: Sight): readonly Saying['event'][] {
  const announces = now.announced && !known.announced
  if (announces)
    return [
      ...(known.lost ? (['evidence_back'] as const) : []),
      'announced',
      ...(now.lost ? (['evidence_lost'] as const) : []),
    ]
  if (known.lost === now.lost) return []
  return [now.lost ? 'evidence_lost' : 'evidence_back']
}

/** What else is to be told of an alarm that stands, in either story. */
function tellState(
  block: Block,
  target: number,
  { before, raised, speaker }: Telling & { readonly raised: boolean },
): void {
  const { rows } = block
  const level = rows.level[target] ?? 1
  const now = { announced: block.isAnnounced(target), lost: rows.has(target, mark.lost) }
  const known = raised ? { announced: now.announced, lost: false, level } : before
  const at = rows.time[target] ?? 0
  let { announced } = known
  const say = (event: Saying['event']): void => {
    announced ||= event === 'announced'
    speaker.say(block, target, { event, at, historical: !announced })
  }
  for (const event of sightWords(known, now)) say(event)
  if (level !== known.level) say('level')
  if (announced) rows.set(target, mark.announced)
}
