import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import pino from 'pino'
import { expect, it } from 'vitest'
import { createMqttAdapter } from '../../../src/adapters/mqtt/adapter.ts'
import { mqttConfig } from '../../../src/adapters/mqtt/config.ts'
import { systemClock } from '../../../src/clock.ts'
import { login } from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'
import { taking } from '../../support/taking.ts'

/** A log that is done with all it has every 2 ms, and only counts. */
function createCountingLog() {
  let waiting: (() => void)[] = []
  let stored = 0
  const committing = setInterval(() => {
    const group = waiting
    waiting = []
    stored += group.length
    for (const resolve of group) resolve()
  }, 2)
  return {
    get stored() {
      return stored
    },
    append: async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      await promise
    },
    stop: () => clearInterval(committing),
  }
}

/** The most processor time that this thread spent between two turns of the event loop, in ms. */
function watchTurns() {
  let longestMs = 0
  let before = process.threadCpuUsage()
  let next = setImmediate(look)
  function look() {
    const { user, system } = process.threadCpuUsage(before)
    longestMs = Math.max(longestMs, (user + system) / 1_000)
    before = process.threadCpuUsage()
    next = setImmediate(look)
  }
  return () => {
    clearImmediate(next)
    return longestMs
  }
}

const gateways = { packetsPerSecond: 100_000, burst: 100_000, pending: 20_000 }

// aedes alone stands still for 1.3 to 2.5 s here, because it reads every socket to its end.
it.each([
  ['with the default limits', {}, 100_000],
  ['with limits for fast gateways', gateways, 300_000],
])(
  `200 connections that flood us with QoS 0 never keep the event loop for 200 ms, %s`,
  async (_, limits, messages) => {
    const log = createCountingLog()
    await using adapter = createMqttAdapter(
      mqttConfig.parse({ port: 0, limits: { unauthenticatedPerAddress: 200, ...limits } }),
    )
    await adapter.start({
      ...taking(log.append),
      login,
      unknown: () => expect.unreachable('this adapter knows no strangers'),
      secret: () => undefined,
      refuse: (refusal) => expect.fail(refusal.detail),
      log: pino({ level: 'silent' }),
      clock: systemClock,
    })
    const script = join(import.meta.dirname, 'flood.process.ts')
    const { port } = adapter.address()
    const args = ['--disable-warning=ExperimentalWarning', script, `${port}`, '200']
    const flood = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    await until(() => adapter.health().detail.startsWith('200 connections'))
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const stopWatching = watchTurns()
    await until(() => log.stored >= messages)
    const longestMs = stopWatching()
    delay.disable()
    flood.kill()
    log.stop()
    expect(longestMs).toBeLessThan(200)
    // By the clock on the wall, too; but on a busy machine others had the processor meanwhile.
    expect(delay.percentile(95) / 1e6).toBeLessThan(200)
  },
  90_000,
)
