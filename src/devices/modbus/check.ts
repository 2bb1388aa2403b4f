import type { ProblemDetails } from '../../domain/problem.ts'
import { fieldsOf, isBits, spell, type Field, type ModbusLayout } from './layout.ts'

/**
 * What is wrong with a type that no single line of it shows: a register below the first or beyond the
 * last, a bit that its word does not have, values that overlap. Empty when all is well.
 */
export function checkModbusType(type: ModbusLayout): readonly ProblemDetails[] {
  const fields = fieldsOf(type)
  return [
    ...fields.flatMap((field) => [...checkPlace(field, type), ...checkValue(field, type)]),
    ...overlaps(fields, type),
  ]
}

function checkPlace(
  { key, address, count }: Field,
  { modbus }: ModbusLayout,
): ProblemDetails[] {
  const where = `points.${key}`
  const { addressBase } = modbus
  const found: ProblemDetails[] = []
  if (address < 0) {
    found.push({
      kind: 'invalid',
      what: `${key} has the address 0, and with addressBase ${addressBase} registers begin at ${addressBase}`,
      where: `${where}.address`,
      next: 'Set modbus.addressBase: 0, or take the address from the manual again',
    })
  }
  if (address + count > 65_536) {
    found.push({
      kind: 'invalid',
      what: `${key} ends beyond the last register`,
      where: `${where}.address`,
      why: 'A table has 65,536 registers; 5- and 6-digit numbers such as 40001 hold the table in their first digit',
      next: 'Leave that digit out: 40001 is table: holding, address: 1 with addressBase: 1',
    })
  }
  return found
}

function checkValue(
  { key, value, definition }: Field,
  { modbus, points }: ModbusLayout,
): ProblemDetails[] {
  const where = `points.${key}`
  const { limits } = modbus
  const found: ProblemDetails[] = []
  if (value === undefined) return found
  const bits = value.words * 16
  if (definition.bit !== undefined && (definition.bit >= bits || !isWhole(value.type))) {
    found.push({
      kind: 'invalid',
      what: `${key} is bit ${definition.bit} of ${value.type}, which has none such`,
      where: `${where}.bit`,
      next:
        bits === 16
          ? 'Is it a word of 32 bits? Then add type: uint32'
          : 'Give it a whole type',
    })
  }
  if (value.words > limits.maxWords) {
    found.push({
      kind: 'invalid',
      what: `${key} takes ${value.words} registers, and a request may have ${limits.maxWords}`,
      where: `${where}.type`,
      next: 'Raise modbus.limits.maxWords',
    })
  }
  if (value.words > 1 && points[key]?.order?.length === 2 && value.type !== 'string') {
    found.push({
      kind: 'invalid',
      what: `${key} takes ${value.words} registers, and the order ${points[key].order} is that of one`,
      where: `${where}.order`,
      next: 'Use ABCD, CDAB, BADC or DCBA',
    })
  }
  return found
}

function isWhole(type: string): boolean {
  return type.startsWith('int') || type.startsWith('uint')
}

/** Several bits of one word are one thing; a float that begins inside another is a mistake. */
function overlaps(fields: readonly Field[], { modbus }: ModbusLayout): ProblemDetails[] {
  const found: ProblemDetails[] = []
  for (const table of ['input', 'holding'] as const) {
    const sorted = fields
      .filter((field) => field.table === table && !isBits(table))
      .toSorted((a, b) => a.address - b.address)
    for (const [at, field] of sorted.entries()) {
      const next = sorted[at + 1]
      if (next === undefined || next.address >= field.address + field.count) continue
      if (next.address === field.address && next.count === field.count) continue
      found.push({
        kind: 'invalid',
        what: `${field.key} (${spell(field, modbus.addressBase)}) and ${next.key} (${spell(next, modbus.addressBase)}) overlap`,
        where: `points.${next.key}.address`,
        why: 'A value of 32 bits takes two registers, one of 64 bits four',
        next: 'Correct the address or the type of one of them',
      })
    }
  }
  return found
}
