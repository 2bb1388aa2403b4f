import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Names, in the environment of every process of a run, the folder that its test files share. */
export const sharedVariable = 'TESTS_SHARE'

/** The folder, in that one, of the database server that the test files share. */
export const sharedPostgres = 'postgres'

/** How long somebody else may take to make what all share. */
const patienceMs = 60_000
const pauseMs = 20

const made = new Map<string, Promise<string>>()

/**
 * A folder that is filled once for all test files of a run, by whichever process asks first; the
 * others wait for it, at most a minute. Undefined outside a run, where nobody shares anything.
 * Rejects when filling it failed, for everybody alike.
 */
export function madeOnce(
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> | undefined {
  const shared = process.env[sharedVariable]
  if (shared === undefined) return undefined
  const folder = join(shared, name)
  const known = made.get(folder) ?? makeOrWait(folder, fill)
  made.set(folder, known)
  return known
}

async function makeOrWait(
  folder: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  if (!(await isFirst(folder))) return await othersMade(folder)
  try {
    await fill(folder)
  } catch (error) {
    await writeFile(`${folder}.failed`, `${folder} could not be made: ${String(error)}`)
    throw error
  }
  await writeFile(`${folder}.done`, '')
  return folder
}

/** Whoever makes the folder is the one who fills it. */
async function isFirst(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function othersMade(folder: string): Promise<string> {
  for (let waited = 0; waited < patienceMs; waited += pauseMs) {
    if (existsSync(`${folder}.done`)) return folder
    if (existsSync(`${folder}.failed`))
      throw new Error(await readFile(`${folder}.failed`, 'utf8'))
    await wait(pauseMs)
  }
  throw new Error(`nobody finished ${folder} within ${patienceMs / 1_000} s`)
}
