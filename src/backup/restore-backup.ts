import { existsSync } from 'node:fs'
import { rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openSqliteDatabase } from '../database/sqlite/open.ts'
import { holdDeliveries } from '../delivery/hold.ts'
import type { Clock, Random } from '../domain/clock.ts'
import { Problem } from '../domain/problem.ts'
import { lookAtLog, readExpectations, refuseAhead, stateOf } from './consistency.ts'
import { contentsOf } from './contents.ts'
import { copyDurably, entriesOf, makeFolder, refuseFull, syncFolder } from './files.ts'
import { checkFiles, readManifest, type BackedUpFile, type Manifest } from './manifest.ts'
import { finishCopy } from './sqlite-snapshot.ts'

/** Where a restore puts everything until it is whole. */
const unfinished = 'restoring'

export interface RestoreRequest {
  /** The backup. */
  readonly folder: string
  /** Becomes the data folder: empty, or not there yet. */
  readonly data: string
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  /** Told how many bytes have been checked and copied so far. */
  readonly progress: (bytes: number) => void
  readonly stop: AbortSignal
}

/**
 * Puts a backup back into an empty data folder, whole or not at all. Every checksum is compared
 * before anything is written. The restored system holds its deliveries. Throws a Problem: invalid
 * for a damaged backup, conflict for one of a newer version or a folder that is not empty.
 */
export async function restoreBackup(request: RestoreRequest): Promise<Manifest> {
  const { folder, data, version, progress, stop } = request
  const manifest = await readManifest(folder, version)
  await refuseFull(data, 'the data folder', [unfinished])
  const all = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
  await checkFiles(folder, manifest, { progress, stop })
  await using undo = new AsyncDisposableStack()
  const made = await makeFolder(data)
  const stage = join(data, unfinished)
  await rm(stage, { recursive: true, force: true })
  undo.defer(() => rm(made ?? stage, { recursive: true, force: true }))
  await copyFiles(request, manifest, { stage, before: all })
  await prove(request, manifest, stage)
  undo.move()
  await takeIntoUse(stage, data)
  return manifest
}

async function copyFiles(
  { folder, progress, stop }: RestoreRequest,
  { files }: Manifest,
  { stage, before }: { readonly stage: string; readonly before: number },
): Promise<void> {
  let done = before
  for (const file of files) {
    const sum = await copyDurably(join(folder, file.path), join(stage, file.path), stop)
    if (sum.sha256 !== file.sha256) throw changedMeanwhile(file)
    progress((done += file.bytes))
  }
  for (const sub of new Set(files.map(({ path }) => dirname(path)))) {
    await syncFolder(join(stage, sub))
  }
}

/** Opens what was restored as the service will, brings it up to date, and holds its deliveries. */
async function prove(
  { clock, random }: RestoreRequest,
  { created }: Manifest,
  stage: string,
): Promise<void> {
  const file = contentsOf(stage)
  {
    await using database = await openSqliteDatabase({ file: file.database, clock })
    const why = `restored from the backup of ${created}`
    await holdDeliveries(database, { since: clock.now(), why })
  }
  const parts = { file: file.log, clock, random }
  const state = await lookAtLog(parts, (log) => Promise.resolve(stateOf(log)))
  await finishCopy(file.log, () => undefined)
  await finishCopy(file.database, (copy) => {
    refuseAhead(readExpectations(copy).cursors, state)
  })
}

/** The database last: without it nothing here looks like a data folder that was in use. */
async function takeIntoUse(stage: string, data: string): Promise<void> {
  const database = 'gatuvakt.sqlite'
  const names = (await entriesOf(stage)).filter((name) => name !== database)
  for (const name of [...names, database]) {
    await rename(join(stage, name), join(data, name))
  }
  await syncFolder(data)
  await rmdir(stage)
  await syncFolder(data)
}

function changedMeanwhile({ path }: BackedUpFile): Problem {
  return new Problem({
    kind: 'invalid',
    what: `${path} of the backup changed while it was read`,
    why: 'its checksum was right a moment ago',
    next: 'look after the disk that the backup lies on, and try again',
  })
}

/** Throws Problem conflict for a data folder that a restore left half done: the service must not start there. */
export function refuseHalfRestored(data: string): void {
  const stage = join(data, unfinished)
  if (!existsSync(stage)) return
  throw new Problem({
    kind: 'conflict',
    what: 'a restore into this data folder has not finished',
    where: stage,
    why: 'it was interrupted, or it is still at work',
    next: 'wait for it; or empty the folder and run gatuvakt restore again',
  })
}
