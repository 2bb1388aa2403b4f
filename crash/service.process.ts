/** The service with a trap in it, or with a planted mistake: what the harness starts beside the real program. */

import { writeSync } from 'node:fs'
import { z } from 'zod'
import { startApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { readConfig } from '../src/config.ts'
import type { Around } from '../src/ports.ts'
import { createLogger } from '../src/log.ts'
import { systemRandom } from '../src/random.ts'
import { acknowledgesTooEarly, trapAround } from './around.ts'
import { stages, type Stage } from './plan.ts'

function isStage(name: string): name is Stage | 'K13' {
  return name === 'K13' || Object.hasOwn(stages, name)
}

const argument = z.object({
  data: z.string(),
  http: z.int(),
  mqtt: z.int(),
  trap: z
    .object({
      stage: z.string().transform((name) => {
        if (!isStage(name)) throw new Error(`no stage ${name}`)
        return name
      }),
      hit: z.int(),
      chance: z.number(),
    })
    .optional(),
  mutant: z.literal('ack-before-append').optional(),
})

const { data, http, mqtt, trap, mutant } = argument.parse(JSON.parse(process.argv[2] ?? ''))
const stop = Promise.withResolvers<void>()
process.once('SIGTERM', () => stop.resolve())

/** Says where it dies, past every buffer, and is gone: the kernel lets nothing more run. */
function die(): never {
  writeSync(2, `crash: killed at ${trap?.stage}\n`)
  process.kill(process.pid, 'SIGKILL')
  throw new Error('still alive')
}

function around(): Around {
  if (mutant !== undefined) return acknowledgesTooEarly(systemClock)
  return trap === undefined ? {} : trapAround({ ...trap, clock: systemClock, die })
}

const parts = {
  config: readConfig({
    env: process.env,
    flags: { data, http: { port: http }, mqtt: { port: mqtt } },
  }),
  clock: systemClock,
  random: systemRandom,
  logger: createLogger('warn'),
  listen: true,
  around: around(),
}
await using app = await startApp(parts)
writeSync(2, 'gatuvakt: ready\n')
const failure = await Promise.race([stop.promise, app.failed])
if (failure instanceof Error) throw failure
