import {
  isBits,
  fieldsOf,
  type Field,
  type ModbusLayout,
} from '../../devices/modbus/layout.ts'
import { planBlocks } from '../../devices/modbus/plan.ts'
import { putValue } from '../../devices/modbus/registers.ts'
import { modbusAddress } from '../../devices/modbus/type.ts'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import type { Value } from '../../domain/reading.ts'
import type { Simulation, SimulationOrder } from '../workbench.ts'
import { Bank } from './bank.ts'
import type { Fault, Framing } from './faults.ts'
import { startModbusServer } from './server.ts'

/** A simulated device that can also misbehave. */
export interface ModbusSimulation extends Simulation {
  readonly port: number
  /** From now on every answer has this fault; undefined ends it. */
  misbehave(fault: Fault | undefined): void
}

export interface ModbusSimulationOrder extends SimulationOrder {
  /** `tcp` unless said. */
  readonly framing?: Framing
}

/**
 * Serves a device type as a real Modbus server. Its points start at 0, false or empty; the registers
 * between them that are read along exist too, all others do not (exception 2). Other units than the
 * one of the address do not answer.
 */
export async function simulateModbus(
  order: ModbusSimulationOrder,
  clock: Clock,
): Promise<ModbusSimulation> {
  const { type, host, port, framing = 'tcp' } = order
  if (type.protocol !== 'modbus') {
    throw new Problem({
      kind: 'invalid',
      what: `${type.type} speaks ${type.protocol}, not Modbus`,
      where: 'protocol',
    })
  }
  const { unit, offset = 0 } = modbusAddress.parse(order.address)
  const bank = new Bank()
  fill(bank, type, offset)
  let fault: Fault | undefined
  let mute = false
  const server = await startModbusServer({
    host,
    port,
    framing,
    units: new Map([[unit, bank]]),
    fault: () => (mute ? { kind: 'silent' } : fault),
    clock,
  })
  const fields = new Map(fieldsOf(type).map((field) => [field.key, field]))
  return {
    where: `${host}:${server.port} unit ${unit}`,
    port: server.port,
    set(point, value) {
      const field = fields.get(point)
      if (field === undefined) throw noPoint(point, [...fields.keys()])
      store(bank, { field, value, offset })
    },
    silent: (yes) => void (mute = yes),
    misbehave: (next) => void (fault = next),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Registers that requests of this type touch. */
function fill(bank: Bank, type: ModbusLayout, offset: number): void {
  for (const { table, address, count } of planBlocks(fieldsOf(type), type.modbus.limits)) {
    for (let at = 0; at < count; at += 1) bank.put(table, address + offset + at, 0)
  }
}

interface Setting {
  readonly field: Field
  readonly value: Value
  readonly offset: number
}

function store(bank: Bank, { field, value, offset }: Setting): void {
  const { table, definition, value: layout } = field
  const address = field.address + offset
  const raw = rawOf(field, value)
  if (isBits(table) || layout === undefined) {
    bank.put(table, address, Number(raw === true || raw === 1))
    return
  }
  if (definition.bit === undefined) {
    bank.putBytes(
      table,
      address,
      putValue(typeof raw === 'boolean' ? Number(raw) : raw, layout),
    )
    return
  }
  // One bit of a word that other points share.
  const all = Array.from({ length: layout.words * 2 }, (_, at) => {
    const word = bank.get(table, address + (at >> 1)) ?? 0
    return (at & 1) === 0 ? word >> 8 : word & 0xff
  })
  const byte = byteOfBit(field, definition.bit)
  const mask = 1 << (definition.bit & 7)
  all[byte] = raw === true ? (all[byte] ?? 0) | mask : (all[byte] ?? 0) & ~mask
  bank.putBytes(table, address, Uint8Array.from(all))
}

/** Where the byte with this bit is on the wire: found by asking what a 1 there would become. */
function byteOfBit({ value }: Field, bit: number): number {
  if (value === undefined) return 0
  const type = value.words === 1 ? 'uint16' : value.words === 2 ? 'uint32' : 'uint64'
  return putValue(2 ** bit, { ...value, type }).findIndex((byte) => byte !== 0)
}

/** A value as readings have it, back to what the device says. */
function rawOf(field: Field, value: Value): Value {
  const { definition, key } = field
  if (value === null) return null
  if (definition.enum !== undefined) return listed(field, definition.enum, value)
  if (definition.bit !== undefined || isBits(field.table)) {
    if (typeof value !== 'boolean') throw wrongKind(key, 'true or false')
    return value
  }
  if (field.value?.type === 'string') {
    if (typeof value !== 'string') throw wrongKind(key, 'a text')
    return value
  }
  if (typeof value === 'boolean') return value
  if (typeof value !== 'number') throw wrongKind(key, 'a number')
  return (value - definition.offset) / definition.scale
}

function listed(
  { key, value: layout }: Field,
  names: Readonly<Record<string, string>>,
  value: Value,
): Value {
  const found = Object.entries(names).find(([, name]) => name === value)
  if (found === undefined) throw notListed(key, Object.values(names))
  const [raw] = found
  return layout?.type === 'string' ? raw : Number(raw)
}

function noPoint(point: string, known: readonly string[]): Problem {
  return new Problem({
    kind: 'invalid',
    what: `The type has no point ${JSON.stringify(point)}`,
    where: 'point',
    next: `It has ${known.join(', ')}`,
  })
}

function notListed(point: string, names: readonly string[]): Problem {
  return new Problem({
    kind: 'invalid',
    what: `${point} cannot have this value`,
    where: point,
    next: `It can be ${names.join(', ')}`,
  })
}

function wrongKind(point: string, wanted: string): Problem {
  return new Problem({ kind: 'invalid', what: `${point} takes ${wanted}`, where: point })
}
