import { existsSync } from 'node:fs'
import type { Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'
import { openDuckdbStore } from '../store/duckdb/open.ts'
import { contentsOf } from './contents.ts'
import { copyDurably } from './files.ts'
import type { SnapshotParts } from './sqlite-snapshot.ts'

/**
 * Copies the history of readings, which only one process at a time may open; resolves to how far it
 * reaches in the log. Opening it first proves that nobody else has it, and brings in what a crash
 * left in its own write-ahead log. Rejects with Problem conflict when a service runs.
 */
export async function copyHistory(
  data: string,
  folder: string,
  { progress, stop }: SnapshotParts,
): Promise<Position | undefined> {
  const [source, target] = [contentsOf(data), contentsOf(folder)]
  if (!existsSync(source.history)) return undefined
  const cursor = await takeIn(source.history)
  const { bytes } = await copyDurably(source.history, target.history, stop)
  progress(bytes)
  if (existsSync(source.historyLog)) {
    await copyDurably(source.historyLog, target.historyLog, stop)
  }
  return cursor
}

async function takeIn(file: string): Promise<Position | undefined> {
  try {
    await using store = await openDuckdbStore({ file })
    return await store.cursor()
  } catch (error) {
    throw new Problem(
      {
        kind: 'conflict',
        what: 'the history of readings cannot be copied',
        where: file,
        why: `a service has it open, or it is damaged: ${error instanceof Error ? error.message : String(error)}`,
        next: 'stop the service for as long as this backup takes, or leave out --with-history: what the log still holds builds it anew',
      },
      { cause: error },
    )
  }
}
