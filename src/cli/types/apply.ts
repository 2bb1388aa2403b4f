import { Command } from 'commander'
import { typeApplyView, type TypeApplyView } from '../../api/type-view.ts'
import { picture } from '../apply.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { readTypeFolder } from './folder.ts'

interface Options {
  readonly organisation?: string
  readonly dryRun?: boolean
  readonly take?: string
  readonly yes?: boolean
  readonly json?: boolean
}

/** `gatuvakt types apply`: one type into the running service. */
export function applyCommand(terminal: Terminal, finish: Run): Command {
  return new Command('apply')
    .description('Bring one device type into force at once, as a new version')
    .argument('<folder>', 'with type.yaml and vectors/')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--dry-run', 'show what would change and change nothing')
    .option('--take <side>', 'in a conflict take the side of: yaml, database')
    .option('--yes', 'do not ask; elsewhere than on a terminal nothing is asked anyway')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt types apply slc --organisation strandkoping --dry-run
  gatuvakt types apply slc

What is heard from then on is understood with it; nothing reconnects. gatuvakt replay understands
what was heard before with it too, and gatuvakt types rollback brings the earlier text back.`,
    )
    .action(async (folder: string, options: Options, command: Command) => {
      const files = await readTypeFolder(folder)
      const code = await withLocalService(settings(command, terminal), (service) => {
        const { organisation, take } = options
        const send = (dryRun: boolean): Promise<TypeApplyView> =>
          service.post(
            '/types-apply',
            {
              files,
              dryRun,
              ...(organisation !== undefined && { organisation }),
              ...(take !== undefined && { take }),
            },
            typeApplyView,
          )
        return bring(send, options, terminal)
      })
      finish(code)
    })
}

/** What the commands that change one type have in common: the difference, the question, the deed. */
export async function bring<T extends TypeApplyView>(
  send: (dryRun: boolean) => Promise<T>,
  options: Pick<Options, 'dryRun' | 'yes' | 'json'>,
  terminal: Terminal,
): Promise<number> {
  const plan = await send(options.json !== true || options.dryRun === true)
  if (options.json === true) {
    terminal.out(JSON.stringify(plan))
    return codeOf(plan)
  }
  const nothing = plan.changes.every(({ change }) => change === 'unchanged')
  terminal.out(picture(plan))
  if (options.dryRun === true || codeOf(plan) !== exit.ok || nothing) return codeOf(plan)
  const [change] = plan.changes
  const question = `Apply ${change?.slug ?? 'this'} to ${plan.organisation}?`
  if (options.yes !== true && !(await terminal.agree(question))) {
    terminal.out(`${plan.organisation}: nothing was changed`)
    return exit.ok
  }
  const done = await send(false)
  terminal.out(
    done.version === null
      ? picture(done)
      : `${done.organisation}: now version ${done.version}`,
  )
  return codeOf(done)
}

function codeOf({ mistakes, changes }: TypeApplyView): number {
  const refused = mistakes.length > 0 || changes.some(({ change }) => change === 'conflict')
  return refused ? exit.invalid : exit.ok
}
