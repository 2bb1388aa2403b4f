import type { TimeUs } from '../../domain/time.ts'
import type { DetectorTransition, Evidence } from '../../domain/transition.ts'
import type { Named } from './audience.ts'

/** One stretch in which an alarm would have stood. */
export interface Occurrence {
  readonly rule: string
  readonly asset: string
  readonly discriminator: string
  readonly raisedAt: TimeUs
  /** When the raise would have been known. */
  readonly knownAt: TimeUs
  /** When people heard of it first; null: never. */
  annunciatedAt: TimeUs | null
  /** What kept it from people at some time, each once: `topology`, `maintenance`, `held`, … */
  readonly keptBy: Set<string>
  /** The raise was known from old data only. */
  readonly historical: boolean
  /** Null: it stands at the end of the range. */
  endedAt: TimeUs | null
  end: 'cleared' | 'withdrawn' | 'open'
  /** The highest. */
  level: number
  /** Late readings showed that it would not have been. */
  corrected: boolean
  readonly ruleVersion: number
  /** Of the raise. */
  readonly evidence: readonly Evidence[]
}

/** More are counted and no longer kept. */
export const mostOccurrences = 100_000

/** Makes occurrences of transitions, in bounded memory. */
export class Occurrences {
  readonly #from: TimeUs
  readonly #most: number
  readonly #open = new Map<string, Occurrence>()
  readonly #kept: Occurrence[] = []
  /** Raises from the beginning of the range on. */
  raised = 0
  cleared = 0
  /** Of those raised before the range, how many stood at its beginning. */
  #before: readonly Occurrence[] | undefined

  constructor(from: TimeUs, most = mostOccurrences) {
    this.#from = from
    this.#most = most
  }

  take(transitions: readonly DetectorTransition[]): void {
    for (const transition of transitions) this.#one(transition)
  }

  /** Those that are kept, in the order in which they were known. */
  kept(): readonly Occurrence[] {
    return this.#kept
  }

  /** Raised and not kept. */
  get notKept(): number {
    return this.raised - this.#kept.length
  }

  open(): number {
    return this.#open.size
  }

  /** Stood when the range began. */
  standing(): number {
    return (this.#before ?? [...this.#open.values()]).length
  }

  /** People heard that the alarm stands. */
  told(alarm: Named, at: TimeUs): void {
    const open = this.#open.get(nameOf(alarm))
    if (open !== undefined) open.annunciatedAt ??= at
  }

  /** Something keeps it from people. */
  keptBy(alarm: Named, by: string): void {
    this.#open.get(nameOf(alarm))?.keptBy.add(by)
  }

  #one(transition: DetectorTransition): void {
    const { key, event, ingest } = transition
    const counts = ingest >= this.#from
    if (counts) this.#before ??= [...this.#open.values()]
    const name = nameOf(key)
    const open = this.#open.get(name)
    if (event === 'raised') {
      const raised = occurrenceOf(transition)
      this.#open.set(name, raised)
      if (counts) this.#keep(raised)
    } else if (open !== undefined) {
      if (event === 'cleared' || event === 'withdrawn') {
        open.end = event
        this.#open.delete(name)
        if (counts) this.cleared++
      }
      note(open, transition)
    }
  }

  #keep(raised: Occurrence): void {
    this.raised++
    if (this.#kept.length < this.#most) this.#kept.push(raised)
  }
}

function nameOf({ rule, asset, discriminator }: Named): string {
  return JSON.stringify([rule, asset, discriminator])
}

/** Notes what happened while it stood. */
function note(open: Occurrence, { event, at, level }: DetectorTransition): void {
  if (event === 'cleared' || event === 'withdrawn') open.endedAt = at
  else if (event === 'level') open.level = Math.max(open.level, level)
  else if (event === 'corrected') open.corrected = true
}

function occurrenceOf({
  key,
  at,
  ingest,
  historical,
  level,
  ruleVersion,
  evidence,
}: DetectorTransition): Occurrence {
  return {
    rule: key.rule,
    asset: key.asset,
    discriminator: key.discriminator,
    raisedAt: at,
    knownAt: ingest,
    annunciatedAt: null,
    keptBy: new Set(),
    historical,
    endedAt: null,
    end: 'open',
    level,
    corrected: false,
    ruleVersion,
    evidence,
  }
}
