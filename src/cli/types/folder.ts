import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../domain/problem.ts'
import type { TypeFiles } from '../../workshop/type-files.ts'

/** Vectors that are read, and what one file may have. */
const MOST_FILES = 250
const MOST_BYTES = 262_144

/**
 * Reads the files of one device type: `type.yaml`, `codec.js` and `vectors/*.json`. Everything else
 * in the folder is passed over. Throws Problem not_found, invalid or too_large with the path.
 */
export async function readTypeFolder(folder: string): Promise<TypeFiles> {
  const names = await namesIn(folder)
  const paths = names.filter((name) => name === 'type.yaml' || name.endsWith('.js'))
  if (names.includes('vectors')) {
    for (const name of await namesIn(join(folder, 'vectors'))) {
      if (name.endsWith('.json')) paths.push(`vectors/${name}`)
    }
  }
  if (paths.length > MOST_FILES) {
    const what = `more than ${MOST_FILES} files belong to this type`
    throw new Problem({
      kind: 'too_large',
      what,
      where: folder,
      next: 'keep fewer vectors',
    })
  }
  return Promise.all(
    paths
      .toSorted()
      .map(async (path) => ({ path, text: await readText(join(folder, path)) })),
  )
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    throw new Problem(
      {
        kind: 'not_found',
        what: `the folder ${folder} cannot be read`,
        where: folder,
        why: error instanceof Error ? error.message : String(error),
        next: 'give the folder that holds type.yaml; gatuvakt types new makes one',
      },
      { cause: error },
    )
  }
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path)
  if (size > MOST_BYTES) {
    const what = `${path} is larger than 256 KiB`
    throw new Problem({ kind: 'too_large', what, where: path, next: 'split it' })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    const what = `${path} is not UTF-8`
    throw new Problem(
      { kind: 'invalid', what, where: path, next: 'save it as UTF-8' },
      { cause: error },
    )
  }
}
