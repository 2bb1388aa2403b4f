import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { organisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { MAX_FILES, type ConfigurationFiles, type ConfigurationText } from './parse.ts'
import { MAX_ASSET_BYTES } from './yaml-files.ts'

/** Folders within folders, at most. */
const MAX_DEPTH = 8

/**
 * Reads the YAML files of one organisation, with the vectors and codecs of its device types; the folder's name is the
 * organisation's slug. Hidden files, links and everything else are passed over. Throws Problem
 * invalid or not_found with the path.
 */
export async function readFolder(folder: string): Promise<ConfigurationFiles> {
  const name = basename(resolve(folder))
  const organisation = organisationId.safeParse(name)
  if (!organisation.success) {
    throw new Problem({
      kind: 'invalid',
      what: `The folder name "${name}" cannot be an organisation's slug`,
      where: folder,
      why: 'expected lower-case letters, digits and hyphens, at most 63',
    })
  }
  const paths = await listFiles(folder)
  const files: ConfigurationText[] = []
  for (const path of paths) files.push({ path, text: await readText(join(folder, path)) })
  return { organisation: name, files }
}

/** Sorted, so that a configuration is read the same way on every machine. */
async function listFiles(folder: string): Promise<string[]> {
  const found: string[] = []
  async function walk(prefix: string, depth: number): Promise<void> {
    for (const entry of await entriesOf(join(folder, prefix))) {
      const path = `${prefix}${entry.name}`
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory() && depth < MAX_DEPTH) await walk(`${path}/`, depth + 1)
      else if (entry.isFile() && isOurs(path, folder)) found.push(path)
      if (found.length > MAX_FILES) {
        const what = `More than ${MAX_FILES} configuration files`
        throw new Problem({ kind: 'too_large', what, where: folder })
      }
    }
  }
  await walk('', 1)
  return found.toSorted()
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const what = `The folder ${folder} cannot be read`
    const why = error instanceof Error ? error.message : String(error)
    throw new Problem({ kind: 'not_found', what, where: folder, why }, { cause: error })
  }
}

function isOurs(path: string, folder: string): boolean {
  if (path.endsWith('.yml')) {
    throw new Problem({
      kind: 'invalid',
      what: `${path} would be passed over`,
      where: join(folder, path),
      why: 'configuration files end in .yaml',
      next: 'rename it',
    })
  }
  return isConfiguration(path) || isBesideType(path)
}

/** Tests of rules stand beside them and are no part of what is applied. */
function isConfiguration(path: string): boolean {
  return path.endsWith('.yaml') && !path.endsWith('.test.yaml')
}

/** Vectors, and the codec that a type may bring. */
function isBesideType(path: string): boolean {
  return /(?:^|\/)(?:vectors\/[^/]+\.json|device-types\/(?:.+\/)?codec\.js)$/.test(path)
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path)
  if (size > MAX_ASSET_BYTES) {
    throw new Problem({
      kind: 'too_large',
      what: `${path} is larger than 4 MiB`,
      where: path,
      next: 'split it',
    })
  }
  const bytes = await readFile(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const what = `${path} is not UTF-8`
    throw new Problem(
      { kind: 'invalid', what, where: path, next: 'save it as UTF-8' },
      { cause: error },
    )
  }
}
