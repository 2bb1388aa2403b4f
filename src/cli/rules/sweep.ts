import { Command } from 'commander'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { sweepLines } from './report-lines.ts'
import { readLabels, ruleIn, runPast, timeText } from './run-past.ts'

interface Options {
  readonly rule?: string
  readonly organisation?: string
  readonly path: string
  readonly values: string[]
  readonly from: string
  readonly to: string
  readonly labels?: string
  readonly json?: boolean
}

/** `gatuvakt rules sweep`: alarms and caught faults as a function of one parameter. */
export function sweepCommand(terminal: Terminal, finish: Run): Command {
  return new Command('sweep')
    .description(
      'One parameter of a rule with several values over stored history, in one pass',
    )
    .argument('<file>', 'file with the rule')
    .requiredOption('--path <path>', 'parameter, for instance condition.above or onDelay')
    .requiredOption(
      '--values <value...>',
      'at most 50, for instance 10 20 30, or 10s 1m 5m',
    )
    .option('--rule <slug>', 'which rule of the file; left out: its only one')
    .option('--organisation <slug>', 'whose history; left out: the only one there is')
    .option(
      '--from <time>',
      'heard since: 2026-11-01T00:00:00Z, or 30d for so long ago',
      '30d',
    )
    .option('--to <time>', 'heard before this', '0s')
    .option('--labels <file.csv>', 'times in which something was wrong: from, to, asset')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt rules sweep rules/lights.yaml --rule lamp-dark --path condition.above --values 10 15 20 30
  gatuvakt rules sweep rules/lights.yaml --rule lamp-dark --path onDelay --values 10s 1m 5m --labels faults.csv`,
    )
    .action(async (file: string, options: Options, command: Command) => {
      const { slug, document } = await ruleIn(file, options.rule)
      const { organisation, path } = options
      const body = {
        rule: slug,
        draft: document,
        path,
        values: options.values.map(numberOrText),
        from: timeText(options.from, '--from'),
        to: timeText(options.to, '--to'),
        labels: await readLabels(options.labels),
        ...(organisation !== undefined && { organisation }),
      }
      const done = await withLocalService(settings(command, terminal), async (service) => {
        await service.settle()
        return runPast(service, '/rules-sweep', { body, terminal })
      })
      finish(done === undefined ? exit.interrupted : exit.ok)
      if (done === undefined || done.last.kind !== 'sweep') return
      terminal.out(
        options.json === true
          ? JSON.stringify(done.last)
          : sweepLines(done.last, path).join('\n'),
      )
    })
}

/** `20` is a number, `20s` a text. */
function numberOrText(text: string): number | string {
  const number = Number(text)
  return text.trim() !== '' && Number.isFinite(number) ? number : text
}
