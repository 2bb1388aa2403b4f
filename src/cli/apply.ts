import { Command } from 'commander'
import { applyAnswer, type ApplyAnswer } from '../api/local/answers.ts'
import { readFolder } from '../configuration/read-folder.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

interface Options {
  readonly dryRun?: boolean
  readonly prune?: boolean
  readonly take?: string
  readonly json?: boolean
  readonly yes?: boolean
}

/** `gatuvakt apply FOLDER`: YAML into the database, the difference first. */
export function applyCommand(terminal: Terminal, finish: Run): Command {
  return new Command('apply')
    .description(
      'Bring the configuration of an organisation from a folder of YAML into force',
    )
    .argument('<folder...>', 'one folder for each organisation, named like it')
    .option('--dry-run', 'show the difference and change nothing')
    .option('--prune', 'retire what the folder no longer names')
    .option('--take <side>', 'in a conflict take the side of: yaml, database')
    .option('--yes', 'do not ask; elsewhere than on a terminal nothing is asked anyway')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  gatuvakt apply config/demo/strandkoping --dry-run\n  gatuvakt apply config/demo/* --take yaml',
    )
    .action(async (folders: string[], options: Options, command: Command) => {
      const config = settings(command, terminal)
      const code = await withLocalService(config, async (service) => {
        let worst: number = exit.ok
        for (const folder of folders) {
          const files = await readFolder(folder)
          const request = {
            ...files,
            prune: options.prune ?? false,
            ...(options.take !== undefined && { take: options.take }),
          }
          const apply = (dryRun: boolean): Promise<ApplyAnswer> =>
            service.post('/apply', { ...request, dryRun }, applyAnswer)
          worst = Math.max(worst, await applyFolder(apply, options, terminal))
        }
        return worst
      })
      finish(code)
    })
}

/** The difference first; then, if it is whole and people agree, the same for good. */
async function applyFolder(
  apply: (dryRun: boolean) => Promise<ApplyAnswer>,
  options: Options,
  terminal: Terminal,
): Promise<number> {
  if (options.json === true) return await applyForPrograms(apply, options, terminal)
  const plan = await apply(true)
  const nothing = plan.changes.every(({ change }) => change === 'unchanged')
  if (options.dryRun === true || refused(plan) || nothing) {
    terminal.out(picture(plan))
    return refused(plan) ? exit.invalid : exit.ok
  }
  const difference = lines(plan)
  if (difference.length > 0) terminal.out(difference.join('\n'))
  if (
    options.yes !== true &&
    !(await terminal.agree(`Apply this to ${plan.organisation}?`))
  ) {
    terminal.out(`${plan.organisation}: nothing was changed`)
    return exit.ok
  }
  const done = await apply(false)
  terminal.out(refused(done) ? picture(done) : summary(done))
  return refused(done) ? exit.invalid : exit.ok
}

async function applyForPrograms(
  apply: (dryRun: boolean) => Promise<ApplyAnswer>,
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const answer = await apply(options.dryRun ?? false)
  terminal.out(JSON.stringify(answer))
  return refused(answer) ? exit.invalid : exit.ok
}

function refused(answer: ApplyAnswer): boolean {
  return (
    answer.mistakes.length > 0 || answer.changes.some(({ change }) => change === 'conflict')
  )
}

const sign: Record<ApplyAnswer['changes'][number]['change'], string> = {
  create: '+',
  update: '~',
  rename: '→',
  retire: '-',
  unchanged: ' ',
  conflict: '!',
}
const mostLines = 60

/** The difference as lines for people. */
export function picture(answer: ApplyAnswer): string {
  if (answer.mistakes.length > 0) {
    return [
      `${answer.organisation}: nothing was changed, the files have mistakes:`,
      ...answer.mistakes.map(
        ({ file, line, column, what, next }) =>
          `  ${file}:${line}:${column}: ${what}${next === undefined ? '' : ` (${next})`}`,
      ),
    ].join('\n')
  }
  return [...lines(answer), summary(answer)].join('\n')
}

function lines(answer: ApplyAnswer): string[] {
  const shown = answer.changes.filter(({ change }) => change !== 'unchanged')
  const changes = shown
    .slice(0, mostLines)
    .map(
      ({ kind, slug, change, fields }) =>
        `  ${sign[change]} ${kind} ${slug}${fields.length > 0 ? `: ${fields.join(', ')}` : ''}`,
    )
  const more = shown.length - mostLines
  const rest = more > 0 ? [`  … and ${more} more`] : []
  return [...answer.warnings.map((text) => `  note: ${text}`), ...changes, ...rest]
}

function summary(answer: ApplyAnswer): string {
  const conflicts = answer.changes.filter(({ change }) => change === 'conflict').length
  if (conflicts > 0) {
    return `${answer.organisation}: nothing was changed, ${conflicts} objects were edited in the database since the last apply; --take yaml or --take database decides`
  }
  const changed = answer.changes.filter(({ change }) => change !== 'unchanged').length
  if (changed === 0) return `${answer.organisation}: nothing to change`
  return answer.version === null
    ? `${answer.organisation}: ${changed} changes, not applied (dry run)`
    : `${answer.organisation}: ${changed} changes, now version ${answer.version}`
}
