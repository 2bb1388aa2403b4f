import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import {
  all,
  gata,
  position,
  power,
  reading,
  second,
  values,
  write,
} from '../contract/reading-store.fixtures.ts'
import { temporaryFolder } from '../support/temporary.ts'

const writerProcess = fileURLToPath(new URL('./writer.process.ts', import.meta.url))

let file = ''

beforeEach(async () => {
  const temporary = await temporaryFolder()
  file = join(temporary.path, 'readings.duckdb')
  return () => temporary[Symbol.asyncDispose]()
})

const retainProcess = fileURLToPath(new URL('./retain.process.ts', import.meta.url))

/** Runs a process of its own, kills it after `commits` lines, and gives the number of the last one. */
async function runUntilKilled(program: string, commits: number): Promise<number> {
  const child = spawn(process.execPath, [program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  let acknowledged = 0
  let heard = 0
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line)
    if (++heard === commits) child.kill('SIGKILL')
  }
  expect(await ended).toBe('SIGKILL')
  return acknowledged
}

describe('history in a DuckDB file', () => {
  it('has rows and cursor in step after its process was killed in the middle of writing', async () => {
    for (const commits of [3, 17, 40]) {
      const acknowledged = await runUntilKilled(writerProcess, commits)
      await using store = await openDuckdbStore({ file })
      const cursor = await store.cursor()
      expect(cursor?.sequence).toBeGreaterThanOrEqual(acknowledged)
      for (const { point } of (await store.latest(gata)).slice(0, 3)) {
        const series = await all(store, { point })
        expect(series.total).toBe(cursor?.sequence)
      }
      const newest = await store.latest(gata)
      expect(newest).toHaveLength(500)
      expect(newest.every((r) => r.position.sequence === cursor?.sequence)).toBe(true)
    }
  })

  it.each([
    [399, 2],
    [401, 1],
  ])('has last values of points that were silent for %i days: %i', async (days, known) => {
    await using store = await openDuckdbStore({ file })
    const silent = reading(1, 0, 1, { point: 8 as PointId })
    await write(store, [silent, reading(1, days * 24 * 3_600, 2)], position(1))
    expect(await store.latest(gata)).toHaveLength(known)
  })

  it('has every reading once, raw or rolled up, after its process was killed while it made room', async () => {
    await using store = await openDuckdbStore({ file })
    const day = Array.from({ length: 400 }, (_, n) => reading(1, n * 60, n))
    await write(store, day, position(1))
    await store[Symbol.asyncDispose]()
    for (const steps of [2, 9, 25]) {
      await runUntilKilled(retainProcess, steps)
      await using again = await openDuckdbStore({ file })
      const { measures } = await again.windows({
        organisation: gata,
        edges: [second(-86_400), second(86_400)],
        measures: ['count', 'min', 'max', 'mean'],
      })
      expect(measures).toEqual({
        count: Float64Array.of(400),
        min: Float64Array.of(0),
        max: Float64Array.of(399),
        mean: Float64Array.of(199.5),
      })
      expect((await again.totals(gata, power)).count).toBeLessThanOrEqual(400 - 4 * steps)
    }
  })

  it('passes over what lies before its cursor, whatever that says now', async () => {
    await using store = await openDuckdbStore({ file })
    await write(store, [reading(1, 1, 1), reading(2, 2, 2)], position(2))
    await write(store, [reading(2, 2, 99), reading(3, 3, 'three')], position(3))
    await write(store, [reading(3, 3, 98)], position(3))
    expect(values(await all(store))).toEqual([1, 2, 'three'])
  })

  it('shows a write whole or not at all to those who read beside it', async () => {
    await using store = await openDuckdbStore({ file })
    const writes = [1, 2, 3, 4].map((n) => {
      const batch = Array.from({ length: 5_000 }, (_, i) => reading(n, n * 5_000 + i, i))
      return write(store, batch, position(n))
    })
    const counts: number[] = []
    for (let n = 0; n < 10; n++) counts.push((await store.totals(gata, power)).count)
    await Promise.all(writes)
    expect(counts.filter((count) => count % 5_000 !== 0)).toEqual([])
  })

  it('says who to look for when another process holds the file', async () => {
    const child = spawn(process.execPath, [writerProcess, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await expect(openDuckdbStore({ file })).rejects.toMatchObject({
      details: { kind: 'unavailable', next: expect.stringContaining('holds the file') },
    })
    child.kill('SIGKILL')
    await ended
  })

  it('refuses a file that a newer version made', async () => {
    await (await openDuckdbStore({ file }))[Symbol.asyncDispose]()
    const instance = await DuckDBInstance.create(file)
    const connection = await instance.connect()
    await connection.run('UPDATE store_format SET version = 99')
    connection.closeSync()
    instance.closeSync()
    await expect(openDuckdbStore({ file })).rejects.toMatchObject({
      details: { kind: 'conflict', what: expect.stringContaining('newer version') },
    })
  })

  it('refuses a file that is no database, with the reason', async () => {
    await writeFile(file, 'a letter to the municipality, '.repeat(1_000))
    await expect(openDuckdbStore({ file })).rejects.toMatchObject({
      details: { kind: 'unavailable', why: expect.stringContaining('readings.duckdb') },
    })
  })

  it('rejects every call after it was closed, instead of waiting for ever', async () => {
    const store = await openDuckdbStore({ file })
    await store[Symbol.asyncDispose]()
    const closed = { details: { kind: 'unavailable' } }
    await expect(store.cursor()).rejects.toMatchObject(closed)
    await expect(write(store, [reading(1, 1, 1)], position(1))).rejects.toMatchObject(
      closed,
    )
  })

  it('turns requests away when too many wait already, and answers the others', async () => {
    await using store = await openDuckdbStore({ file })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 400 }, () => store.latest(gata)),
    )
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThanOrEqual(400 - 258)
    expect(refused[0]?.reason).toMatchObject({ details: { kind: 'unavailable' } })
  })
})
