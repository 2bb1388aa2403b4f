import type { PointId } from '../domain/ids.ts'
import { type Block, eachSubject, type Sayer } from './block.ts'
import { isSettled, standingIn } from './episodes.ts'
import { advance, evaluate, type Moment } from './evaluate.ts'
import { type KeptReading, type Points, wasHistorical } from './points.ts'
import { Recorder } from './recorder.ts'
import type { Socket } from './socket.ts'
import type { Speaker } from './speaker.ts'
import { amend, type Episode } from './story.ts'
import { knownOf, tellPast } from './tell-past.ts'

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
  const before = knownOf(block, target)
  const past = episodesOf(block, target)
  const until = block.rows.time[target] ?? at
  block.goBack(target, at)
  const from = standingIn(block.rows, target)
  const recorder = new Recorder(block, target, parts.speaker)
  replay(block, target, { steps, until, recorder })
  const told = past.filter((one) => !isSettled(one, from))
  if (before.isOpen) told.push({ raisedAt: before.toldAt, end: undefined })
  const settled = past.filter((one) => isSettled(one, from))
  const actual = recorder.episodes()
  const closed = [...settled, ...actual].flatMap(({ raisedAt, end }) =>
    end === undefined ? [] : [raisedAt, end],
  )
  block.episodes.set(target, closed)
  parts.speaker.late = true
  const said = amend(told, actual, at)
  tellPast(block, target, { said, before, recorder, speaker: parts.speaker })
  parts.speaker.late = false
  return true
}

/** Those that are over. */
function episodesOf(block: Block, target: number): Episode[] {
  const flat = block.episodes.of(target)
  const found: Episode[] = []
  for (let index = 0; index + 1 < flat.length; index += 2) {
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
