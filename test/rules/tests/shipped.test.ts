import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runRuleTests } from '../../../src/workshop/run-rule-tests.ts'

/** Every rule test that comes with the product, and every vector, each with the rules beside it. */
const tests = globSync([
  'config/**/*.test.yaml',
  'test/rules/vectors/*.test.yaml',
]).toSorted()

it('finds them', () => {
  expect(tests.length).toBeGreaterThan(5)
})

describe.each(tests)('%s', (path) => {
  const beside = globSync(`${dirname(path)}/*.yaml`).filter(
    (one) => !one.endsWith('.test.yaml'),
  )
  const files = [path, ...beside].map((one) => ({
    path: one,
    text: readFileSync(one, 'utf8'),
  }))
  const { tests: results, mistakes } = runRuleTests(files)

  it('has no mistakes', () => {
    expect(mistakes).toEqual([])
  })

  it.each(results.map((one) => [one.name, one] as const))('%s', (_, result) => {
    const broken = result.broken.flatMap(({ line, differences }) =>
      differences.map(
        ({ of, expected, seen }) => `${path}:${line} ${of}: ${expected} ≠ ${seen}`,
      ),
    )
    expect([...broken, ...(broken.length === 0 ? [] : result.said)]).toEqual([])
  })
})

it('tests every rule of the demo', () => {
  const rules = globSync('config/demo/strandkoping/rules/*.yaml')
  const files = rules.map((path) => ({ path, text: readFileSync(path, 'utf8') }))
  const named = new Set(runRuleTests(files).tests.map(({ rule }) => rule))
  const all = files
    .filter(({ path }) => !path.endsWith('.test.yaml'))
    .flatMap(({ text }) =>
      [...text.matchAll(/^ {2}([a-z0-9-]+):$/gm)].map(([, slug]) => slug),
    )
  expect(all.filter((slug) => !named.has(slug ?? ''))).toEqual([])
})
