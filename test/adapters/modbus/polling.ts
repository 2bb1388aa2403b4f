import pino from 'pino'
import type { FieldAdapter, Refusal } from '../../../src/adapters/adapter.ts'
import { createModbusAdapter } from '../../../src/adapters/modbus/adapter.ts'
import { Bank } from '../../../src/adapters/modbus/bank.ts'
import {
  startModbusServer,
  type ModbusServer,
  type ModbusServerParts,
} from '../../../src/adapters/modbus/server.ts'
import { systemClock } from '../../../src/clock.ts'
import { deviceType, type TypeOf } from '../../../src/devices/device-type.ts'
import type { FieldDevice } from '../../../src/devices/field-device.ts'
import { modbusConnection } from '../../../src/devices/modbus/connection.ts'
import { modbusReader } from '../../../src/devices/modbus/reader.ts'
import type { Clock } from '../../../src/domain/clock.ts'
import { organisationId } from '../../../src/domain/ids.ts'
import type { Envelope } from '../../../src/domain/log-record.ts'
import { systemRandom } from '../../../src/random.ts'

/** Waits that suit a test; everything else is as a town has it. */
const quick = {
  timeout: '250ms',
  connectWithin: '2s',
  firstRetry: '40ms',
  longestRetry: '300ms',
}

/** A Modbus type with these points; polled five times a second, addresses from 0. */
export function typeOf(
  points: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  modbus: Readonly<Record<string, unknown>> = {},
): TypeOf<'modbus'> {
  const type = deviceType.parse({
    type: 'test/device@1.0.0',
    description: 'made for a test',
    protocol: 'modbus',
    interval: '1s',
    modbus: { addressBase: 0, poll: { fast: '200ms', slow: '400ms' }, ...modbus },
    points,
  })
  if (type.protocol !== 'modbus') throw new Error('not Modbus')
  return type
}

/** The device of one unit, called `unit-3` and so on. */
export function deviceAt(
  unit: number,
  type: TypeOf<'modbus'>,
  offset?: number,
): FieldDevice {
  return {
    id: `unit-${unit}`,
    slug: `unit-${unit}`,
    type,
    address: { unit, ...(offset !== undefined && { offset }) },
    params: {},
  }
}

/** A unit with these registers: table → first address → values. */
export function bankOf(
  tables: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>,
): Bank {
  const bank = new Bank()
  for (const [table, runs] of Object.entries(tables)) {
    for (const [first, values] of Object.entries(runs)) {
      for (const [at, value] of values.entries()) {
        bank.put(table as 'coil', Number(first) + at, value)
      }
    }
  }
  return bank
}

/** A server on a free port. */
export async function serverFor(
  units: ReadonlyMap<number, Bank>,
  more: Partial<ModbusServerParts> = {},
): Promise<ModbusServer> {
  const host = '127.0.0.1'
  return await startModbusServer({
    host,
    port: 0,
    framing: 'tcp',
    units,
    clock: systemClock,
    ...more,
  })
}

export interface Polling extends AsyncDisposable {
  readonly adapter: FieldAdapter
  readonly stored: Envelope[]
  readonly refusals: Refusal[]
  /** What the polls of one device say, oldest first: point → value, or `bad/code native`. */
  polls(device: string): Promise<Readonly<Record<string, unknown>>[]>
}

export interface PollingOptions {
  readonly port: number
  readonly devices: readonly FieldDevice[]
  readonly settings?: Readonly<Record<string, unknown>>
  readonly append?: (envelope: Envelope) => Promise<unknown>
  readonly clock?: Clock
}

/** An adapter that is not started yet. */
export function adapterFor({ port, devices, settings }: PollingOptions): FieldAdapter {
  return createModbusAdapter({
    connection: 'line-1',
    organisation: organisationId.parse('strandkoping'),
    config: modbusConnection.parse({
      protocol: 'modbus',
      transport: 'tcp',
      ...(settings?.['transport'] !== 'rtu' && { host: '127.0.0.1', port }),
      ...quick,
      ...settings,
    }),
    random: systemRandom,
    devices,
  })
}

/** Starts the adapter; it may still be connecting. */
export async function startPolling(options: PollingOptions): Promise<Polling> {
  const stored: Envelope[] = []
  const refusals: Refusal[] = []
  const append = async (envelope: Envelope): Promise<void> => {
    await options.append?.(envelope)
    stored.push(envelope)
  }
  const adapter = adapterFor(options)
  const devices = new Map(options.devices.map((device) => [device.id, device]))
  await adapter.start({
    append,
    appendAll: async (envelopes) => {
      for (const envelope of envelopes) await append(envelope)
    },
    login: async () => undefined,
    refuse: (refusal) => void refusals.push(refusal),
    unknown: () => undefined,
    secret: () => undefined,
    log: pino({ level: process.env['LOG'] ?? 'silent' }),
    clock: options.clock ?? systemClock,
  })
  return {
    adapter,
    stored,
    refusals,
    async polls(id) {
      const type = devices.get(id)?.type
      if (type?.protocol !== 'modbus') throw new Error(`no device ${id}`)
      const envelopes = stored.filter(({ device }) => device === id)
      return await Promise.all(envelopes.map((envelope) => readPoll(type, envelope)))
    },
    [Symbol.asyncDispose]: () => adapter[Symbol.asyncDispose](),
  }
}

async function readPoll(
  type: TypeOf<'modbus'>,
  { payload }: Envelope,
): Promise<Record<string, unknown>> {
  const message = await modbusReader(type)(payload)
  if (!message.ok) throw new Error(message.problem.detail)
  const says: Record<string, unknown> = {}
  for (const point of Object.keys(type.points)) {
    for (const { raw, quality, code, native } of message.say(point)) {
      const bad = [`${quality}/${code}`, native]
        .filter((part) => part !== undefined)
        .join(' ')
      says[point] = quality === undefined ? raw : bad
    }
  }
  return says
}
