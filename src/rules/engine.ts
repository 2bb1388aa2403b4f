import type { OrganisationId } from '../domain/ids.ts'
import { type DecodedEnvelope, flag, type Reading } from '../domain/reading.ts'
import { type TimeUs, timeUs } from '../domain/time.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import { carryOver, watchesOf } from './activation.ts'
import type { ActiveRules, Detector, DetectorInput, DetectorSnapshot } from './detector.ts'
import { DueQueue } from './due-queue.ts'
import { isWaiting } from './holding.ts'
import { Journal } from './journal.ts'
import { hear, silenceDue, wakeSilence } from './silence-watch.ts'
import {
  ENGINE,
  loadTime,
  loadWatches,
  parseState,
  saveTime,
  saveWatch,
} from './snapshot.ts'
import { takeReading, valueDue, wakeValue } from './value-watch.ts'
import type { SilenceWatch, ValueWatch, Watch } from './watch.ts'

/** A detector that has no rules yet; its first activation brings them. */
export function createDetector(organisation: OrganisationId): Detector {
  return new Engine(organisation)
}

/**
 * A detector that goes on where the snapshot was taken. `rules` are those of the snapshot's
 * configuration version. Undefined when another engine took the snapshot or under another version:
 * then the state is rebuilt from the log. Throws when the snapshot is damaged.
 */
export function restoreDetector(
  snapshot: DetectorSnapshot,
  rules: ActiveRules,
): Detector | undefined {
  if (snapshot.engine !== ENGINE) return undefined
  if (snapshot.configurationVersion !== rules.version) return undefined
  const engine = new Engine(rules.organisation)
  engine.restore(snapshot, rules)
  return engine
}

/** Routes each record to the watches it concerns; what they make of it is theirs. */
class Engine implements Detector {
  readonly #organisation: OrganisationId
  readonly #journal: Journal
  /** Undefined before the first activation. */
  #version: number | undefined
  #watches: readonly Watch[] = []
  /**
   * By point id. Ids are issued from 1 upwards, so this is mostly a plain array; where an
   * organisation has few of many ids the runtime makes it a hash table by itself.
   */
  #byPoint: readonly (readonly ValueWatch[])[] = []
  #byDevice: ReadonlyMap<string, readonly SilenceWatch[]> = new Map()
  #queue = new DueQueue(0, () => Infinity)
  /** End of the last time in which nothing could be heard, in µs. */
  #blindTo = -Infinity

  constructor(organisation: OrganisationId) {
    this.#organisation = organisation
    this.#journal = new Journal(organisation)
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

  nextDue(): TimeUs | undefined {
    const due = this.#queue.earliest()
    return due === Infinity ? undefined : timeUs(due)
  }

  snapshot(): DetectorSnapshot {
    const state = {
      organisation: this.#organisation,
      blindTo: saveTime(this.#blindTo),
      watches: this.#watches.map(saveWatch),
    }
    return { engine: ENGINE, configurationVersion: this.#version ?? 0, state }
  }

  restore(snapshot: DetectorSnapshot, rules: ActiveRules): void {
    const state = parseState(snapshot)
    this.#refuseOthers(state.organisation)
    const watches = watchesOf(rules, -Infinity)
    loadWatches(watches, { state, version: rules.version })
    this.#blindTo = loadTime(state.blindTo)
    this.#adopt(watches, rules.version)
  }

  #take({ position, ingest, device, readings }: DecodedEnvelope) {
    this.#journal.begin({ position, ingest })
    const silences = this.#byDevice.get(device)
    if (silences !== undefined && readings.some(isNew)) this.#hear(silences, ingest)
    for (const reading of readings) {
      const watches = this.#byPoint[reading.point]
      if (watches !== undefined) this.#judge(watches, reading)
    }
    return this.#journal.end()
  }

  #hear(watches: readonly SilenceWatch[], ingest: TimeUs): void {
    for (const watch of watches) {
      hear(watch, ingest, this.#journal)
      this.#queue.sooner(watch.index)
    }
  }

  #judge(watches: readonly ValueWatch[], reading: Reading): void {
    for (const watch of watches) {
      takeReading(watch, reading, this.#journal)
      if (isWaiting(watch.phase)) this.#queue.sooner(watch.index)
    }
  }

  #control({ position, record }: DetectorInput & { kind: 'control' }) {
    switch (record.control) {
      case 'timer':
        return this.#wake({ position, ingest: record.ingest })
      case 'blind':
        this.#blindTo = Math.max(this.#blindTo, record.to)
        this.#journal.begin({ position, ingest: record.ingest })
        return this.#journal.end()
    }
  }

  #wake(cause: Parameters<Journal['begin']>[0]): readonly DetectorTransition[] {
    this.#journal.begin(cause)
    for (const index of this.#queue.takeDue(cause.ingest)) {
      const watch = this.#watches[index]
      if (watch === undefined) continue
      if (watch.clock === 'event') wakeValue(watch, cause.ingest, this.#journal)
      else wakeSilence(watch, { now: cause.ingest, blindTo: this.#blindTo }, this.#journal)
      this.#queue.sooner(index)
    }
    return this.#journal.end()
  }

  #activate({ position, ingest, rules }: DetectorInput & { kind: 'activation' }) {
    this.#refuseOthers(rules.organisation)
    this.#journal.begin({ position, ingest })
    if (rules.version !== this.#version) {
      const watches = watchesOf(rules, ingest)
      const context = { blindTo: this.#blindTo, journal: this.#journal }
      carryOver(watches, this.#watches, context)
      this.#adopt(watches, rules.version)
    }
    return this.#journal.end()
  }

  /** Makes the way from a record to its watches short. */
  #adopt(watches: readonly Watch[], version: number): void {
    const byPoint: ValueWatch[][] = []
    const byDevice = new Map<string, SilenceWatch[]>()
    for (const watch of watches) {
      if (watch.clock === 'processing') {
        for (const device of new Set(watch.target.devices)) append(byDevice, device, watch)
      } else if (watch.point !== undefined) {
        ;(byPoint[watch.point] ??= []).push(watch)
      }
    }
    this.#version = version
    this.#watches = watches
    this.#byPoint = byPoint
    this.#byDevice = byDevice
    this.#queue = new DueQueue(watches.length, (index) => this.#dueOf(index))
    for (const { index } of watches) this.#queue.sooner(index)
  }

  #dueOf(index: number): number {
    const watch = this.#watches[index]
    if (watch === undefined) return Infinity
    return watch.clock === 'event' ? valueDue(watch) : silenceDue(watch, this.#blindTo)
  }

  /** One detector is one organisation's; anything else is a programmer's error. */
  #refuseOthers(organisation: string): void {
    if (organisation === this.#organisation) return
    throw new Error(`rules of ${organisation} for the detector of ${this.#organisation}`)
  }
}

/** A replayed message says nothing new, so it does not end a silence. */
function isNew({ flags }: Reading): boolean {
  return (flags & flag.replay) === 0
}

function append(
  byDevice: Map<string, SilenceWatch[]>,
  device: string,
  watch: SilenceWatch,
): void {
  const watches = byDevice.get(device)
  if (watches === undefined) byDevice.set(device, [watch])
  else watches.push(watch)
}
