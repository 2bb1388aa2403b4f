import { HOUR } from '../domain/time.ts'
import type { Block, Sayer } from './block.ts'
import { holding, phases, type Signal } from './holding.ts'
import { mark } from './rows.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from './truth.ts'

/** Its number in the column of phases. */
const NORMAL = phases.indexOf('NORMAL')
const PENDING = phases.indexOf('PENDING')
const ACTIVE = phases.indexOf('ACTIVE')
const CLEARING = phases.indexOf('CLEARING')

/** More dues than this in one go and the rest waits for the next record; none is skipped. */
const MOST_DUES = 10_000

/** Why and when a target is judged. Changed in place by the engine: a reading must not cost an object. */
export interface Moment {
  /** µs, event time. */
  at: number
  /** A reading came, and not only its time. */
  byReading: boolean
  /** What causes it is too old to disturb anyone with. */
  historical: boolean
  sayer: Sayer
}

/** Judges one target at the moment's time, which is not before its last. */
// oxlint-disable-next-line complexity -- the way of every reading: `??` counts, and a call each costs time
export function evaluate(block: Block, target: number, moment: Moment): void {
  const { rows } = block
  const { at, byReading } = moment
  const blankBefore = rows.has(target, mark.blank)
  const counts = byReading || blankBefore
  const hole = counts ? holeBefore(block, target, at) : 0
  // Before it is judged: the deadband is forgotten with the delay.
  if (hole > 0 && rows.phase[target] === PENDING && resets(block)) cut(block, target)
  block.counting(byReading)
  const truth = truthOf(block, target, moment)
  block.counting(false)
  rows.time[target] = at
  if (byReading) rows.unset(target, mark.byDue | mark.touched)
  else rows.set(target, mark.byDue)
  if (truth === UNKNOWN) {
    if (byReading) lose(block, target, moment)
    // Time alone makes nothing worse: a delay waits, and nobody is told.
    else rows.set(target, mark.parked)
    return
  }
  if (counts) rows.known[target] = at
  rows.unset(target, mark.blank | mark.parked)
  if (truth === FALSE && rows.phase[target] === NORMAL) return
  if (hole > 0 && isWaiting(rows.phase[target])) {
    rows.onset[target] = (rows.onset[target] ?? at) + hole
  }
  if (rows.has(target, mark.lost)) {
    rows.unset(target, mark.lost)
    say(block, target, 'evidence_back', moment)
  }
  signal(block, target, truth === TRUE ? after.true : after.false, at)
  if (truth === TRUE && block.hasLevels) relevel(block, target, moment)
  elapse(block, target, moment)
  if (!byReading || moment.historical || rows.phase[target] !== ACTIVE) return
  if (rows.has(target, mark.announced)) return
  rows.set(target, mark.announced)
  moment.sayer.say(block, target, { event: 'announced', at, historical: false })
}

/** Judges a target at all its due times up to `until`, that itself included only when `inclusive`. */
export function advance(
  block: Block,
  target: number,
  { moment, until, inclusive }: { moment: Moment; until: number; inclusive: boolean },
): void {
  for (let count = 0; count < MOST_DUES; count += 1) {
    const due = dueOf(block, target)
    if (inclusive ? due > until : due >= until) return
    if (due === Infinity) return
    block.keepCheckpoint(target, due)
    moment.at = due
    moment.byReading = false
    if (inclusive) moment.historical = until - due > OLD_DUE
    evaluate(block, target, moment)
  }
}

/** A due that is found out so late, µs, tells of a time too long ago to disturb anyone with. */
const OLD_DUE = HOUR

/** When the target may change with no reading, µs; Infinity for never. */
// oxlint-disable-next-line complexity -- the way of every reading: `??` counts, and a call each costs time
export function dueOf(block: Block, target: number): number {
  const { rows, rule } = block
  const phase = rows.phase[target] ?? NORMAL
  let due = Infinity
  if (isWaiting(phase) && !rows.has(target, mark.blank | mark.parked)) {
    due = delayEnd(block, target)
  }
  if (!block.isTimed) return due
  const time = rows.time[target] ?? -Infinity
  const from = time === -Infinity ? block.since : time
  due = Math.min(due, block.root.due(target, from))
  if (block.clearRoot !== undefined) due = Math.min(due, block.clearRoot.due(target, from))
  const known = rows.known[target] ?? -Infinity
  if (rule.onUnknown !== 'hold') {
    const stale = known + block.maxGap(target) + 1
    if (stale > time) due = Math.min(due, stale)
  }
  if (rule.quietClear !== undefined && (phase === PENDING || phase === ACTIVE)) {
    const quiet = known + rule.quietClear
    if (quiet > time) due = Math.min(due, quiet)
  }
  return due
}

/** When the running delay ends if nothing changes. */
export function delayEnd({ rows, rule }: Block, target: number): number {
  const onset = rows.onset[target] ?? -Infinity
  return onset + (rows.phase[target] === PENDING ? rule.onDelay : rule.offDelay)
}

/** `holding` in numbers: by signal and phase the phase after. */
export const after = {
  true: afterOf('true'),
  false: afterOf('false'),
  cut: afterOf('cut'),
  elapsed: afterOf('elapsed'),
  retired: afterOf('retired'),
} as const satisfies Record<Signal, Uint8Array>

function afterOf(signal: Signal): Uint8Array {
  return Uint8Array.from(phases, (phase) => phases.indexOf(holding[phase][signal].to))
}

/** Takes a step of `holding`, without saying anything. */
export function signal(
  { rows }: Block,
  target: number,
  steps: Uint8Array,
  at: number,
): void {
  const before = rows.phase[target] ?? NORMAL
  const to = steps[before] ?? before
  if (to === before) return
  rows.phase[target] = to
  if (to === PENDING || to === CLEARING) rows.onset[target] = at
}

/** The delay starts anew at the next TRUE, which must reach the limit itself. */
export function cut(block: Block, target: number): void {
  if (block.rows.phase[target] !== PENDING) return
  signal(block, target, after.cut, block.rows.time[target] ?? -Infinity)
  block.latch(target, false)
}

/** What the condition, `clearWhen`, quiet and the policy for UNKNOWN make together. */
// oxlint-disable-next-line complexity -- the way of every reading: `??` counts, and a call each costs time
function truthOf(block: Block, target: number, { at, byReading }: Moment): Truth {
  const { rows, rule, clearRoot } = block
  let truth = block.root.judge(target, at)
  if (clearRoot !== undefined) {
    const clears = clearRoot.judge(target, at)
    // An open alarm ends on both; until then it stands.
    if (truth === FALSE && block.isOpen(target)) {
      truth = clears === TRUE ? FALSE : clears === FALSE ? TRUE : UNKNOWN
    }
  }
  if (rule.quietClear !== undefined && !byReading) {
    if (at - (rows.known[target] ?? -Infinity) >= rule.quietClear) return FALSE
  }
  if (truth !== UNKNOWN || rule.onUnknown === 'hold') return truth
  return rule.onUnknown === 'raise' ? TRUE : FALSE
}

/** The stretch up to `at` that counts towards no delay, µs. */
function holeBefore(block: Block, target: number, at: number): number {
  const { rows, rule } = block
  if (rule.onUnknown !== 'hold' || !isWaiting(rows.phase[target])) return 0
  const stretch = at - (rows.known[target] ?? -Infinity)
  return rows.has(target, mark.blank) || stretch > block.maxGap(target) ? stretch : 0
}

function lose(block: Block, target: number, moment: Moment): void {
  const { rows } = block
  rows.set(target, mark.blank)
  if (resets(block)) cut(block, target)
  if (rows.has(target, mark.lost) || !block.isOpen(target)) return
  rows.set(target, mark.lost)
  say(block, target, 'evidence_lost', moment)
}

/** Ends the delay if it has run out, as of the time it ran out. */
function elapse(block: Block, target: number, moment: Moment): void {
  const { rows } = block
  if (!isWaiting(rows.phase[target])) return
  const end = delayEnd(block, target)
  if (moment.at < end) return
  const isRaise = rows.phase[target] === PENDING
  signal(block, target, after.elapsed, moment.at)
  const { historical } = moment
  if (isRaise) {
    rows.raisedAt[target] = end
    if (historical) rows.unset(target, mark.announced)
    else rows.set(target, mark.announced)
    rows.level[target] = block.hasLevels ? (block.root.leaf?.block.level(target) ?? 1) : 1
    moment.sayer.say(block, target, { event: 'raised', at: end, historical })
  } else {
    const at = Math.max(end, rows.raisedAt[target] ?? end)
    const untold = historical || !rows.has(target, mark.announced)
    moment.sayer.say(block, target, { event: 'cleared', at, historical: untold })
    rows.level[target] = 1
  }
}

/** An alarm that stands takes the level of the worst limit that is reached. */
function relevel(block: Block, target: number, moment: Moment): void {
  const { rows } = block
  if (rows.phase[target] !== ACTIVE) return
  const level = block.root.leaf?.block.level(target) ?? 1
  if (level === rows.level[target]) return
  rows.level[target] = level
  say(block, target, 'level', moment)
}

function say(
  block: Block,
  target: number,
  event: 'evidence_lost' | 'evidence_back' | 'level',
  { at, historical, sayer }: Moment,
): void {
  const untold = historical || !block.isAnnounced(target)
  sayer.say(block, target, { event, at, historical: untold })
}

function resets({ rule }: Block): boolean {
  return rule.gapPolicy === 'reset' && rule.onUnknown === 'hold'
}

/** Is a delay running? */
export function isWaiting(phase: number | undefined): boolean {
  return phase === PENDING || phase === CLEARING
}
