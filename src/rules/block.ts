import type { PointId } from '../domain/ids.ts'
import { REORDER_WINDOW } from '../domain/reading.ts'
import type { DetectorEvent } from '../domain/transition.ts'
import { compile, type KeptPart, type LeafPart, type Node } from './compile.ts'
import type { Calendar } from '../calendar/civil-time.ts'
import { isPrompt, type PromptBlock } from './conditions/leaf.ts'
import { type Crowd, crowdOf } from './crowd.ts'
import type { RuleTarget } from './detector.ts'
import { Episodes } from './episodes.ts'
import { isUsable, type KeptReading, type Points } from './points.ts'
import type { Rule } from './rule.ts'
import { KEPT } from './recent.ts'
import { mark, Rows } from './rows.ts'
import { type Socket, socketsOf } from './socket.ts'

/** Hears what a block has to say, in the order in which it happens. */
export interface Sayer {
  say(block: Block, target: number, what: Saying): void
}

export interface Saying {
  readonly event: DetectorEvent
  /** µs, event time. */
  readonly at: number
  readonly historical: boolean
}

/** Of a rule without `clearWhen`. */
const nothing = { root: undefined, leaves: [], parts: [], isTimed: false } as const

/** One rule on all its assets: its condition, compiled, and what is remembered of each. */
export class Block {
  readonly kind = 'event'
  readonly rule: Rule
  readonly ruleVersion: number
  readonly targets: readonly RuleTarget[]
  /** Index of the first target among all targets of the detector. */
  readonly first: number
  readonly rows: Rows
  readonly root: Node
  readonly clearRoot: Node | undefined
  readonly leaves: readonly LeafPart[]
  readonly sockets: readonly Socket[]
  readonly #parts: readonly KeptPart[]
  /** May anything but a delay come due in it? */
  readonly isTimed: boolean
  /** Does all that an asset is judged by come from one point, so that each reading can be judged at once? */
  readonly isPlain: boolean
  /** Where the whole of a plain rule is one leaf of a common kind: that. */
  readonly lone: PromptBlock | undefined
  readonly hasLevels: boolean
  /** From when on dues count for assets that were never judged, µs. */
  since: number
  readonly episodes: Episodes
  readonly #pace = { counts: false }

  constructor(
    targets: readonly [RuleTarget, ...RuleTarget[]],
    where: { readonly first: number; readonly since: number; readonly calendar: Calendar },
  ) {
    const [{ rule, ruleVersion }] = targets
    this.rule = rule
    this.ruleVersion = ruleVersion
    this.targets = targets
    this.first = where.first
    this.since = where.since
    this.rows = new Rows(targets.length)
    this.episodes = new Episodes(targets.length)
    const setting = {
      targets,
      crowd: crowdOf(targets),
      calendar: where.calendar,
      pace: this.#pace,
      ages: rule.quietClear === undefined,
    }
    const main = compile(rule.condition, setting)
    const clear = rule.clearWhen === undefined ? nothing : compile(rule.clearWhen, setting)
    this.root = main.root
    this.clearRoot = clear.root
    this.leaves = [...main.leaves, ...clear.leaves]
    this.sockets = socketsOf(this.leaves)
    this.#parts = [...main.parts, ...clear.parts]
    const waits = rule.onUnknown !== 'hold' || rule.quietClear !== undefined
    this.isTimed = main.isTimed || clear.isTimed || waits
    this.isPlain = !this.isTimed && clear.root === undefined && this.#isOfOnePoint()
    this.lone = this.isPlain ? promptOf(this.root) : undefined
    this.hasLevels = rule.condition.kind === 'levels'
  }

  #isOfOnePoint(): boolean {
    const isStraight = this.#parts.length === this.leaves.length
    const [socket, ...others] = this.sockets
    return isStraight && others.length === 0 && socket?.crowd.first === undefined
  }

  get size(): number {
    return this.targets.length
  }

  target(index: number): RuleTarget {
    const target = this.targets[index]
    if (target === undefined) throw new Error(`no target ${index}`)
    return target
  }

  /** µs. */
  maxGap(target: number): number {
    return this.root.crowd.maxGap(target)
  }

  /** Id of the point that measures a leaf's role of a subject; undefined where none does. */
  pointOf({ crowd }: LeafPart, role: string, subject: number): PointId | undefined {
    const socket = this.sockets.find((one) => one.role === role && one.crowd === crowd)
    const id = socket?.points[subject] ?? 0
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `Socket.points` was filled with such ids
    return id === 0 ? undefined : (id as PointId)
  }

  /** Readings that come now count for `nOfM`, or what is asked is only looked at. */
  counting(counts: boolean): void {
    this.#pace.counts = counts
  }

  /** A subject's point said something. */
  take(socket: Socket, subject: number, said: KeptReading): void {
    const isKnown = isUsable(said.meta, this.rule.uncertain)
    for (const { leaf, slot } of socket.inlets) {
      if (isKnown) leaf.take(subject, slot, said.at, said.value, said.text)
      else leaf.lose(subject, slot, said.at)
    }
  }

  /** The same with a point's newest reading: the way of every reading, so without an object. */
  takeNewest(socket: Socket, subject: number, from: Points, point: number): void {
    const at = from.at[point] ?? 0
    const value = from.value[point] ?? 0
    const isKnown = isUsable(from.meta[point] ?? 0, this.rule.uncertain)
    const text = from.textOf(point)
    const { inlets } = socket
    for (let index = 0; index < inlets.length; index += 1) {
      const inlet = inlets[index]
      if (inlet === undefined) break
      if (isKnown) inlet.leaf.take(subject, inlet.slot, at, value, text)
      else inlet.leaf.lose(subject, inlet.slot, at)
    }
  }

  /** Before an evaluation at `at`: where the newest checkpoint is too old, what is now becomes it. */
  keepCheckpoint(target: number, at: number): void {
    if (this.hasOldCheckpoint(target, at)) this.moveCheckpoint(target, at)
  }

  /** Is the newest checkpoint a window older than `at`? */
  hasOldCheckpoint(target: number, at: number): boolean {
    const { rows } = this
    const newest = rows.time[target + rows.newer(target) * rows.size] ?? -Infinity
    return at - newest > REORDER_WINDOW
  }

  /** What is now becomes the newest checkpoint, before an evaluation at `at`. */
  moveCheckpoint(target: number, at: number): void {
    const older = this.rows.newer(target) === 1 ? 2 : 1
    this.copyRow(target, 0, older)
    this.rows.setNewer(target, older)
    this.episodes.moved(target, at - (this.rows.time[target] ?? -Infinity) > KEPT)
  }

  /** Both checkpoints become what is now: nothing before this can be gone back to. */
  forgetPast(target: number): void {
    this.copyRow(target, 0, 1)
    this.copyRow(target, 0, 2)
    this.episodes.forget(target)
  }

  /** Time of the newest checkpoint before `at`; undefined when there is none. */
  stampBefore(target: number, at: number): number | undefined {
    const newer = this.rows.newer(target)
    for (const checkpoint of [newer, newer === 1 ? 2 : 1]) {
      const stamp = this.rows.time[target + checkpoint * this.size] ?? -Infinity
      if (stamp < at) return stamp
    }
    return undefined
  }

  /** What is now becomes the newest checkpoint before `at`; false when both are later. */
  goBack(target: number, at: number): boolean {
    const newer = this.rows.newer(target)
    const older = newer === 1 ? 2 : 1
    const isBefore = (k: number): boolean =>
      (this.rows.time[target + k * this.size] ?? -Infinity) < at
    if (isBefore(newer)) {
      this.copyRow(target, newer, 0)
      return true
    }
    if (!isBefore(older)) return false
    this.copyRow(target, older, 0)
    this.copyRow(target, older, newer)
    return true
  }

  /** Checkpoint `to` (0 is what is now) of one target becomes what `from` is. */
  copyRow(target: number, from: number, to: number): void {
    this.rows.copy(target + from * this.size, target + to * this.size)
    for (const { part, crowd } of this.#parts) {
      const { first, size } = crowd
      // Every quiet reading of a slow point comes by here, so no callback.
      const end = first === undefined ? target + 1 : (first[target + 1] ?? 0)
      for (
        let one = first === undefined ? target : (first[target] ?? 0);
        one < end;
        one += 1
      ) {
        part.copy(one + from * size, one + to * size)
      }
    }
  }

  /** Whether deadbands apply from here on. */
  latch(target: number, holds: boolean): void {
    for (const { part, crowd } of this.#parts) {
      if (part.latch === undefined) continue
      eachSubject(crowd, target, (subject) => part.latch?.(subject, holds))
    }
  }

  /** All that is remembered of one target but the rows themselves: by checkpoint, part and subject. */
  saveParts(target: number, checkpoint: number): unknown[] {
    const saved: unknown[] = []
    for (const { part, crowd } of this.#parts) {
      eachSubject(crowd, target, (subject) => {
        saved.push(part.save(subject + checkpoint * crowd.size))
      })
    }
    return saved
  }

  loadParts(target: number, checkpoint: number, saved: readonly unknown[]): void {
    let next = 0
    for (const { part, crowd } of this.#parts) {
      eachSubject(crowd, target, (subject) => {
        part.load(subject + checkpoint * crowd.size, saved[next])
        next += 1
      })
    }
    if (next !== saved.length) throw new Error(`${saved.length} parts for ${next}`)
  }

  /** Is the alarm standing? CLEARING still counts. */
  isOpen(target: number): boolean {
    return (this.rows.phase[target] ?? 0) >= 2
  }

  isAnnounced(target: number): boolean {
    return this.rows.has(target, mark.announced)
  }
}

function promptOf({ leaf }: Node): PromptBlock | undefined {
  return leaf !== undefined && isPrompt(leaf.block) ? leaf.block : undefined
}

/** The subjects of a part that stand for a target: itself, or the members of its group. */
export function eachSubject(
  crowd: Crowd,
  target: number,
  visit: (subject: number) => void,
): void {
  const { first } = crowd
  const end = first === undefined ? target + 1 : (first[target + 1] ?? 0)
  for (let one = first === undefined ? target : (first[target] ?? 0); one < end; one += 1) {
    visit(one)
  }
}
