import { Command } from 'commander'
import { typeRollBackView } from '../../api/type-view.ts'
import { Problem } from '../../domain/problem.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { bring } from './apply.ts'

interface Options {
  readonly organisation?: string
  readonly to?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

/** `gatuvakt types rollback`: an earlier text of a type, as a new version. */
export function rollBackCommand(terminal: Terminal, finish: Run): Command {
  return new Command('rollback')
    .description('Bring an earlier text of a device type back, as a new version')
    .argument('<type>', 'its whole name: acme/slc@1.0.0')
    .option(
      '--to <version>',
      'of the configuration that brought the text; left out: the one before',
    )
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--dry-run', 'show what would change and change nothing')
    .option('--yes', 'do not ask; elsewhere than on a terminal nothing is asked anyway')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  gatuvakt types rollback acme/slc@1.0.0 --dry-run\n  gatuvakt types rollback acme/slc@1.0.0 --to 12\n\ngatuvakt replay understands what was heard meanwhile with the earlier text again.',
    )
    .action(async (type: string, options: Options, command: Command) => {
      const { organisation } = options
      const to = versionOf(options.to)
      const code = await withLocalService(settings(command, terminal), (service) =>
        bring(
          (dryRun) =>
            service.post(
              '/types-rollback',
              {
                type,
                dryRun,
                ...(organisation !== undefined && { organisation }),
                ...(to !== undefined && { to }),
              },
              typeRollBackView,
            ),
          options,
          terminal,
        ),
      )
      finish(code)
    })
}

function versionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Problem({
    kind: 'invalid',
    what: `${text} is no version of a configuration`,
    where: '--to',
    next: 'a whole number, as gatuvakt types apply answers it',
  })
}
