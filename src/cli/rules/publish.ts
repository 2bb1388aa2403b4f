import { Command, Option } from 'commander'
import { rulePublishView, type RulePublishView } from '../../api/rule-view.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { counted, mistakeLines } from '../types/mistake-lines.ts'
import { readRuleFiles, type RuleFiles } from '../../workshop/rule-files.ts'
import { readRules, type RulesOnDisk } from './files.ts'
import { testLines } from './test.ts'

interface Options {
  readonly comment: string
  readonly organisation?: string
  readonly backtest?: string[]
  readonly withoutBacktest?: string
  readonly dryRun?: boolean
  readonly take?: string
  readonly yes?: boolean
  readonly json?: boolean
}

/** `gatuvakt rules publish`: one file of rules into the running service. */
export function publishCommand(terminal: Terminal, finish: Run): Command {
  return new Command('publish')
    .description('Test the rules of a file and bring them into force, as a new version')
    .argument('<file>', 'with rules; its tests stand beside it')
    .requiredOption('--comment <text>', 'why; stands in the history of versions')
    .addOption(
      new Option(
        '--backtest <id...>',
        'the backtest that speaks for it, one a rule',
      ).conflicts('withoutBacktest'),
    )
    .option('--without-backtest <reason>', 'why there is none; for priority 1 and 2')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--dry-run', 'show what would change and change nothing')
    .option('--take <side>', 'in a conflict take the side of: yaml, database')
    .option('--yes', 'do not ask; elsewhere than on a terminal nothing is asked anyway')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt rules publish rules/lights.yaml --comment "20 W, as the electricians asked"
  gatuvakt rules publish rules/pumps.yaml --comment "later" --backtest 01JD3Q --dry-run
  gatuvakt rules publish rules/pumps.yaml --comment "new" --without-backtest "a new station, no history"

Alarms that stand stay if the new text still holds, and are closed as withdrawn if it does not.
Exit codes: 0 in force, or nothing to change · 3 refused · 4 no such file or backtest`,
    )
    .action(async (file: string, options: Options, command: Command) => {
      const found = await readRules(file)
      const code = await withLocalService(settings(command, terminal), (service) => {
        const { organisation, comment, backtest, withoutBacktest, take } = options
        const own = filesToSend(found)
        const send = (dryRun: boolean): Promise<RulePublishView> =>
          service.post(
            '/rules-publish',
            {
              files: own,
              comment,
              dryRun,
              ...(organisation !== undefined && { organisation }),
              ...(backtest !== undefined && { backtests: backtest }),
              ...(withoutBacktest !== undefined && { withoutBacktest }),
              ...(take !== undefined && { take }),
            },
            rulePublishView,
          )
        return bring(send, { ...options, root: found.root }, terminal)
      })
      finish(code)
    })
}

/** The rules that were named, and the tests beside them that are about one of these. */
function filesToSend({ files, named }: RulesOnDisk): RuleFiles {
  const { rules, tests } = readRuleFiles(files)
  const own = new Set(
    rules.filter(({ file }) => named.has(file.path)).map(({ slug }) => slug),
  )
  const about = new Set(
    tests.filter(({ resolved }) => own.has(resolved.slug)).map(({ file }) => file.path),
  )
  return files.filter(
    ({ path }) => named.has(path) || about.has(path) || isTestOf(path, named),
  )
}

/** `lights.test.yaml` belongs to `lights.yaml` even when it cannot be read. */
function isTestOf(path: string, named: ReadonlySet<string>): boolean {
  return path.endsWith('.test.yaml') && named.has(path.replace(/\.test\.yaml$/, '.yaml'))
}

/** The difference first; then, if it is whole and people agree, the same for good. */
async function bring(
  send: (dryRun: boolean) => Promise<RulePublishView>,
  options: Options & { readonly root: string },
  terminal: Terminal,
): Promise<number> {
  const plan = await send(options.json !== true || options.dryRun === true)
  if (options.json === true) {
    terminal.out(JSON.stringify(plan))
    return codeOf(plan)
  }
  terminal.out(picture(options.root, plan))
  const nothing = plan.changes.every(({ change }) => change === 'unchanged')
  if (options.dryRun === true || codeOf(plan) !== exit.ok || nothing) return codeOf(plan)
  const question = `Bring ${counted(plan.differences.length, 'rule')} into force in ${plan.organisation}?`
  if (options.yes !== true && !(await terminal.agree(question))) {
    terminal.out(`${plan.organisation}: nothing was changed`)
    return exit.ok
  }
  const done = await send(false)
  terminal.out(
    done.version === null
      ? picture(options.root, done)
      : `${done.organisation}: now version ${done.version}`,
  )
  return codeOf(done)
}

function codeOf({ mistakes, tests, changes }: RulePublishView): number {
  const refused =
    mistakes.length > 0 ||
    tests.some(({ holds }) => !holds) ||
    changes.some(({ change }) => change === 'conflict')
  return refused ? exit.invalid : exit.ok
}

function picture(root: string, view: RulePublishView): string {
  const { organisation, tests, mistakes, differences, changes, wantBacktest } = view
  const wrong = tests.filter(({ holds }) => !holds)
  const conflicts = changes.filter(({ change }) => change === 'conflict')
  const head = [
    ...mistakeLines(root, mistakes),
    ...testLines(root, { holds: false, tests: wrong, mistakes: [] }),
    `${tests.length - wrong.length} of ${counted(tests.length, 'test')} hold`,
    ...differences.flatMap(({ slug, lines }) => [`--- ${slug}`, ...lines]),
  ]
  if (mistakes.length + wrong.length > 0) {
    return [...head, `${organisation}: nothing was changed`].join('\n')
  }
  if (conflicts.length > 0) {
    const names = conflicts.map(({ slug }) => slug).join(', ')
    return [
      ...head,
      `${organisation}: nothing was changed, ${names} was edited in the database since the last apply; --take yaml or --take database decides`,
    ].join('\n')
  }
  if (differences.length === 0)
    return [...head, `${organisation}: nothing to change`].join('\n')
  return [
    ...head,
    ...wantBacktest.map(
      (slug) =>
        `note: ${slug} has priority 1 or 2: it wants --backtest ID or --without-backtest "reason"`,
    ),
    `${organisation}: ${counted(differences.length, 'rule')} would change`,
  ].join('\n')
}
