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
          const answer = await service.post(
            '/apply',
            {
              ...files,
              dryRun: options.dryRun ?? false,
              prune: options.prune ?? false,
              ...(options.take !== undefined && { take: options.take }),
            },
            applyAnswer,
          )
          terminal.out(options.json === true ? JSON.stringify(answer) : picture(answer))
          const conflict = answer.changes.some(({ change }) => change === 'conflict')
          if (answer.mistakes.length > 0 || conflict) worst = exit.invalid
        }
        return worst
      })
      finish(code)
    })
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
  const shown = answer.changes.filter(({ change }) => change !== 'unchanged')
  const lines = shown
    .slice(0, mostLines)
    .map(
      ({ kind, slug, change, fields }) =>
        `  ${sign[change]} ${kind} ${slug}${fields.length > 0 ? `: ${fields.join(', ')}` : ''}`,
    )
  if (shown.length > mostLines) lines.push(`  … and ${shown.length - mostLines} more`)
  return [
    ...answer.warnings.map((text) => `  note: ${text}`),
    ...lines,
    summary(answer),
  ].join('\n')
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
