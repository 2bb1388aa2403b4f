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
  const model = target.rule.condition.kind === 'noData' ? silence(target) : limit(target)
  return stimuli.flatMap((stimulus) => {
    const said: string[] = []
    model(stimulus, (event, at, historical) => {
      said.push(`${event} ${at}${historical ? ' historical' : ''}`)
    })
    return said
  })
}

type Say = (event: string, at: number, historical: boolean) => void
type Model = (stimulus: Stimulus, say: Say) => void
type Stretch = { readonly from: number; to: number }

function limit({ rule, interval }: RuleTarget): Model {
  const { condition } = rule
  if (condition.kind !== 'threshold') throw new Error('a threshold')
  const { above, below, deadband } = condition
  const maxGap = (rule.maxGap ?? 3 * interval) / SECOND
  const [onDelay, offDelay] = [rule.onDelay / SECOND, rule.offDelay / SECOND]
  const holds = (value: number) => {
    const margin = wasTrue ? deadband : 0
    return above === undefined ? value <= Number(below) + margin : value >= above - margin
  }
  let newest: (Stimulus & { kind: 'reading' }) | undefined
  let lastKnown = -Infinity
  let unknown = true
  let wasTrue = false
  let alarm: { raisedAt: number; told: boolean; lost: boolean } | undefined
  /** Evidence for the other state than the alarm is in: TRUE while there is none, else FALSE. */
  let stretches: Stretch[] = []

  /** When the stretches add up to the delay; undefined if they do not, the last drawn out to `now`. */
  const filled = (now: number, delay: number) => {
    let missing = delay
    for (const [index, { from, to }] of stretches.entries()) {
      const end = index === stretches.length - 1 ? now : to
      if (end - from >= missing) return from + missing
      missing -= end - from
    }
    return undefined
  }
  const settle = (now: number, historical: boolean, say: Say) => {
    const when = filled(now, alarm === undefined ? onDelay : offDelay)
    if (when === undefined) return
    stretches = []
    if (alarm === undefined) {
      alarm = { raisedAt: when, told: !historical, lost: false }
      say('raised', when, historical)
    } else {
      say('cleared', Math.max(when, alarm.raisedAt), historical || !alarm.told)
      alarm = undefined
    }
  }
  const forget = () => {
    if (alarm !== undefined || rule.gapPolicy !== 'reset') return
    stretches = []
    wasTrue = false
  }

  return (stimulus, say) => {
    if (stimulus.kind === 'timer') {
      if (!unknown && stimulus.at - lastKnown <= maxGap) settle(stimulus.at, false, say)
    }
    if (stimulus.kind !== 'reading') return
    const { value, at, quality = 'good', heard = at } = stimulus
    if (newest !== undefined && at < newest.at) return
    const same = value === newest?.value && quality === (newest.quality ?? 'good')
    if (at === newest?.at && same) return
    newest = stimulus
    const historical = heard - at > 300
    if (quality === 'bad' || typeof value !== 'number') {
      unknown = true
      forget()
      if (alarm !== undefined && !alarm.lost)
        say('evidence_lost', at, historical || !alarm.told)
      if (alarm !== undefined) alarm.lost = true
      return
    }
    const whole = !unknown && at - lastKnown <= maxGap
    if (!whole) forget()
    unknown = false
    lastKnown = at
    if (alarm?.lost === true) {
      alarm.lost = false
      say('evidence_back', at, historical || !alarm.told)
    }
    wasTrue = holds(value)
    const last = stretches.at(-1)
    if (wasTrue === (alarm !== undefined)) stretches = []
    else if (whole && last !== undefined) last.to = at
    else stretches.push({ from: at, to: at })
    settle(at, historical, say)
    if (alarm !== undefined && wasTrue && !alarm.told && !historical) {
      alarm.told = true
      say('announced', at, false)
    }
  }
}

function silence({ rule }: RuleTarget): Model {
  const { condition } = rule
  if (condition.kind !== 'noData') throw new Error('a time-out')
  const [timeout, grace] = [condition.timeout / SECOND, condition.grace / SECOND]
  const [onDelay, offDelay] = [rule.onDelay / SECOND, rule.offDelay / SECOND]
  let blindTo = -Infinity
  let lastHeard = 0
  let raisedAt: number | undefined
  /** Messages since the alarm was raised. */
  let messages: number[] = []

  return (stimulus, say) => {
    const now = stimulus.kind === 'reading' ? (stimulus.heard ?? stimulus.at) : undefined
    if (stimulus.kind === 'blind') blindTo = Math.max(blindTo, stimulus.to)
    if (now !== undefined) {
      lastHeard = now
      messages.push(now)
    }
    if (stimulus.kind !== 'reading' && stimulus.kind !== 'timer') return
    const time = now ?? stimulus.at
    if (raisedAt !== undefined) {
      const since = messages.findLastIndex(
        (heard, index) => index === 0 || heard - (messages[index - 1] ?? 0) > timeout,
      )
      const end = (messages[since] ?? Infinity) + offDelay
      if (time < end || (now === undefined && end >= lastHeard + timeout)) return
      say('cleared', Math.max(end, raisedAt), false)
      raisedAt = undefined
    }
    const due = Math.max(lastHeard + timeout, blindTo + grace) + onDelay
    if (stimulus.kind !== 'timer' || time < due) return
    raisedAt = due
    messages = []
    say('raised', due, false)
  }
}
