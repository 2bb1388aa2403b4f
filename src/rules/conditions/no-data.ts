import type { Condition } from '../rule.ts'
import type { SilenceJudge } from './judge.ts'

type NoData = Extract<Condition, { kind: 'noData' }>

/** TRUE when none of the asset's devices was heard for longer than `timeout`. */
export function judgeNoData({ timeout, grace }: NoData): SilenceJudge {
  return { clock: 'processing', timeout, grace }
}
