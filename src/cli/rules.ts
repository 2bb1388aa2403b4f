import { Command } from 'commander'
import type { Run } from './program.ts'
import { backtestCommand } from './rules/backtest.ts'
import { checkCommand } from './rules/check.ts'
import { diffCommand } from './rules/diff.ts'
import { explainCommand } from './rules/explain.ts'
import { ruleListCommand } from './rules/list.ts'
import { publishCommand } from './rules/publish.ts'
import { sweepCommand } from './rules/sweep.ts'
import { testCommand } from './rules/test.ts'
import type { Terminal } from './terminal.ts'

/** `gatuvakt rules`: rules, from a text to what wakes people up. */
export function rulesCommand(terminal: Terminal, finish: Run): Command {
  return new Command('rules')
    .description('Rules: check, test, run over the past, bring into force, explain')
    .addCommand(checkCommand(terminal, finish))
    .addCommand(testCommand(terminal, finish))
    .addCommand(backtestCommand(terminal, finish))
    .addCommand(diffCommand(terminal, finish))
    .addCommand(sweepCommand(terminal, finish))
    .addCommand(publishCommand(terminal, finish))
    .addCommand(explainCommand(terminal, finish))
    .addCommand(ruleListCommand(terminal, finish))
    .addHelpText(
      'after',
      `
Examples, in the order of the work:
  gatuvakt rules check rules/lights.yaml
  gatuvakt rules test rules/lights.yaml
  gatuvakt rules backtest rules/lights.yaml --rule lamp-dark --from 30d --against live
  gatuvakt rules publish rules/lights.yaml --comment "20 W, as the electricians asked"
  gatuvakt rules list
  gatuvakt rules explain lamp-dark lamp-17 --at 2026-11-20T22:00:00+01:00

docs/rules.md goes the whole way.`,
    )
}
