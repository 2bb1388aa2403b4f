import type { PointId } from '../domain/ids.ts'
import type { Evidence } from '../domain/transition.ts'
import { type Block, eachSubject, type Sayer, type Saying } from './block.ts'
import { isSettled, standingIn } from './episodes.ts'
import { advance, evaluate, type Moment } from './evaluate.ts'
import { type KeptReading, type Points, wasHistorical } from './points.ts'
import { mark } from './rows.ts'
import type { Socket } from './socket.ts'
import type { Speaker } from './speaker.ts'
import { amend, type Episode } from './story.ts'

export interface RewindParts {
  readonly points: Points
  /** A point's number among the points, undefined for one that no rule reads. */
  indexOf(point: PointId): number | undefined
  readonly speaker: Speaker
}

interface Step {
  readonly socket: Socket
  readonly subject: number
  readonly point: number
  readonly said: KeptReading
}

interface Told {
  readonly event: 'raised' | 'cleared'
  readonly at: number
  readonly level: number
  readonly evidence: readonly Evidence[]
}

/**
 * A reading of `at` (µs) came after later ones: takes the target back to a checkpoint before it and
 * through everything since, in the right order and silently, then says how the story differs from
 * what was told. False when there is no such checkpoint: then the reading is history only.
 */
export function rewind(
  block: Block,
  target: number,
  { at, parts }: { readonly at: number; readonly parts: RewindParts },
): boolean {
  const stamp = block.stampBefore(target, at)
  if (stamp === undefined) return false
  const steps = stepsOf(block, target, { stamp, parts })
  if (steps === undefined) return false
  const before = standing(block, target)
  const past = episodesOf(block, target)
  const until = block.rows.time[target] ?? at
  block.goBack(target, at)
  const from = standingIn(block.rows, target)
  const recorder = new Recorder(block, target, parts.speaker)
  replay(block, target, { steps, until, recorder })
  const told = past.filter((one) => !isSettled(one, from))
  if (before.isOpen) told.push({ raisedAt: before.raisedAt, end: undefined })
  const settled = past.filter((one) => isSettled(one, from))
  const actual = recorder.episodes()
  const closed = [...settled, ...actual].flatMap(({ raisedAt, end }) =>
    end === undefined ? [] : [raisedAt, end],
  )
  block.episodes.set(target, closed)
  parts.speaker.late = true
  const raised = tell(block, target, {
    said: amend(told, actual, at),
    before,
    recorder,
    parts,
  })
  if (block.isOpen(target)) tellState(block, target, { before, raised, parts })
  parts.speaker.late = false
  return true
}

interface Standing {
  readonly isOpen: boolean
  readonly raisedAt: number
  readonly announced: boolean
  readonly lost: boolean
  readonly level: number
}

function standing(block: Block, target: number): Standing {
  const { rows } = block
  return {
    isOpen: block.isOpen(target),
    raisedAt: rows.raisedAt[target] ?? -Infinity,
    announced: block.isAnnounced(target),
    lost: rows.has(target, mark.lost),
    level: rows.level[target] ?? 1,
  }
}

function episodesOf(block: Block, target: number): Episode[] {
  const flat = block.episodes.of(target)
  const found: Episode[] = []
  for (let index = 0; index < flat.length; index += 2) {
    found.push({ raisedAt: flat[index] ?? 0, end: flat[index + 1] ?? 0 })
  }
  return found
}

/** All readings of the target's points after `stamp`, in order; undefined when some are not kept. */
function stepsOf(
  block: Block,
  target: number,
  { stamp, parts }: { readonly stamp: number; readonly parts: RewindParts },
): readonly Step[] | undefined {
  const steps: Step[] = []
  let whole = true
  for (const socket of block.sockets) {
    eachSubject(socket.crowd, target, (subject) => {
      const id = socket.crowd.subject(subject).points.get(socket.role)
      const point = id === undefined ? undefined : parts.indexOf(id)
      if (point === undefined) return
      const readings = parts.points.since(point, stamp)
      if (readings === undefined) whole = false
      for (const said of readings ?? []) steps.push({ socket, subject, point, said })
    })
  }
  if (!whole) return undefined
  return steps.toSorted((a, b) => a.said.at - b.said.at || a.point - b.point)
}

function replay(
  block: Block,
  target: number,
  what: {
    readonly steps: readonly Step[]
    readonly until: number
    readonly recorder: Sayer
  },
): void {
  const { steps, until, recorder: sayer } = what
  const moment: Moment = { at: 0, byReading: true, historical: false, sayer }
  let next = 0
  while (next < steps.length) {
    const at = steps[next]?.said.at ?? 0
    let end = next
    let historical = true
    for (; steps[end]?.said.at === at; end += 1) {
      historical &&= wasHistorical(steps[end]?.said.meta ?? 0)
    }
    moment.historical = historical
    advance(block, target, { moment, until: at, inclusive: false })
    block.keepCheckpoint(target, at)
    for (; next < end; next += 1) {
      const step = steps[next]
      if (step !== undefined) block.take(step.socket, step.subject, step.said)
    }
    moment.at = at
    moment.byReading = true
    moment.historical = historical
    evaluate(block, target, moment)
  }
  moment.historical = false
  advance(block, target, { moment, until, inclusive: true })
}

/** Keeps what would have been said, and says nothing. */
class Recorder implements Sayer {
  readonly #told: Told[] = []
  readonly #openFrom: number | undefined
  readonly #speaker: Speaker

  constructor(block: Block, target: number, speaker: Speaker) {
    this.#openFrom = block.isOpen(target) ? block.rows.raisedAt[target] : undefined
    this.#speaker = speaker
  }

  say(block: Block, target: number, { event, at }: Saying): void {
    if (event !== 'raised' && event !== 'cleared') return
    const evidence = this.#speaker.evidence(block, target, event)
    this.#told.push({ event, at, level: block.rows.level[target] ?? 1, evidence })
  }

  episodes(): readonly Episode[] {
    const found: Episode[] = []
    let open = this.#openFrom
    for (const { event, at } of this.#told) {
      if (event === 'raised') open = at
      else if (open !== undefined) {
        found.push({ raisedAt: open, end: at })
        open = undefined
      }
    }
    if (open !== undefined) found.push({ raisedAt: open, end: undefined })
    return found
  }

  find(event: Told['event'], at: number): Told | undefined {
    return this.#told.find((one) => one.event === event && one.at === at)
  }
}

/** Says the amendments; true when one of them raised the alarm that stands now. */
function tell(
  block: Block,
  target: number,
  what: {
    readonly said: ReturnType<typeof amend>
    readonly before: Standing
    readonly recorder: Recorder
    readonly parts: RewindParts
  },
): boolean {
  const { said, before, recorder } = what
  const { speaker } = what.parts
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
        const isStanding = before.isOpen && one.at === before.raisedAt
        const historical = !isStanding || !before.announced
        speaker.say(block, target, { event: 'corrected', at: one.at, historical })
        break
      }
    }
  }
  return raised
}

/** What else is to be told of an alarm that stands, in either story. */
function tellState(
  block: Block,
  target: number,
  what: {
    readonly before: Standing
    readonly raised: boolean
    readonly parts: RewindParts
  },
): void {
  const { before, raised, parts } = what
  const { rows } = block
  const at = rows.time[target] ?? 0
  const say = (event: Saying['event']): void =>
    parts.speaker.say(block, target, {
      event,
      at,
      historical: event !== 'announced' && !block.isAnnounced(target),
    })
  if (!raised && block.isAnnounced(target) && !before.announced) say('announced')
  if (!raised && before.announced) rows.set(target, mark.announced)
  const wasLost = !raised && before.lost
  const isLost = rows.has(target, mark.lost)
  if (isLost !== wasLost) say(isLost ? 'evidence_lost' : 'evidence_back')
  if (!raised && rows.level[target] !== before.level) say('level')
}
