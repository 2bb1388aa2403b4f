/** What backtests answer, for those who show it. */

import { rolesOf } from '../../rules/roles.ts'
import { rule as ruleSchema, type Rule } from '../../rules/rule.ts'
import type { JsonObject } from '../../configuration/json.ts'

export type { Matching } from '../../rules/backtest/matching.ts'
export type { BacktestLine, RunLine } from './messages.ts'
export type { ArmReport, BacktestReport } from '../../rules/backtest/report.ts'
export type { SweepReport } from '../../rules/backtest/sweep.ts'
export type { Rule } from '../../rules/rule.ts'

/** A rule's text as the engine takes it. Throws ZodError when it is none. */
export function parsedRule(document: JsonObject): Rule {
  return ruleSchema.parse(document)
}

/** The roles that a rule reads, to raise and to clear. */
export function rolesOfRule({ condition, clearWhen }: Rule): readonly string[] {
  const both = [condition, ...(clearWhen === undefined ? [] : [clearWhen])]
  return [...new Set(both.flatMap(rolesOf))]
}
