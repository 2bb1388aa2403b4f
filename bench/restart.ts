import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from '../src/config.ts'
import { generate, service } from './load/processes.ts'
import { buildTown } from './load/town.ts'
import type { BenchResult } from './result.ts'

const DEVICES = 200
const WINDOW = 20
const SECONDS = 30
const LOOK_EVERY_MS = 20
/** A device of this bench speaks as fast as it is let; the defaults are for one that does not. */
const settings = {
  mqtt: { limits: { packetsPerSecond: 1_000_000, burst: 1_000_000, pending: 8_000 } },
}

/**
 * The service is killed in the middle of a load as fast as it goes: how long it takes to start again,
 * and how long rules take to hear once more what the log has beyond their last checkpoint.
 */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'gatuvakt-restart-'))
  try {
    const config = readConfig({ env: {}, flags: { data: folder } })
    const town = await buildTown(config, DEVICES)
    const perSec = await loadAndKill(folder, town)
    const began = performance.now()
    await using again = await service(folder, settings)
    const started = performance.now()
    const behindAtStart = await again.commitsBehind('detector')
    while ((await again.commitsBehind('detector')) > 0) await wait(LOOK_EVERY_MS)
    const caughtUp = performance.now()
    const figures = {
      messagesPerSec: Math.round(perSec),
      startSeconds: (started - began) / 1_000,
      behindAtStart,
      replaySeconds: (caughtUp - started) / 1_000,
    }
    return {
      bench: 'restart',
      figures,
      checks: [
        {
          name: 's until rules have heard everything',
          most: 5,
          measured: figures.replaySeconds,
        },
      ],
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Messages a second until the kill. */
async function loadAndKill(
  folder: string,
  town: Awaited<ReturnType<typeof buildTown>>,
): Promise<number> {
  await using running = await service(folder, settings)
  const { acknowledged, seconds } = await generate({
    port: running.port,
    devices: town.single,
    seconds: SECONDS,
    readingsPerMessage: 1,
    window: WINDOW,
  })
  running.kill()
  return acknowledged / seconds
}
