import { SECOND } from '../../src/domain/time.ts'
import type { RuleTarget } from '../../src/rules/detector.ts'
import type { Stimulus } from './rules.ts'

/**
 * The rules of src/rules/README.md written down a second time, slowly and in another way: where
 * the detector moves the onset of a delay, the model keeps the stretches of evidence and adds them
 * up. One target, whole seconds, no activations.
 */
export function expectedOf(
  target: RuleTarget,
  stimuli: readonly Stimulus[],
): readonly string[] {
  const model =
    target.rule.condition.kind === 'noData'
      ? new SilenceModel(target)
      : new LimitModel(target)
  for (const stimulus of stimuli) model.take(stimulus)
  return model.said
}

class Model {
  readonly said: string[] = []
  readonly onDelay: number
  readonly offDelay: number

  constructor({ rule }: RuleTarget) {
    this.onDelay = rule.onDelay / SECOND
    this.offDelay = rule.offDelay / SECOND
  }

  say(event: string, at: number, historical = false): void {
    this.said.push(`${event} ${at}${historical ? ' historical' : ''}`)
  }
}

type Heard = Stimulus & { readonly kind: 'reading' }

class LimitModel extends Model {
  readonly #target: RuleTarget
  readonly #maxGap: number
  #newest: Heard | undefined
  #lastKnown = -Infinity
  #unknown = true
  #wasTrue = false
  #alarm: { readonly raisedAt: number; told: boolean; lost: boolean } | undefined
  /** Evidence for the other state than the alarm is in: TRUE while there is none, else FALSE. */
  #stretches: { readonly from: number; to: number }[] = []

  constructor(target: RuleTarget) {
    super(target)
    this.#target = target
    this.#maxGap = (target.rule.maxGap ?? 3 * target.interval) / SECOND
  }

  take(stimulus: Stimulus): void {
    if (stimulus.kind === 'reading' && this.#isNews(stimulus)) {
      this.#newest = stimulus
      const { value, quality, at, heard = at } = stimulus
      const historical = heard - at > 300
      this.#runOut(at, historical)
      if (quality === 'bad' || typeof value !== 'number') this.#takeUnknown(at, historical)
      else this.#takeKnown(value, at, historical)
    } else if (stimulus.kind === 'timer') {
      this.#runOut(stimulus.at + 1e-6, false)
    }
  }

  /** A delay that ends before `at` ends, if the evidence was fresh by then. */
  #runOut(at: number, historical: boolean): void {
    if (this.#unknown) return
    const delay = this.#alarm === undefined ? this.onDelay : this.offDelay
    const when = this.#filled(Infinity, delay)
    if (when === undefined || when >= at || when - this.#lastKnown > this.#maxGap) return
    this.#settle(when, historical)
  }

  #isNews({ at, value, quality }: Heard): boolean {
    const newest = this.#newest
    if (newest === undefined || at > newest.at) return true
    return at === newest.at && (value !== newest.value || quality !== newest.quality)
  }

  #takeUnknown(at: number, historical: boolean): void {
    this.#unknown = true
    this.#forget()
    if (this.#alarm === undefined || this.#alarm.lost) return
    this.#alarm.lost = true
    this.say('evidence_lost', at, historical || !this.#alarm.told)
  }

  #takeKnown(value: number, at: number, historical: boolean): void {
    const whole = !this.#unknown && at - this.#lastKnown <= this.#maxGap
    if (!whole) this.#forget()
    this.#unknown = false
    this.#lastKnown = at
    if (this.#alarm?.lost === true) {
      this.#alarm.lost = false
      this.say('evidence_back', at, historical || !this.#alarm.told)
    }
    this.#wasTrue = this.#holds(value)
    this.#stretch(at, whole)
    this.#settle(at, historical)
    if (this.#alarm?.told === false && this.#wasTrue && !historical) {
      this.#alarm.told = true
      this.say('announced', at)
    }
  }

  #holds(value: number): boolean {
    const { condition } = this.#target.rule
    if (condition.kind !== 'threshold') throw new Error('a threshold')
    const { above, below, deadband } = condition
    const margin = this.#wasTrue ? deadband : 0
    return above === undefined
      ? value <= Number(below) + margin
      : value >= Number(above) - margin
  }

  #stretch(at: number, whole: boolean): void {
    const last = this.#stretches.at(-1)
    if (this.#wasTrue === (this.#alarm !== undefined)) this.#stretches = []
    else if (whole && last !== undefined) last.to = at
    else this.#stretches.push({ from: at, to: at })
  }

  /** A hole, when the rule resets on holes. */
  #forget(): void {
    if (this.#alarm !== undefined || this.#target.rule.gapPolicy !== 'reset') return
    this.#stretches = []
    this.#wasTrue = false
  }

  #settle(now: number, historical: boolean): void {
    const when = this.#filled(now, this.#alarm === undefined ? this.onDelay : this.offDelay)
    if (when === undefined) return
    this.#stretches = []
    if (this.#alarm === undefined) {
      this.#alarm = { raisedAt: when, told: !historical, lost: false }
      this.say('raised', when, historical)
    } else {
      this.say(
        'cleared',
        Math.max(when, this.#alarm.raisedAt),
        historical || !this.#alarm.told,
      )
      this.#alarm = undefined
    }
  }

  /** When the stretches add up to the delay; undefined if they do not, the last drawn out to `now`. */
  #filled(now: number, delay: number): number | undefined {
    let missing = delay
    for (const [index, { from, to }] of this.#stretches.entries()) {
      const end = index === this.#stretches.length - 1 ? now : to
      if (end - from >= missing) return from + missing
      missing -= end - from
    }
    return undefined
  }
}

class SilenceModel extends Model {
  readonly #timeout: number
  readonly #grace: number
  #blindTo = -Infinity
  #lastHeard = 0
  #raisedAt: number | undefined
  /** Messages since the alarm was raised. */
  #messages: number[] = []

  constructor(target: RuleTarget) {
    super(target)
    const { condition } = target.rule
    if (condition.kind !== 'noData') throw new Error('a time-out')
    this.#timeout = condition.timeout / SECOND
    this.#grace = condition.grace / SECOND
  }

  take(stimulus: Stimulus): void {
    if (stimulus.kind === 'blind') this.#blindTo = Math.max(this.#blindTo, stimulus.to)
    if (stimulus.kind === 'reading') this.#hear(stimulus.heard ?? stimulus.at)
    if (stimulus.kind === 'timer') this.#wake(stimulus.at)
  }

  #hear(now: number): void {
    this.#lastHeard = now
    this.#messages.push(now)
    if (now >= this.#quietEnd()) this.#clear()
  }

  #wake(now: number): void {
    const end = this.#quietEnd()
    if (now >= end && end < this.#lastHeard + this.#timeout) this.#clear()
    const silent = Math.max(this.#lastHeard + this.#timeout, this.#blindTo + this.#grace)
    if (this.#raisedAt !== undefined || now < silent + this.onDelay) return
    this.#raisedAt = silent + this.onDelay
    this.#messages = []
    this.say('raised', this.#raisedAt)
  }

  /** The off-delay after the first of the newest messages that no silence parts. */
  #quietEnd(): number {
    const messages = this.#messages
    const first = messages.findLastIndex(
      (heard, index) => index === 0 || heard - (messages[index - 1] ?? 0) > this.#timeout,
    )
    return (messages[first] ?? Infinity) + this.offDelay
  }

  #clear(): void {
    if (this.#raisedAt === undefined) return
    this.say('cleared', Math.max(this.#quietEnd(), this.#raisedAt))
    this.#raisedAt = undefined
  }
}
