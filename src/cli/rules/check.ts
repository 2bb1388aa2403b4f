import { Command } from 'commander'
import { ruleCheckView, ruleCheckViewOf, type RuleCheckView } from '../../api/rule-view.ts'
import type { Config } from '../../config.ts'
import { checkRules } from '../../workshop/check-rules.ts'
import { serviceRuns, withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { counted, mistakeLines } from '../types/mistake-lines.ts'
import { readRules, type RulesOnDisk } from './files.ts'

interface Options {
  readonly organisation?: string
  readonly strict?: boolean
  readonly json?: boolean
}

/** `gatuvakt rules check`: everything that is wrong with rules, by file and place. */
export function checkCommand(terminal: Terminal, finish: Run): Command {
  return new Command('check')
    .description(
      'Say everything that is wrong with rules and their tests, by file and line',
    )
    .argument('<path>', 'a file with rules, or a folder')
    .option('--organisation <slug>', 'whose service; needed when there are several')
    .option('--strict', 'end with 3 for warnings too')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt rules check config/demo/strandkoping/rules
  gatuvakt rules check rules/lights.yaml --strict

In the folder of an organisation the rules are held against its assets, devices and types; elsewhere
against the running service; and if none runs, against the schema alone.
Exit codes: 0 nothing is wrong · 3 something is · 4 no such file`,
    )
    .action(async (path: string, options: Options, command: Command) => {
      const found = await readRules(path)
      const view = await checked(found, options, settings(command, terminal))
      const wrong =
        view.mistakes.length + (options.strict === true ? view.warnings.length : 0)
      terminal.out(options.json === true ? JSON.stringify(view) : picture(found.root, view))
      finish(wrong === 0 ? exit.ok : exit.invalid)
    })
}

async function checked(
  { files, around }: RulesOnDisk,
  { organisation }: Options,
  config: Config,
): Promise<RuleCheckView> {
  if (around !== undefined) {
    const logKeeps = config.readingLog.maxAge
    return ruleCheckViewOf('files', checkRules(files, { ...around, logKeeps }))
  }
  if (!(await serviceRuns(config))) return ruleCheckViewOf('schema', checkRules(files))
  return withLocalService(config, (service) =>
    service.post(
      '/rules-check',
      { files, ...(organisation !== undefined && { organisation }) },
      ruleCheckView,
    ),
  )
}

const againstWords = {
  files: 'against the files of the organisation',
  service: 'against what is in force',
  schema: 'against the schema alone: no organisation.yaml is near, and no service runs',
} as const

function picture(
  root: string,
  { against, rules, mistakes, warnings }: RuleCheckView,
): string {
  return [
    ...mistakeLines(root, mistakes),
    ...mistakeLines(root, warnings).map((line) =>
      line.startsWith(' ') ? line : `note: ${line}`,
    ),
    ...rules.map(
      ({ slug, priority, kind, assets, tests }) =>
        `${slug}  priority ${priority}, ${kind}${assets === null ? '' : `, matches ${counted(assets, 'asset')}`}, ${counted(tests, 'test')}`,
    ),
    `${counted(rules.length, 'rule')} ${againstWords[against]}: ${mistakes.length === 0 ? 'nothing wrong' : counted(mistakes.length, 'mistake')}${warnings.length > 0 ? `, ${counted(warnings.length, 'note')}` : ''}`,
  ].join('\n')
}
