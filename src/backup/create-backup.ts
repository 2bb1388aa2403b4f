import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import type { Clock, Random } from '../domain/clock.ts'
import type { Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'
import { timeUs, toIso } from '../domain/time.ts'
import {
  cutFrom,
  firstUnknown,
  keepWhole,
  lookAtLog,
  oldestCommit,
  readExpectations,
  refuseAhead,
  stateOf,
  type Expectations,
  type LogState,
} from './consistency.ts'
import { contentsOf, plainFiles, plainFolders, type Contents } from './contents.ts'
import {
  copyDurably,
  entriesOf,
  filesBelow,
  fileSum,
  makeFolder,
  refuseFull,
  syncFolder,
} from './files.ts'
import { copyHistory } from './history.ts'
import { FORMAT, writeManifest, type Manifest } from './manifest.ts'
import { finishCopy, snapshotSqlite } from './sqlite-snapshot.ts'

export interface BackupRequest {
  /** The data folder; a service may run on it. */
  readonly data: string
  /** Where the backup goes: empty, or not there yet. */
  readonly folder: string
  /** Take the history of readings along. Needs the data folder for itself. */
  readonly withHistory: boolean
  /** Of this program. */
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  /** Told how many bytes have been copied and summed so far. */
  readonly progress: (bytes: number) => void
  readonly stop: AbortSignal
}

/**
 * Copies a data folder so that it can be restored: the database first, then the rest, the log last,
 * so that the database is never ahead of the log. It reads the live files and stops nobody. What it
 * began it removes when it fails. Throws a Problem: conflict for a folder that is not empty or a
 * history that is in use, not_found for a data folder without data, invalid for damaged data.
 */
export async function createBackup(request: BackupRequest): Promise<Manifest> {
  const { data, folder } = request
  refuseNoData(data)
  refuseInside(data, folder)
  await refuseFull(folder, 'the folder for the backup')
  await using undo = new AsyncDisposableStack()
  const made = await makeFolder(folder)
  undo.defer(() => removeWhatWasMade(folder, made))
  const manifest = await fill(request)
  await syncFolder(folder)
  await writeManifest(folder, manifest)
  undo.move()
  return manifest
}

async function fill(request: BackupRequest): Promise<Manifest> {
  const { data, folder, clock, version, withHistory } = request
  const created = toIso(clock.now())
  const [source, target] = [contentsOf(data), contentsOf(folder)]
  const parts = { stop: request.stop, progress: counter(request.progress) }

  await snapshotSqlite(source.database, target.database, parts)
  let expectations: Expectations = { cursors: new Map(), versions: new Map() }
  await finishCopy(target.database, (copy) => {
    expectations = readExpectations(copy)
  })
  await copyPlain(request)
  const historyCursor = withHistory ? await copyHistory(data, folder, parts) : undefined
  await snapshotSqlite(source.log, target.log, parts)
  const log = await fitLog(request, target, expectations, historyCursor)
  return {
    format: FORMAT,
    version,
    created,
    log,
    history: withHistory,
    files: await sums(folder, parts),
  }
}

/** Makes the copy of the log one that belongs to the copy of the database. */
async function fitLog(
  request: BackupRequest,
  { log: file }: Contents,
  expectations: Expectations,
  historyCursor: Position | undefined,
): Promise<Manifest['log']> {
  const parts = { ...request, file }
  const refuse = (state: LogState): void => {
    refuseAhead(expectations.cursors, state)
    if (historyCursor !== undefined) {
      refuseAhead(new Map([['history', historyCursor]]), state)
    }
  }
  const cut = await lookAtLog(parts, (log) => {
    refuse(stateOf(log))
    return firstUnknown(log, expectations)
  })
  let since: number | undefined
  await finishCopy(file, (copy) => {
    if (cut !== undefined) cutFrom(copy, cut)
    keepWhole(copy)
    since = oldestCommit(copy)
  })
  const state = await lookAtLog(parts, (log) => Promise.resolve(stateOf(log)))
  refuse(state)
  // Looking at it has put it back into the mode with a second file.
  await finishCopy(file, () => undefined)
  return {
    epoch: state.epoch,
    head: state.head ?? null,
    since: since === undefined ? null : toIso(timeUs(since)),
  }
}

async function copyPlain({ data, folder, stop }: BackupRequest): Promise<void> {
  for (const name of plainFiles) {
    if (existsSync(join(data, name)))
      await copyDurably(join(data, name), join(folder, name), stop)
  }
  for (const name of plainFolders) {
    for (const path of await filesBelow(join(data, name))) {
      await copyDurably(join(data, name, path), join(folder, name, path), stop)
    }
    if (existsSync(join(folder, name))) await syncFolder(join(folder, name))
  }
}

async function sums(
  folder: string,
  {
    progress,
    stop,
  }: { readonly progress: (bytes: number) => void; readonly stop: AbortSignal },
): Promise<Manifest['files']> {
  const files: Manifest['files'] = []
  for (const path of await filesBelow(folder)) {
    const sum = await fileSum(join(folder, path), stop)
    files.push({ path, ...sum })
    progress(sum.bytes)
  }
  return files
}

/** Adds up what steps report, each of which begins at 0 again. */
function counter(total: (bytes: number) => void): (bytes: number) => void {
  let done = 0
  let last = 0
  return (bytes) => {
    if (bytes < last) last = 0
    done += bytes - last
    last = bytes
    total(done)
  }
}

function refuseNoData(data: string): void {
  const { database, log } = contentsOf(data)
  const missing = [database, log].filter((file) => !existsSync(file))
  if (missing.length === 0) return
  throw new Problem({
    kind: 'not_found',
    what: 'there is nothing to back up',
    where: data,
    why: `it has no ${missing.map((file) => basename(file)).join(' and no ')}`,
    next: 'name the data folder with --data',
  })
}

function refuseInside(data: string, folder: string): void {
  const way = relative(resolve(data), resolve(folder))
  if (way !== '' && (way.startsWith('..') || resolve(way) === way)) return
  throw new Problem({
    kind: 'invalid',
    what: 'the backup would lie in the data folder',
    where: folder,
    why: 'whatever takes the one would take the other',
    next: 'name a folder elsewhere, at best on another disk',
  })
}

/** Only what stands in a folder that was empty when we began, or that we made. */
async function removeWhatWasMade(folder: string, made: string | undefined): Promise<void> {
  if (made !== undefined) return rm(made, { recursive: true, force: true })
  for (const name of await entriesOf(folder)) {
    await rm(join(folder, name), { recursive: true, force: true })
  }
}
