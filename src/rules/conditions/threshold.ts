import type { Condition } from '../rule.ts'
import type { ValueJudge } from './judge.ts'

type Threshold = Extract<Condition, { kind: 'threshold' }>

/**
 * HIGH enters at value ≥ `above` and leaves below `above - deadband`. LOW is HIGH seen in a mirror:
 * both sides change sign, so there is one comparison and one rounding for the two.
 */
export function judgeThreshold(threshold: Threshold): ValueJudge {
  const { role, above, below, deadband } = threshold
  const sign = above === undefined ? -1 : 1
  const enters = sign * (above ?? below ?? Number.NaN)
  const leaves = enters - deadband
  return {
    clock: 'event',
    role,
    enters: sign * enters,
    leaves: sign * leaves,
    holds: (value, latched) => sign * value >= (latched ? leaves : enters),
  }
}
