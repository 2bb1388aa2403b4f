import { Command } from 'commander'
import { backtestRecording } from '../../workshop/backtest/recording.ts'
import { rolesOfRule } from '../../workshop/backtest/reports.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { readRecording } from './recordings.ts'
import { recordingSum, sumLines } from './recording-sum.ts'
import { reportLines } from './report-lines.ts'
import { readLabels, ruleIn, runPast, timeText, type RuleOnDisk } from './run-past.ts'

interface Options {
  readonly rule?: string
  readonly organisation?: string
  readonly from?: string
  readonly to?: string
  readonly against?: string
  readonly labels?: string
  readonly source?: string
  readonly recording?: string[]
  readonly map?: string[]
  readonly time?: string
  readonly label?: string
  readonly timezone: string
  readonly json?: boolean
}

/** `gatuvakt rules backtest`: what a rule would have said of the past. */
export function backtestCommand(terminal: Terminal, finish: Run): Command {
  return described(new Command('backtest')).action(
    async (file: string, options: Options, command: Command) => {
      const found = await ruleIn(file, options.rule)
      if (options.recording !== undefined) {
        await overRecordings(found, options, terminal)
        finish(exit.ok)
        return
      }
      await overHistory(found, options, { command, terminal, finish })
    },
  )
}

function described(command: Command): Command {
  return command
    .description(
      'Run a rule over stored history, or over recordings, with the engine that runs live',
    )
    .argument('<file>', 'file with the rule')
    .option('--rule <slug>', 'which rule of the file; left out: its only one')
    .option('--organisation <slug>', 'whose history; left out: the only one there is')
    .option(
      '--from <time>',
      'heard since: 2026-11-01T00:00:00Z, or 30d for so long ago',
      '30d',
    )
    .option('--to <time>', 'heard before this; left out: until now')
    .option('--against <what>', 'live: beside it the rule as it was in force at each time')
    .option('--labels <file.csv>', 'times in which something was wrong: from, to, asset')
    .option(
      '--source <what>',
      'history (the reading store) or log (word for word)',
      'history',
    )
    .option('--recording <file.csv...>', 'recordings instead of history; needs no service')
    .option('--map <role=column...>', 'which column of the recording measures which role')
    .option(
      '--time <column>',
      'column with the time; left out: the first that sounds like it',
    )
    .option('--label <column>', 'column that is not 0 where something was wrong')
    .option('--timezone <zone>', 'zone of times in a recording that name none', 'UTC')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt rules backtest rules/lights.yaml --rule lamp-dark --from 30d --against live
  gatuvakt rules backtest rules/lights.yaml --rule lamp-dark --from 30d --labels faults.csv --json
  gatuvakt rules backtest rig.yaml --rule flow-sags --recording run-1.csv run-2.csv --map flow="Volume Flow RateRMS" --label anomaly

Nothing is changed by it; the report is kept with the rule. Ctrl-C ends it.`,
    )
}

/** Over what the service has stored. */
async function overHistory(
  found: RuleOnDisk,
  options: Options,
  of: { readonly command: Command; readonly terminal: Terminal; readonly finish: Run },
): Promise<void> {
  const { terminal, finish } = of
  const { organisation, against, source } = options
  const body = {
    rule: found.slug,
    draft: found.document,
    from: timeText(options.from ?? '30d', '--from'),
    to: timeText(options.to ?? '0s', '--to'),
    labels: await readLabels(options.labels),
    ...(organisation !== undefined && { organisation }),
    ...(against !== undefined && { against }),
    ...(source !== undefined && { source }),
  }
  const done = await withLocalService(settings(of.command, terminal), async (service) => {
    await service.settle()
    return runPast(service, '/rules-backtest', { body, terminal })
  })
  finish(done === undefined ? exit.interrupted : exit.ok)
  if (done === undefined || done.last.kind !== 'report') return
  const { last, seconds } = done
  const json = options.json === true
  terminal.out(json ? JSON.stringify(last) : reportLines(last, seconds).join('\n'))
}

/** Each recording by itself, and all of them together. */
async function overRecordings(
  { slug, rule }: RuleOnDisk,
  options: Options,
  terminal: Terminal,
): Promise<void> {
  const { recording: files = [], map, time, label, timezone, json } = options
  const roles = rolesOfRule(rule)
  const results = []
  for (const file of files) {
    const recording = await readRecording(file, roles, {
      timezone,
      ...(map !== undefined && { map }),
      ...(time !== undefined && { time }),
      ...(label !== undefined && { label }),
    })
    const report = await backtestRecording({ slug, rule }, recording, { zone: timezone })
    results.push({ file, report })
    if (terminal.stop.aborted) return
  }
  const sum = recordingSum(results)
  terminal.out(json === true ? JSON.stringify(sum) : sumLines(sum).join('\n'))
}
