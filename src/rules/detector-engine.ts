import type { OrganisationId } from '../domain/ids.ts'
import { type DecodedEnvelope, flag } from '../domain/reading.ts'
import { type TimeUs, timeUs } from '../domain/time.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import { activate, type Version } from './activation.ts'
import { endOfRecord, positionAt, type ReadingColumns } from './columns.ts'
import { createCalendar } from '../calendar/calendar.ts'
import type {
  ActiveRules,
  Detector,
  DetectorChanges,
  DetectorInput,
  DetectorSnapshot,
} from './detector.ts'
import { DueQueue } from './due-queue.ts'
import { advance, dueOf, type Moment } from './evaluate.ts'
import type { ReadingBefore } from './evidence.ts'
import { explain } from './explain.ts'
import type { Explained } from './explained.ts'
import { Intake } from './intake.ts'
import { Journal } from './journal.ts'
import { heardIn, listeners } from './listeners.ts'
import { Points } from './points.ts'
import { Routes } from './routes.ts'
import { Scratch } from './scratch.ts'
import { hear, silenceDue, wakeSilence } from './silence-watch.ts'
import { ENGINE, Pages, restorePages, type State } from './pages.ts'
import { Speaker } from './speaker.ts'
import { type AnyBlock, blocksOf } from './targets.ts'

/** Routes each record to the targets it concerns; what they make of it is theirs. */
export class Engine implements Detector {
  readonly #organisation: OrganisationId
  readonly #journal: Journal
  readonly #said: ReadingBefore
  readonly #speaker: Speaker
  /** Undefined before the first activation. */
  #version: number | undefined
  #blocks: readonly AnyBlock[] = []
  /** By target: its block. */
  #blockOf = new Uint16Array(0)
  #routes = new Routes([])
  #points = new Points(0)
  #byDevice: ReadonlyMap<string, readonly number[]> = new Map()
  #byPoint: ReadonlyMap<number, readonly number[]> = new Map()
  #queue = new DueQueue(0, () => Infinity)
  #pages = new Pages(0, 0)
  /** While an activation goes on: what was in force until now. */
  #before: Version | undefined
  /** When the rules took effect, µs. */
  #since = -Infinity
  /** End of the last time in which nothing could be heard, in µs. */
  #blindTo = -Infinity
  /** Undefined before the first activation, when no reading concerns anyone. */
  #intake: Intake | undefined
  readonly #moment: Moment
  readonly #scratch = new Scratch()

  constructor(organisation: OrganisationId) {
    this.#organisation = organisation
    this.#journal = new Journal(organisation)
    this.#said = (point, at) => {
      const index = this.#routes.indexOf(point)
      if (index !== undefined) return this.#points.before(index, at)
      // Of a rule that is just going the points may be gone already.
      const old = this.#before?.routes.indexOf(point)
      return old === undefined ? undefined : this.#before?.points.before(old, at)
    }
    this.#speaker = new Speaker(this.#journal, this.#said)
    this.#moment = { at: 0, byReading: true, historical: false, sayer: this.#speaker }
  }

  step(input: DetectorInput): readonly DetectorTransition[] {
    switch (input.kind) {
      case 'readings':
        return this.#take(input.decoded)
      case 'control':
        return this.#control(input)
      case 'activation':
        return this.#activate(input)
    }
  }

  stepColumns(columns: ReadingColumns): readonly DetectorTransition[] {
    const { length, ingest } = columns
    for (let from = 0; from < length;) {
      const to = endOfRecord(columns, from)
      const position = positionAt(columns, from)
      this.#journal.begin({ position, ingest: timeUs(ingest[from] ?? 0) })
      if (this.#byPoint.size > 0) {
        const heard = heardIn(this.#byPoint, columns, { from, to })
        this.#hear(heard, ingest[from] ?? 0)
      }
      this.#intake?.readings(columns, columns.point, { from, to })
      from = to
    }
    return this.#journal.end()
  }

  explain(rule: string, asset: string): Explained | undefined {
    return explain(
      this.#blocks,
      { rule, asset },
      {
        reading: this.#said,
        blindTo: this.#blindTo,
        now: this.#journal.last,
      },
    )
  }

  nextDue(): TimeUs | undefined {
    const due = this.#queue.earliest()
    return due === Infinity ? undefined : timeUs(due)
  }

  snapshot(): DetectorSnapshot {
    const configurationVersion = this.#version ?? 0
    return { engine: ENGINE, configurationVersion, state: this.#pages.all(this.#state()) }
  }

  changes(): DetectorChanges {
    return {
      engine: ENGINE,
      configurationVersion: this.#version ?? 0,
      isWhole: this.#pages.isFresh,
      pages: this.#pages.changed(this.#state()),
      saved: () => this.#pages.saved(),
    }
  }

  restore(snapshot: DetectorSnapshot, rules: ActiveRules): void {
    const calendar = createCalendar(rules.zone, rules.holidays)
    const blocks = blocksOf(rules, { calendar, now: -Infinity })
    this.#adopt(blocks, rules.version)
    const { blindTo, since } = restorePages(snapshot, this.#state())
    this.#blindTo = blindTo
    this.#since = since
    for (const block of blocks) if (block.kind === 'event') block.since = since
    // Pages of an older engine are cut otherwise: the next checkpoint writes all of them anew.
    if (snapshot.engine === ENGINE) this.#pages.saved()
    for (let target = 0; target < this.#blockOf.length; target += 1)
      this.#queue.sooner(target)
  }

  #state(): State {
    return {
      since: this.#since,
      organisation: this.#organisation,
      blindTo: this.#blindTo,
      blocks: this.#blocks,
      points: this.#points,
      pointIds: this.#routes.ids,
    }
  }

  #take({ position, ingest, device, readings }: DecodedEnvelope) {
    this.#journal.begin({ position, ingest })
    const silences = this.#byDevice.get(device)
    if (
      silences !== undefined &&
      readings.some(({ flags }) => (flags & flag.replay) === 0)
    ) {
      this.#hear(silences, ingest)
    }
    this.#scratch.fill(readings)
    this.#intake?.readings(this.#scratch, this.#scratch.point, {
      from: 0,
      to: readings.length,
    })
    return this.#journal.end()
  }

  #hear(targets: readonly number[], ingest: number): void {
    for (const target of targets) {
      const block = this.#blockAt(target)
      if (block.kind !== 'processing') continue
      hear(block.watch(target - block.first), timeUs(ingest), this.#journal)
      this.#pages.touchTarget(target)
      this.#queue.sooner(target)
    }
  }

  #control({ position, record }: DetectorInput & { kind: 'control' }) {
    this.#journal.begin({ position, ingest: record.ingest })
    switch (record.control) {
      case 'timer':
        this.#wake(record.ingest)
        break
      case 'blind':
        this.#blindTo = Math.max(this.#blindTo, record.to)
        break
    }
    return this.#journal.end()
  }

  #wake(now: number): void {
    const moment = this.#moment
    for (const target of this.#queue.takeDue(now)) {
      const block = this.#blockAt(target)
      const own = target - block.first
      if (block.kind === 'event') {
        moment.historical = false
        advance(block, own, { moment, until: now, inclusive: true })
      } else {
        wakeSilence(block.watch(own), { now, blindTo: this.#blindTo }, this.#journal)
      }
      this.#pages.touchTarget(target)
      this.#queue.sooner(target)
    }
  }

  #activate({ position, ingest, rules }: DetectorInput & { kind: 'activation' }) {
    // One detector is one organisation's; anything else is a programmer's error.
    if (rules.organisation !== this.#organisation) {
      const [theirs, ours] = [rules.organisation, this.#organisation]
      throw new Error(`rules of ${theirs} for the detector of ${ours}`)
    }
    this.#journal.begin({ position, ingest })
    if (rules.version !== this.#version) {
      const calendar = createCalendar(rules.zone, rules.holidays)
      const blocks = blocksOf(rules, { calendar, now: ingest })
      const before = { blocks: this.#blocks, routes: this.#routes, points: this.#points }
      this.#before = before
      this.#adopt(blocks, rules.version)
      this.#since = ingest
      const now = { blocks, routes: this.#routes, points: this.#points }
      const [journal, speaker, blindTo] = [this.#journal, this.#speaker, this.#blindTo]
      activate(now, before, { journal, speaker, blindTo })
      this.#before = undefined
      for (let target = 0; target < this.#blockOf.length; target += 1) {
        this.#queue.sooner(target)
      }
    }
    return this.#journal.end()
  }

  /** Makes the way from a record to its targets short. */
  #adopt(blocks: readonly AnyBlock[], version: number): void {
    const size = blocks.reduce((sum, block) => sum + block.size, 0)
    this.#version = version
    this.#blocks = blocks
    this.#blockOf = new Uint16Array(size)
    blocks.forEach((block, index) => {
      this.#blockOf.fill(index, block.first, block.first + block.size)
    })
    this.#routes = new Routes(blocks.map((one) => (one.kind === 'event' ? one : undefined)))
    this.#points = new Points(this.#routes.size)
    const { byDevice, byPoint } = listeners(blocks)
    this.#byDevice = byDevice
    this.#byPoint = byPoint
    this.#queue = new DueQueue(size, (target) => this.#dueOf(target))
    this.#pages = new Pages(size, this.#routes.size)
    this.#intake = new Intake({
      blocks,
      blockOf: this.#blockOf,
      routes: this.#routes,
      points: this.#points,
      pages: this.#pages,
      queue: this.#queue,
      speaker: this.#speaker,
      moment: this.#moment,
    })
  }

  #dueOf(target: number): number {
    const block = this.#blockAt(target)
    const own = target - block.first
    if (block.kind === 'event') return dueOf(block, own)
    return silenceDue(block.watch(own), this.#blindTo)
  }

  #blockAt(target: number): AnyBlock {
    const block = this.#blocks[this.#blockOf[target] ?? 0]
    if (block === undefined) throw new Error(`no target ${target}`)
    return block
  }
}
