import { fromHex } from '../../devices/modbus/hex.ts'
import { isBits, spell } from '../../devices/modbus/layout.ts'
import { takeValue, wordCount, type RegisterValue } from '../../devices/modbus/registers.ts'
import type { ByteOrder, ModbusTable } from '../../devices/modbus/type.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, MS, type DurationUs } from '../../domain/time.ts'
import type { Found } from '../workbench.ts'
import { Line, type LineParts, type Reply } from './line.ts'
import { endpointOf } from './open-stream.ts'
import { blockOf, functionCodeOf } from './poll-unit.ts'

export interface ScanOrder {
  /** At most 247. */
  readonly units: readonly number[]
  readonly tables: readonly ModbusTable[]
  /** First and last register, from 0. */
  readonly range: readonly [number, number]
  /** How `where` and proposals count. */
  readonly addressBase: 0 | 1
  /** Between two requests; at least 10 ms. */
  readonly pause: DurationUs
}

/** A scan ends after so many requests, with a Problem that says where. */
const mostRequests = 20_000
const shortestPause = durationUs(10 * MS)
const chunk = { registers: 32, bits: 256 } as const

interface Run {
  readonly address: number
  readonly count: number
}

/** What a table of one unit holds: cells that answered, and runs that do not exist. */
interface Table {
  readonly cells: Map<number, number>
  readonly holes: Run[]
}

/**
 * Looks what a device has. Only reads, one request at a time, slowly. A part that the device refuses
 * is halved until the registers that do not exist are known. Every register is shown as everything it
 * could be, side by side, since only a person can tell which it is. Throws Problem when the line
 * cannot be opened.
 */
export async function* scanModbus(
  parts: LineParts,
  order: ScanOrder,
): AsyncGenerator<Found> {
  const scan = new Scan(parts, order)
  try {
    for (const unit of order.units) yield* scanUnit(scan, order, unit)
  } finally {
    scan.close()
  }
}

async function* scanUnit(
  scan: Scan,
  order: ScanOrder,
  unit: number,
): AsyncGenerator<Found> {
  for (const name of order.tables) {
    const table = await scan.table(unit, name)
    if (table === 'no unit') return
    if (table !== 'no table') yield* show({ unit, table: name, ...order }, table)
  }
}

class Scan {
  readonly #parts: LineParts
  readonly #order: ScanOrder
  readonly #line: Line
  #requests = 0

  constructor(parts: LineParts, order: ScanOrder) {
    this.#parts = parts
    this.#order = order
    this.#line = new Line(parts)
  }

  close(): void {
    this.#line.close()
  }

  async table(unit: number, table: ModbusTable): Promise<Table | 'no unit' | 'no table'> {
    const [first, last] = this.#order.range
    const size = isBits(table) ? chunk.bits : chunk.registers
    const found: Table = { cells: new Map(), holes: [] }
    const left: Run[] = []
    for (let at = last + 1; at > first; at -= size) {
      const from = Math.max(first, at - size)
      left.push({ address: from, count: at - from })
    }
    for (let run = left.pop(); run !== undefined; run = left.pop()) {
      const reply = await this.#ask(unit, table, run)
      if (reply.ok) keep(found, { table, ...run }, reply.data)
      else if (reply.why !== 'exception' || reply.code >= 10) {
        // One that answered before is busy; one that never did is not there.
        if (found.cells.size + found.holes.length === 0) return 'no unit'
        found.holes.push(run)
      } else if (reply.code === 1) return 'no table'
      else if (run.count === 1) found.holes.push(run)
      else left.push(...halves(run))
    }
    return found
  }

  async #ask(unit: number, table: ModbusTable, run: Run): Promise<Reply> {
    this.#requests += 1
    if (this.#requests > mostRequests) throw tooMany(unit, table, run)
    const unreachable = await this.#line.open(durationUs(0))
    if (unreachable !== undefined) throw closed(this.#parts, unreachable.detail)
    const reply = await this.#line.request({
      unit,
      functionCode: functionCodeOf(table),
      ...run,
    })
    await this.#line.pause(durationUs(Math.max(this.#order.pause, shortestPause)))
    return reply
  }
}

/** The lower half is asked for first, so it is on top. */
function halves({ address, count }: Run): Run[] {
  const lower = Math.ceil(count / 2)
  return [
    { address: address + lower, count: count - lower },
    { address, count: lower },
  ]
}

function keep(
  found: Table,
  run: Run & { readonly table: ModbusTable },
  data: Buffer,
): void {
  const block = blockOf(run, data)
  for (let at = 0; at < run.count; at += 1) {
    if ('bits' in block) found.cells.set(run.address + at, Number(block.bits[at]))
    else found.cells.set(run.address + at, data.readUInt16BE(at * 2))
  }
}

interface Shown {
  readonly unit: number
  readonly table: ModbusTable
  readonly addressBase: 0 | 1
}

function* show(shown: Shown, { cells, holes }: Table): Generator<Found> {
  const { unit, table, addressBase } = shown
  for (const [address, value] of [...cells].toSorted(([a], [b]) => a - b)) {
    const where = `unit ${unit} ${spell({ table, address, count: 1 }, addressBase)}`
    const definition = {
      table,
      address: address + addressBase,
      ...(isBits(table) ? { kind: 'state' } : { type: 'uint16' }),
    }
    yield {
      where,
      shows: isBits(table)
        ? [{ as: 'bit', value: value === 1 ? 'true' : 'false' }]
        : showsOf(cells, address),
      // Zeros are mostly registers that nobody uses.
      ...(value !== 0 && {
        proposal: { key: `${table}${address + addressBase}`, definition },
      }),
    }
  }
  for (const hole of joined(holes)) {
    const where = `unit ${unit} ${spell({ table, ...hole }, addressBase)}`
    yield { where, shows: [{ as: 'exception', value: 'not there' }] }
  }
}

const pairs = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const

function showsOf(cells: ReadonlyMap<number, number>, address: number): Found['shows'] {
  const one = hexOf(cells, address, 1)
  const two = hexOf(cells, address, 2)
  const shows = [
    { as: 'hex', value: `0x${one ?? ''}` },
    shownAs(one, 'uint16', 'ABCD'),
    shownAs(one, 'int16', 'ABCD'),
    ...pairs.slice(0, 2).map((order) => shownAs(two, 'uint32', order)),
    ...pairs.slice(0, 2).map((order) => shownAs(two, 'int32', order)),
    ...pairs.map((order) => shownAs(two, 'float32', order)),
  ]
  return shows.filter((show) => show !== undefined)
}

function shownAs(
  hex: string | undefined,
  type: RegisterValue['type'],
  order: ByteOrder,
): { as: string; value: string } | undefined {
  if (hex === undefined) return undefined
  const words = wordCount(type, undefined)
  const taken = takeValue(fromHex(hex), { type, order, words, nan: [] })
  const as = words === 1 ? type : `${type} ${order}`
  return { as, value: taken.kind === 'value' ? String(taken.value) : 'no value' }
}

/** Undefined when one of them does not exist. */
function hexOf(
  cells: ReadonlyMap<number, number>,
  address: number,
  count: number,
): string | undefined {
  const words = Array.from({ length: count }, (_, at) => cells.get(address + at))
  if (words.includes(undefined)) return undefined
  return words.map((word) => (word ?? 0).toString(16).padStart(4, '0')).join('')
}

/** Runs that touch become one. */
function joined(holes: readonly Run[]): Run[] {
  const all: Run[] = []
  for (const hole of holes.toSorted((a, b) => a.address - b.address)) {
    const before = all.at(-1)
    if (before === undefined || before.address + before.count < hole.address) all.push(hole)
    else all[all.length - 1] = { ...before, count: before.count + hole.count }
  }
  return all
}

function closed({ settings }: LineParts, why: string): Problem {
  return new Problem({
    kind: 'unavailable',
    what: `The line ${endpointOf(settings)} cannot be opened`,
    why,
    next: 'Check host, port and network',
  })
}

function tooMany(unit: number, table: ModbusTable, { address }: Run): Problem {
  return new Problem({
    kind: 'too_many',
    what: `The scan has made ${mostRequests} requests and stops`,
    where: `unit ${unit} ${table} ${address}`,
    next: 'Scan fewer units, tables or registers at once',
  })
}
