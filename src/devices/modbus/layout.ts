import type { PointDefinition } from '../point.ts'
import { wordCount, type RegisterValue } from './registers.ts'
import type { ModbusPoint, ModbusSection, ModbusTable } from './type.ts'

export type PollGroup = 'fast' | 'slow'

/** Where a point of a type stands on the wire, with every default put in. */
export interface Field {
  readonly key: string
  readonly table: ModbusTable
  /** From 0, as requests count; before the `offset` of a device. */
  readonly address: number
  /** Registers, or coils, it takes. */
  readonly count: number
  readonly group: PollGroup
  /** Undefined for a coil or discrete input. */
  readonly value: RegisterValue | undefined
  readonly definition: PointDefinition
}

/** The part of a device type that Modbus needs. */
export interface ModbusLayout {
  readonly modbus: ModbusSection
  readonly points: Readonly<Record<string, ModbusPoint>>
}

/** Every point of the type, in the order of the file. */
export function fieldsOf({ modbus, points }: ModbusLayout): readonly Field[] {
  return Object.entries(points).map(([key, point]) => fieldOf(key, point, modbus))
}

function fieldOf(key: string, point: ModbusPoint, section: ModbusSection): Field {
  const { table, poll } = point
  const { addressBase, defaults } = section
  const value = valueOf(point, section)
  return {
    key,
    table,
    address: point.address - addressBase,
    count: value?.words ?? 1,
    group: poll ?? defaults.poll,
    value,
    definition: point,
  }
}

function valueOf(
  { table, type, order, length, nan }: ModbusPoint,
  { defaults }: ModbusSection,
): RegisterValue | undefined {
  if (isBits(table)) return undefined
  const said = type ?? defaults.type
  if (said === 'bit') return undefined
  return {
    type: said,
    order: order ?? defaults.order,
    words: wordCount(said, length),
    nan: nan ?? [],
  }
}

/** Coils and discrete inputs hold bits. */
export function isBits(table: ModbusTable): boolean {
  return table === 'coil' || table === 'discrete'
}

const names = {
  coil: 'coil',
  discrete: 'discrete input',
  input: 'input register',
  holding: 'holding register',
} as const satisfies Record<ModbusTable, string>

/** `holding register 12`, or `coils 3 to 9`, as the manual counts. */
export function spell(
  { table, address, count }: Pick<Field, 'table' | 'address' | 'count'>,
  addressBase: number,
): string {
  const first = address + addressBase
  return count === 1
    ? `${names[table]} ${first}`
    : `${names[table]}s ${first} to ${first + count - 1}`
}
