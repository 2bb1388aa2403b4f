import { isBits } from '../../devices/modbus/layout.ts'
import type { ModbusTable } from '../../devices/modbus/type.ts'
import type { Ask } from './frames.ts'

/** Exception codes that a bank answers with. */
export const exception = { function: 1, address: 2, value: 3 } as const

const tables = {
  1: 'coil',
  2: 'discrete',
  3: 'holding',
  4: 'input',
} as const satisfies Record<Ask['functionCode'], ModbusTable>

/** The table that a function code reads. */
export function tableOf(functionCode: Ask['functionCode']): ModbusTable {
  return tables[functionCode]
}

/** The registers and bits of one simulated unit. What was never put there does not exist. */
export class Bank {
  readonly #cells = new Map<ModbusTable, Map<number, number>>()

  /** A register of 16 bits, or 0 and 1. */
  put(table: ModbusTable, address: number, value: number): void {
    const cells = this.#cells.get(table) ?? new Map<number, number>()
    this.#cells.set(table, cells)
    cells.set(address, value & (isBits(table) ? 1 : 0xffff))
  }

  /** Registers from their bytes, the higher one first. */
  putBytes(table: ModbusTable, address: number, bytes: Uint8Array): void {
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      this.put(table, address + at / 2, ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0))
    }
  }

  /** Undefined where nothing is. */
  get(table: ModbusTable, address: number): number | undefined {
    return this.#cells.get(table)?.get(address)
  }

  /** The data of the answer, or the exception code. */
  answer({ functionCode, address, count }: Omit<Ask, 'unit'>): Buffer | number {
    const table = tableOf(functionCode)
    const bits = isBits(table)
    if (count < 1 || count > (bits ? 2_000 : 125)) return exception.value
    const data = Buffer.alloc(bits ? Math.ceil(count / 8) : count * 2)
    for (let at = 0; at < count; at += 1) {
      const value = this.get(table, address + at)
      if (value === undefined) return exception.address
      if (bits) data[at >> 3] = (data[at >> 3] ?? 0) | (value << (at & 7))
      else data.writeUInt16BE(value, at * 2)
    }
    return data
  }
}
