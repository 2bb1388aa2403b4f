import { Command } from 'commander'
import { whyNotView, type WhyNotView } from '../../api/why-not-view.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { counted } from '../types/mistake-lines.ts'

interface Options {
  readonly at?: string
  readonly organisation?: string
  readonly json?: boolean
}

/** `gatuvakt rules explain`: why there is an alarm, or why not. */
export function explainCommand(terminal: Terminal, finish: Run): Command {
  return new Command('explain')
    .description('Say why a rule raised an alarm on an asset at a time, or why not')
    .argument('<rule>', 'its slug')
    .argument('<asset>', 'its slug')
    .option('--at <time>', 'with its zone, as 2026-11-20T22:00:00+01:00; left out: now')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt rules explain lamp-dark lamp-17
  gatuvakt rules explain well-high pump-1 --at 2026-11-20T03:15:00+01:00

✓ holds · ✗ does not hold · ? is unknown. The stored readings up to that time are played once more
through the rule as it was then; whether people were told of it stands in the journal of its alarm.
NO_COLOR=1 leaves the colours out.`,
    )
    .action(async (rule: string, asset: string, options: Options, command: Command) => {
      const { organisation, at } = options
      const view = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/rules-explain',
          {
            rule,
            asset,
            ...(at !== undefined && { at }),
            ...(organisation !== undefined && { organisation }),
          },
          whyNotView,
        ),
      )
      const paint = terminal.interactive && (terminal.env['NO_COLOR'] ?? '') === ''
      terminal.out(options.json === true ? JSON.stringify(view) : picture(view, paint))
      finish(exit.ok)
    })
}

const marks = { true: ['✓', 32], false: ['✗', 31], unknown: ['?', 33] } as const

function picture(view: WhyNotView, paint: boolean): string {
  const { rule, asset, at, sentence, tree, readings, from, ruleVersion } = view
  const lines = tree.map(({ depth, truth, text }) => {
    const [mark, colour] = truth === null ? ['', 0] : marks[truth]
    const sign = paint && mark !== '' ? `\u001B[${colour}m${mark}\u001B[0m` : mark
    return `${'  '.repeat(depth + 1)}${sign === '' ? '' : `${sign} `}${text}`
  })
  return [
    `${rule} on ${asset} at ${at}: ${sentence}`,
    ...lines,
    ...(view.alarm === null ? [] : [view.alarm.sentence]),
    ...(view.state === null
      ? []
      : [
          `(${counted(readings, 'reading')} since ${from}, text of version ${ruleVersion})`,
        ]),
  ].join('\n')
}
