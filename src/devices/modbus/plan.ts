import { isBits, type Field } from './layout.ts'
import type { ModbusLimits, ModbusTable } from './type.ts'

/** One request, and the points whose values its answer holds. */
export interface Block {
  readonly table: ModbusTable
  /** From 0, before the `offset` of a device. */
  readonly address: number
  readonly count: number
  /** By address; never empty. */
  readonly fields: readonly Field[]
}

/**
 * Points that stand near each other become one request: at most `maxGap` addresses between them are
 * read along, and a request is never longer than the device allows. A point is never cut in two.
 */
export function planBlocks(
  fields: readonly Field[],
  limits: ModbusLimits,
): readonly Block[] {
  const blocks: Block[] = []
  for (const table of ['coil', 'discrete', 'input', 'holding'] as const) {
    const sorted = fields
      .filter((field) => field.table === table)
      .toSorted((a, b) => a.address - b.address || a.count - b.count)
    let open: Field[] = []
    for (const field of sorted) {
      if (open.length > 0 && !fits(open, field, limits)) {
        blocks.push(blockOf(open, limits))
        open = []
      }
      open.push(field)
    }
    if (open.length > 0) blocks.push(blockOf(open, limits))
  }
  return blocks
}

/**
 * Two requests instead of one that the device refused: cut in the widest gap, since that is where
 * registers are missing most often, and of equal gaps nearest the middle. Undefined for a block that
 * cannot be cut.
 */
export function splitBlock(
  block: Block,
  limits: ModbusLimits,
): readonly [Block, Block] | undefined {
  const { fields } = block
  const middle = fields.length / 2
  let cut: { readonly at: number; readonly gap: number } | undefined
  let end = 0
  for (const [at, field] of fields.entries()) {
    const gap = field.address - end
    // Points on the same registers, such as bits of one word, stay together.
    if (at > 0 && gap >= 0) {
      const nearer = cut === undefined || Math.abs(at - middle) < Math.abs(cut.at - middle)
      if (cut === undefined || gap > cut.gap || (gap === cut.gap && nearer))
        cut = { at, gap }
    }
    end = Math.max(end, field.address + field.count)
  }
  if (cut === undefined) return undefined
  return [blockOf(fields.slice(0, cut.at), limits), blockOf(fields.slice(cut.at), limits)]
}

function fits(open: readonly Field[], field: Field, limits: ModbusLimits): boolean {
  const { maxGap, maxBits, maxWords, oneRequestPerField, coilsFromZero } = limits
  const end = endOf(open)
  const first = open[0]?.address ?? 0
  // Points on the same registers, such as bits of one word, are one request for every device.
  if (field.address + field.count <= end) return true
  if (oneRequestPerField) return false
  const bits = isBits(field.table)
  if (field.address - end > maxGap && !(bits && coilsFromZero)) return false
  const from = bits && coilsFromZero ? 0 : first
  return field.address + field.count - from <= (bits ? maxBits : maxWords)
}

function blockOf(fields: readonly Field[], limits: ModbusLimits): Block {
  const [first] = fields
  if (first === undefined) throw new Error('a request without points')
  const end = endOf(fields)
  // Beyond what one request holds, the device cannot be asked from 0.
  const fromZero = isBits(first.table) && limits.coilsFromZero && end <= limits.maxBits
  const address = fromZero ? 0 : first.address
  return { table: first.table, address, count: end - address, fields }
}

function endOf(fields: readonly Field[]): number {
  return Math.max(...fields.map(({ address, count }) => address + count))
}
