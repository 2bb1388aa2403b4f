import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pino from 'pino'
import { createModbusAdapter } from '../../src/adapters/modbus/adapter.ts'
import { systemClock } from '../../src/clock.ts'
import { deviceType } from '../../src/devices/device-type.ts'
import { modbusConnection } from '../../src/devices/modbus/connection.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { systemRandom } from '../../src/random.ts'

const LINES = 20
const UNITS_A_LINE = 25
const DEAD_EVERY = 20
const PERIOD_SECONDS = 10
const PERIODS = 4

/** What polling many units costs, and how late it is. */
export interface ModbusFigures {
  readonly modbusUnits: number
  readonly modbusDeadUnits: number
  readonly modbusPolls: number
  /** Live units that were not polled in every period. */
  readonly modbusLateUnits: number
  /** Longest time between two polls of a live unit, in ms. */
  readonly modbusLongestGapMs: number
  /** Processor time of this process, of one core. */
  readonly modbusCpu: number
}

interface Heard {
  /** Seconds since the start. */
  readonly at: number
  readonly answered: boolean
}

/**
 * 500 units behind 20 lines, each polled every 10 s, every 20th of them dead. The units answer after
 * 30 ms in a process of their own. A live unit is late when a period of 10 s passed without its answer.
 */
export async function modbusLines(): Promise<ModbusFigures> {
  const lines = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'modbus-lines.process.ts'),
      ...[LINES, UNITS_A_LINE, DEAD_EVERY].map(String),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [printed] = (await once(lines.stdout, 'data')) as [Buffer]
  const ports = JSON.parse(printed.toString()) as readonly number[]
  try {
    return await poll(ports)
  } finally {
    const ended = once(lines, 'exit')
    lines.kill('SIGTERM')
    await ended
  }
}

async function poll(ports: readonly number[]): Promise<ModbusFigures> {
  const heard = new Map<string, Heard[]>()
  const started = performance.now()
  const cpu = process.cpuUsage()
  await using stack = new AsyncDisposableStack()
  for (const [line, port] of ports.entries()) {
    const devices = Array.from({ length: UNITS_A_LINE }, (_, at) => {
      const id = `line-${line}-unit-${at + 1}`
      heard.set(id, [])
      return { id, slug: id, type, address: { unit: at + 1 }, params: {} }
    })
    const adapter = stack.use(
      createModbusAdapter({
        connection: `line-${line}`,
        organisation: organisationId.parse('bench'),
        config: modbusConnection.parse({
          protocol: 'modbus',
          transport: 'tcp',
          host: '127.0.0.1',
          port,
        }),
        random: systemRandom,
        devices,
      }),
    )
    await adapter.start({
      append: async ({ device, payload }) => {
        const answered = !Buffer.from(payload).includes('"failed"')
        heard.get(device)?.push({ at: (performance.now() - started) / 1_000, answered })
      },
      appendAll: async () => undefined,
      login: async () => undefined,
      refuse: () => undefined,
      unknown: () => undefined,
      secret: () => undefined,
      log: pino({ level: 'silent' }),
      clock: systemClock,
    })
  }
  const seconds = PERIODS * PERIOD_SECONDS
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const { user, system } = process.cpuUsage(cpu)
  const live = [...heard].filter(([id]) => !isDead(id))
  return {
    modbusUnits: heard.size,
    modbusDeadUnits: heard.size - live.length,
    modbusPolls: live.reduce((sum, [, polls]) => sum + polls.length, 0),
    modbusLateUnits: live.filter(([, polls]) => isLate(polls)).length,
    modbusLongestGapMs: Math.round(Math.max(...live.map(([, polls]) => longestGap(polls)))),
    modbusCpu: (user + system) / 1e6 / seconds,
  }
}

/** As modbus-lines.process.ts has them. */
function isDead(id: string): boolean {
  const [, line = 0, unit = 0] = (/line-(\d+)-unit-(\d+)/.exec(id) ?? []).map(Number)
  return (line * UNITS_A_LINE + unit) % DEAD_EVERY === 0
}

function isLate(polls: readonly Heard[]): boolean {
  return Array.from({ length: PERIODS }, (_, period) => period * PERIOD_SECONDS).some(
    (from) =>
      !polls.some(
        ({ at, answered }) => answered && at >= from && at < from + PERIOD_SECONDS,
      ),
  )
}

function longestGap(polls: readonly Heard[]): number {
  const times = polls.map(({ at }) => at)
  return Math.max(0, ...times.slice(1).map((at, n) => (at - (times[n] ?? 0)) * 1_000))
}

const type = deviceType.parse({
  type: 'bench/unit@1.0.0',
  description: 'A unit of this bench',
  protocol: 'modbus',
  interval: '10s',
  modbus: { addressBase: 0, poll: { fast: `${PERIOD_SECONDS}s` } },
  points: Object.fromEntries([
    ...Array.from({ length: 10 }, (_, at) => [
      `i${at}`,
      { table: 'input', address: at * 2 },
    ]),
    ...Array.from({ length: 10 }, (_, at) => [
      `h${at}`,
      { table: 'holding', address: at * 2 },
    ]),
  ]),
})
