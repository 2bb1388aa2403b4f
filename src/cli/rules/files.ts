import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { ConfigurationText } from '../../configuration/parse.ts'
import { readFolder } from '../../configuration/read-folder.ts'
import { Problem } from '../../domain/problem.ts'
import type { RuleFiles } from '../../workshop/rule-files.ts'

/** Rules and tests somebody pointed at, with the folder of the organisation they belong to. */
export interface RulesOnDisk {
  /** What the paths are relative to, as messages show it. */
  readonly root: string
  /** Rules and tests, by path. */
  readonly files: RuleFiles
  /** The files that were pointed at themselves; tests beside them are in `files` alone. */
  readonly named: ReadonlySet<string>
  /** Everything else of the organisation; undefined where no organisation.yaml is near. */
  readonly around:
    | { readonly organisation: string; readonly files: readonly ConfigurationText[] }
    | undefined
}

/** Folders upwards in which organisation.yaml is looked for, and folders within folders. */
const MOST_UP = 4
const MOST_DOWN = 6
const MOST_FILES = 250
const MOST_BYTES = 262_144

/**
 * Reads `rules/lights.yaml` with the tests beside it, `rules/lights.test.yaml` with the rules beside
 * it, or a folder. Throws Problem not_found, invalid or too_large with the path.
 */
export async function readRules(path: string): Promise<RulesOnDisk> {
  const found = await stat(path).catch((error: unknown) => {
    throw missing(path, error)
  })
  const folder = found.isDirectory() ? path : dirname(path)
  const home = organisationAbove(folder)
  const root = home ?? folder
  const prefix = relative(resolve(root), resolve(folder)).split(sep).join('/')
  const names = found.isDirectory() ? await yamlIn(folder, '', 0) : await yamlBeside(folder)
  if (names.length > MOST_FILES) {
    const what = `more than ${MOST_FILES} files in ${folder}`
    throw new Problem({ kind: 'too_large', what, where: folder, next: 'name one of them' })
  }
  const texts = await Promise.all(
    names.map(async (name) => ({
      path: prefix === '' ? name : `${prefix}/${name}`,
      text: await readText(join(folder, name)),
    })),
  )
  const files = texts.filter(({ path: own, text }) => isTest(own) || /^rules:/m.test(text))
  const named = found.isDirectory()
    ? files.map((file) => file.path)
    : files.map((file) => file.path).filter((own) => basename(own) === basename(path))
  if (named.length === 0) throw noRules(path)
  return { root, files, named: new Set(named), around: await aroundOf(home, files) }
}

async function aroundOf(
  home: string | undefined,
  files: RuleFiles,
): Promise<RulesOnDisk['around']> {
  if (home === undefined) return undefined
  const { organisation, files: all } = await readFolder(home)
  const own = new Set(files.map(({ path }) => path))
  return { organisation, files: all.filter(({ path }) => !own.has(path)) }
}

/** The folder with organisation.yaml that this one lies in. */
function organisationAbove(folder: string): string | undefined {
  let at = folder
  for (let up = 0; up <= MOST_UP; up += 1) {
    if (existsSync(join(at, 'organisation.yaml'))) return at
    at = join(at, '..')
  }
  return undefined
}

function isTest(path: string): boolean {
  return path.endsWith('.test.yaml')
}

async function yamlBeside(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => name.endsWith('.yaml') && !name.startsWith('.')).toSorted()
}

async function yamlIn(folder: string, prefix: string, depth: number): Promise<string[]> {
  const found: string[] = []
  const entries = await readdir(join(folder, prefix), { withFileTypes: true })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${prefix}${entry.name}`
    if (entry.name.startsWith('.') || entry.name === 'device-types') continue
    if (entry.isDirectory() && depth < MOST_DOWN) {
      found.push(...(await yamlIn(folder, `${path}/`, depth + 1)))
    } else if (entry.isFile() && entry.name.endsWith('.yaml')) found.push(path)
    if (found.length > 4 * MOST_FILES) break
  }
  return found
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path)
  // Assets are many and hold no rules.
  if (size > MOST_BYTES) return ''
  return readFile(path, 'utf8')
}

function missing(path: string, error: unknown): Problem {
  return new Problem(
    {
      kind: 'not_found',
      what: `there is no ${path}`,
      where: path,
      next: 'give a file with rules, a .test.yaml, or the folder that holds them',
    },
    { cause: error },
  )
}

function noRules(path: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `${path} holds no rules and no tests of rules`,
    where: path,
    why: 'rules stand under rules: in a .yaml file, tests in a .test.yaml file',
    next: 'docs/rules.md shows both',
  })
}
