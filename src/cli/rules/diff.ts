import { Command } from 'commander'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { reportLines } from './report-lines.ts'
import { ruleIn, runPast, timeText } from './run-past.ts'

interface Options {
  readonly rule?: string
  readonly organisation?: string
  readonly from: string
  readonly to: string
  readonly json?: boolean
}

/** `gatuvakt rules diff`: which alarms a new text of a rule would bring and take away. */
export function diffCommand(terminal: Terminal, finish: Run): Command {
  return new Command('diff')
    .description(
      'Alarms that a new text of a rule brings and takes away, over stored history',
    )
    .argument('<file>', 'file with the rule')
    .option('--rule <slug>', 'which rule of the file; left out: its only one')
    .option('--organisation <slug>', 'whose history; left out: the only one there is')
    .option(
      '--from <time>',
      'heard since: 2026-11-01T00:00:00Z, or 7d for so long ago',
      '7d',
    )
    .option('--to <time>', 'heard before this', '0s')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt rules diff rules/lights.yaml --rule lamp-dark
  gatuvakt rules diff rules/lights.yaml --rule lamp-dark --from 30d --json`,
    )
    .action(async (file: string, options: Options, command: Command) => {
      const { slug, document } = await ruleIn(file, options.rule)
      const { organisation } = options
      const body = {
        rule: slug,
        draft: document,
        against: 'live',
        from: timeText(options.from, '--from'),
        to: timeText(options.to, '--to'),
        ...(organisation !== undefined && { organisation }),
      }
      const done = await withLocalService(settings(command, terminal), async (service) => {
        await service.settle()
        return runPast(service, '/rules-backtest', { body, terminal })
      })
      finish(done === undefined ? exit.interrupted : exit.ok)
      if (done === undefined || done.last.kind !== 'report') return
      const { last, seconds } = done
      const { difference, exact, inexact } = last
      terminal.out(
        options.json === true
          ? JSON.stringify({ difference, exact, inexact })
          : reportLines(last, seconds).join('\n'),
      )
    })
}
