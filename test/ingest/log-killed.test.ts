import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openSqliteLog } from '../../src/ingest/sqlite-log/open.ts'
import { systemRandom } from '../../src/random.ts'
import { numberOf, readAll } from '../contract/reading-log.contract.ts'
import { temporaryFolder } from '../support/temporary.ts'

const appendingProcess = fileURLToPath(new URL('./log.process.ts', import.meta.url))

let file = ''

beforeEach(async () => {
  const temporary = await temporaryFolder()
  file = join(temporary.path, 'readings.log')
  return () => temporary[Symbol.asyncDispose]()
})

/** Appends in a process of its own, kills it after `count` acknowledgements, and gives all it acknowledged. */
async function appendUntilKilled(count: number, first: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [appendingProcess, file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  const acknowledged: number[] = []
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(Number(line))
    if (acknowledged.length === count) child.kill('SIGKILL')
  }
  expect(await ended).toBe('SIGKILL')
  return acknowledged
}

describe('a reading log whose process was killed in the middle of writing', () => {
  it('holds every message that was acknowledged, each once', async () => {
    const acknowledged: number[] = []
    for (const [round, count] of [1, 333, 1_500].entries()) {
      acknowledged.push(...(await appendUntilKilled(count, round * 1_000_000)))
    }
    await using log = await openSqliteLog({
      file,
      clock: systemClock,
      random: systemRandom,
    })
    const kept = (await readAll(log)).map((entry) => numberOf(entry.record))
    const known = new Set(kept)
    expect(known.size).toBe(kept.length)
    expect(acknowledged.filter((number) => !known.has(number))).toEqual([])
  })
})
