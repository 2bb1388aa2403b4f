import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { importsOf } from '../support/imports.ts'
import { askedOnBoth, notAsked } from './repositories.ts'

/** What stands where SQL begins. */
const query = /\b(?:selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql(?:<[^>]*>)?`/
const withSql = globSync('src/**/*.ts')
  .filter((file) => query.test(readFileSync(file, 'utf8')))
  .toSorted()

const suites = new Map<string, string>(
  Object.entries(askedOnBoth).flatMap(([suite, files]) =>
    files.map((file) => [`src/${file}.ts`, suite] as const),
  ),
)
/** The suites of the lists that are run a second time. */
const again = new Set(
  globSync('test/contract/repositories-*.test.ts').flatMap((list) =>
    [...readFileSync(list, 'utf8').matchAll(/^ {2}'([^']+)',$/gm)].map(([, name]) => name),
  ),
)

/** What files import, once they were looked at. */
const known = new Map<string, readonly string[]>()

it.each(withSql)('%s asks its queries of SQLite and of PostgreSQL in a suite', (file) => {
  const suite = suites.get(file)
  const excused = Object.keys(notAsked).some((path) => covers(path, file))
  expect(suite !== undefined, 'stands once in test/contract/repositories.ts').toBe(!excused)
  if (suite === undefined) return
  expect([...filesBehind(`test/${suite}.test.ts`)]).toContain(file)
})

it.each(Object.keys(askedOnBoth))('%s runs on both', (suite) => {
  const text = readFileSync(`test/${suite}.test.ts`, 'utf8')
  const byItself = /\bonBoth(?:Databases)?\(|\bdescribeWithService\(\s*'postgres'/.test(
    text,
  )
  expect(byItself || again.has(suite)).toBe(true)
})

it('names no file that has no SQL, or is gone', () => {
  expect([...suites.keys()].filter((file) => !withSql.includes(file))).toEqual([])
  const unused = Object.keys(notAsked).filter(
    (path) => !withSql.some((file) => covers(path, file)),
  )
  expect(unused).toEqual([])
})

function covers(path: string, file: string): boolean {
  return path.endsWith('/') ? file.startsWith(`src/${path}`) : file === `src/${path}.ts`
}

/** The file and all that it imports, directly or not. */
function filesBehind(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found
  found.add(file)
  const imports = known.get(file) ?? localImports(file)
  known.set(file, imports)
  for (const one of imports) filesBehind(one, found)
  return found
}

function localImports(file: string): readonly string[] {
  return importsOf(file)
    .filter((target) => target.startsWith('.') && target.endsWith('.ts'))
    .map((target) => relative('.', join(dirname(file), target)))
    .filter((path) => existsSync(path))
}
