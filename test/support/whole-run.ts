import { rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { localPrograms, quitCluster, stopCluster } from './postgres-cluster.ts'
import { sharedPostgres, sharedVariable } from './shared.ts'
import { temporaryFolder } from './temporary.ts'

const compiled = join(import.meta.dirname, '../../node_modules/.cache/tests')

/**
 * Before and after all test files of a run: a folder for what they share, removed at the end with
 * the database server that one of them may have started in it.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await temporaryFolder()
  // A database server has a user of its own, who must get through to what is his.
  await chmod(folder.path, 0o755)
  process.env[sharedVariable] = folder.path
  // Compiled once for all: the workers, and every program that they start.
  process.env['NODE_COMPILE_CACHE'] ??= compiled
  // A run that is ended by a signal or a time limit leaves no server behind.
  const inHaste = (): void => {
    quitCluster(join(folder.path, sharedPostgres))
    rmSync(folder.path, { recursive: true, force: true })
  }
  process.once('exit', inHaste)
  return async () => {
    const bin = localPrograms()
    if (bin !== undefined) await stopCluster(bin, join(folder.path, sharedPostgres))
    await folder[Symbol.asyncDispose]()
    process.off('exit', inHaste)
  }
}
