import {
  type AcknowledgementFact,
  type AnnunciationFact,
  byAlarm,
  inOrder,
  isWithin,
  type OfAlarm,
  type Window,
} from './facts.ts'
import { firstFrom, timesOf } from './rates.ts'

/** From the annunciation that asked for it until somebody acknowledged. */
export interface Response extends OfAlarm {
  readonly from: number
  /** Null as long as nobody has. */
  readonly to: number | null
}

/**
 * What was asked of people in the window. Told once more before anybody acknowledged, it is still
 * the first annunciation that people answer.
 */
export function responsesOf(
  facts: {
    readonly annunciations: readonly AnnunciationFact[]
    readonly acknowledgements: readonly AcknowledgementFact[]
  },
  window: Window,
): readonly Response[] {
  const acknowledgements = byAlarm(facts.acknowledgements)
  const responses: Response[] = []
  for (const [alarm, told] of byAlarm(facts.annunciations)) {
    const answers = timesOf(acknowledgements.get(alarm) ?? [])
    let answered = -Infinity
    for (const { at, rule, asset, priority } of inOrder(told)) {
      if (at < answered) continue
      const answer = answers[firstFrom(answers, at)]
      answered = answer ?? Infinity
      if (!isWithin(window, at)) continue
      responses.push({ alarm, rule, asset, priority, from: at, to: answer ?? null })
    }
  }
  return responses
}

export interface ResponseFigures {
  /** Were acknowledged so far. */
  readonly acknowledged: number
  /** Nobody has acknowledged yet. */
  readonly open: number
  /** µs each that was acknowledged took. */
  readonly times: readonly number[]
  /** Acknowledged in time. */
  readonly inTime: number
  /** That had a goal and met or missed it by now. */
  readonly judged: number
  /** µs the longest was, or is by `now`, unacknowledged. */
  readonly longest: number
}

/** `goalOf`: the µs people have for it; undefined where nobody said. */
export function responseFigures(
  responses: readonly Response[],
  goalOf: (response: Response) => number | undefined,
  now: number,
): ResponseFigures {
  const times = responses.flatMap(({ from, to }) => (to === null ? [] : [to - from]))
  const judged = responses.flatMap((response) => {
    const { from, to } = response
    const goal = goalOf(response)
    if (goal === undefined) return []
    const inTime = (to ?? now) - from <= goal
    // What may still be in time is not judged yet.
    return to === null && inTime ? [] : [inTime]
  })
  return {
    acknowledged: times.length,
    open: responses.length - times.length,
    times,
    inTime: judged.filter(Boolean).length,
    judged: judged.length,
    longest: responses.reduce(
      (most, { from, to }) => Math.max(most, (to ?? now) - from),
      0,
    ),
  }
}
