import { join } from 'node:path'
import { Command } from 'commander'
import { ruleTestViewOf, type RuleTestView } from '../../api/rule-view.ts'
import { readRuleFiles } from '../../workshop/rule-files.ts'
import { runRuleTests } from '../../workshop/run-rule-tests.ts'
import type { Run } from '../program.ts'
import { exit, type Terminal } from '../terminal.ts'
import { counted, mistakeLines } from '../types/mistake-lines.ts'
import { readRules, type RulesOnDisk } from './files.ts'

/** `gatuvakt rules test`: what tests expect of rules and what was seen. */
export function testCommand(terminal: Terminal, finish: Run): Command {
  return new Command('test')
    .description('Run tests of rules: readings in, states and alarms out')
    .argument('<path...>', 'files with rules or tests (.test.yaml), or folders')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt rules test config/demo/strandkoping/rules
  gatuvakt rules test rules/lights.yaml            the tests that name one of its rules
  gatuvakt rules test rules/lights.test.yaml --json

Time in a test is made of the test alone: a week of readings runs in a moment.
Exit codes: 0 all hold · 3 some do not, or a file has mistakes · 4 no such file`,
    )
    .action((paths: string[], { json }: { json?: boolean }) =>
      testAll(paths, json === true, { terminal, finish }),
    )
}

async function testAll(
  paths: readonly string[],
  json: boolean,
  { terminal, finish }: { readonly terminal: Terminal; readonly finish: Run },
): Promise<void> {
  const views = []
  for (const path of paths) {
    const found = await readRules(path)
    views.push({ root: found.root, view: testsOf(found) })
  }
  const tests = views.flatMap(({ view }) => view.tests)
  const mistakes = views.flatMap(({ view }) => view.mistakes)
  const whole: RuleTestView = {
    holds: views.every(({ view }) => view.holds),
    tests,
    mistakes,
  }
  if (json) terminal.out(JSON.stringify(whole))
  else {
    const lines = views.flatMap(({ root, view }) => testLines(root, view))
    terminal.out([...lines, summary(whole)].join('\n'))
  }
  finish(whole.holds ? exit.ok : exit.invalid)
}

/** The tests of what was pointed at: a file with rules means the tests that name one of them. */
export function testsOf({ files, named }: RulesOnDisk): RuleTestView {
  const view = ruleTestViewOf(runRuleTests(files))
  const own = new Set(
    readRuleFiles(files)
      .rules.filter(({ file }) => named.has(file.path))
      .map(({ slug }) => slug),
  )
  const tests = view.tests.filter(({ file, rule }) => named.has(file) || own.has(rule))
  const holds = view.mistakes.length === 0 && tests.every((test) => test.holds)
  return { ...view, holds, tests }
}

/** One line a test, and under those that do not hold what was expected and what was seen. */
export function testLines(
  root: string,
  { tests, mistakes }: RuleTestView,
): readonly string[] {
  return [
    ...tests.flatMap((test) => [
      `${test.holds ? 'ok    ' : 'WRONG '} ${test.rule}: ${test.name}`,
      ...test.broken.flatMap(({ line, at, asset, differences }) =>
        differences.flatMap(({ of, expected, seen }) => [
          `         ${join(root, test.file)}:${line}: ${of} of ${asset} at ${at}`,
          `           expected ${expected}`,
          `           seen     ${seen}`,
        ]),
      ),
      ...(test.holds ? [] : test.said.map((line) => `         it said: ${line}`)),
    ]),
    ...mistakeLines(root, mistakes),
  ]
}

function summary({ tests, mistakes }: RuleTestView): string {
  const hold = tests.filter(({ holds }) => holds).length
  const wrong = mistakes.length > 0 ? `, ${counted(mistakes.length, 'mistake')}` : ''
  return `${hold} of ${counted(tests.length, 'test')} hold${wrong}`
}
