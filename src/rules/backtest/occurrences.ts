import type { TimeUs } from '../../domain/time.ts'
import type { DetectorTransition, Evidence } from '../../domain/transition.ts'

/** One stretch in which an alarm would have stood. */
export interface Occurrence {
  readonly rule: string
  readonly asset: string
  readonly discriminator: string
  readonly raisedAt: TimeUs
  /** When the raise would have been known. */
  readonly knownAt: TimeUs
  /** When people would have heard of it, were nothing suppressed; null: old news, never. */
  annunciatedAt: TimeUs | null
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
  annunciated = 0
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

  #one(transition: DetectorTransition): void {
    const { key, event, ingest } = transition
    const counts = ingest >= this.#from
    if (counts) this.#before ??= [...this.#open.values()]
    const name = JSON.stringify([key.rule, key.asset, key.discriminator])
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
      if (changed(open, transition) && counts) this.annunciated++
    }
  }

  #keep(raised: Occurrence): void {
    this.raised++
    if (raised.annunciatedAt !== null) this.annunciated++
    if (this.#kept.length < this.#most) this.#kept.push(raised)
  }
}

/** Notes what happened while it stood; true when people heard of it only now. */
function changed(
  open: Occurrence,
  { event, at, ingest, level }: DetectorTransition,
): boolean {
  switch (event) {
    case 'announced': {
      const isNews = open.annunciatedAt === null
      open.annunciatedAt ??= ingest
      return isNews
    }
    case 'cleared':
    case 'withdrawn':
      open.endedAt = at
      return false
    case 'level':
      open.level = Math.max(open.level, level)
      return false
    case 'corrected':
      open.corrected = true
      return false
    case 'raised':
    case 'evidence_lost':
    case 'evidence_back':
      return false
  }
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
    annunciatedAt: historical ? null : ingest,
    endedAt: null,
    end: 'open',
    level,
    corrected: false,
    ruleVersion,
    evidence,
  }
}
