import { fieldsOf, spell, type Field, type ModbusLayout } from './layout.ts'
import type { MessageBlock, ModbusMessage } from './message.ts'
import { bytesOf, covers } from './reader.ts'
import { takeValue, type RegisterValue } from './registers.ts'
import type { ByteOrder } from './type.ts'

/** A mistake in a type that a real answer gives away. */
export interface Hint {
  readonly point: string
  readonly mistake: 'word_order' | 'address_off_by_one' | 'no_such_register'
  /** The mistake, named. */
  readonly what: string
  readonly why: string
  readonly next: string
}

/** A change of the type that would make values plausible. */
type Remedy =
  | { readonly kind: 'order'; readonly order: ByteOrder }
  | { readonly kind: 'shift'; readonly by: -1 | 1 }

interface Tried {
  readonly remedy: Remedy
  readonly value: number
}

interface Suspect {
  readonly field: Field
  readonly layout: RegisterValue
  readonly value: number
  readonly helps: readonly Tried[]
}

const orders = ['CDAB', 'ABCD', 'BADC', 'DCBA'] as const

/**
 * What is probably wrong with a type, from one poll of a real device. A value outside its `range`, or
 * one that no device measures, is tried in the other byte orders and one register further up and down
 * (where the poll has those registers); the change that explains most values is named.
 */
export function diagnose(type: ModbusLayout, { blocks }: ModbusMessage): readonly Hint[] {
  const suspects: Suspect[] = []
  const missing: Hint[] = []
  const votes = new Map<string, number>()
  const vote = (remedy: Remedy): void => {
    const name = JSON.stringify(remedy)
    votes.set(name, (votes.get(name) ?? 0) + 1)
  }
  for (const field of fieldsOf(type)) {
    const block = blockWith(blocks, field)
    if (block === undefined) {
      if (!isRefused(field, blocks)) continue
      const by = neighbour(field, blocks)
      if (by !== undefined) vote({ kind: 'shift', by })
      missing.push(noSuch(field, by, type))
      continue
    }
    const suspect = suspectOf(field, blocks, block)
    if (suspect !== undefined) suspects.push(suspect)
  }
  for (const { helps } of suspects) for (const { remedy } of helps) vote(remedy)
  const hints = suspects.flatMap((suspect) => {
    const [best] = suspect.helps.toSorted(
      (a, b) => votesFor(votes, b.remedy) - votesFor(votes, a.remedy),
    )
    return best === undefined ? [] : [hintOf(suspect, best, type)]
  })
  return [...missing, ...hints]
}

type Answered = Extract<MessageBlock, { readonly words: string }>
type Place = Pick<Field, 'table' | 'address' | 'count'>

function blockWith(blocks: readonly MessageBlock[], place: Place): Answered | undefined {
  return blocks.find((block): block is Answered => 'words' in block && covers(block, place))
}

function votesFor(votes: ReadonlyMap<string, number>, remedy: Remedy): number {
  return votes.get(JSON.stringify(remedy)) ?? 0
}

/** Undefined when the value may well be right. */
function suspectOf(
  field: Field,
  blocks: readonly MessageBlock[],
  block: Answered,
): Suspect | undefined {
  const layout = field.value
  if (layout === undefined || layout.type === 'string') return undefined
  if (field.definition.bit !== undefined || field.definition.enum !== undefined)
    return undefined
  const value = measured(field, layout, bytesOf(block, field))
  if (value === undefined || isPlausible(field, layout, value)) return undefined
  const helps: Tried[] = []
  const tryOut = (remedy: Remedy, tried: number | undefined): void => {
    // Zero is within most ranges and proves nothing.
    if (tried === undefined || tried === field.definition.offset) return
    if (isPlausible(field, layout, tried)) helps.push({ remedy, value: tried })
  }
  for (const order of layout.words > 1 ? orders : (['AB', 'BA'] as const)) {
    if (order === layout.order) continue
    const other = { ...layout, order }
    tryOut({ kind: 'order', order }, measured(field, other, bytesOf(block, field)))
  }
  for (const by of [-1, 1] as const) {
    const place = { ...field, address: field.address + by }
    const there = blockWith(blocks, place)
    if (there === undefined) continue
    tryOut({ kind: 'shift', by }, measured(field, layout, bytesOf(there, place)))
  }
  return { field, layout, value, helps }
}

/** In the point's unit; undefined for "no value". */
function measured(
  { definition }: Field,
  layout: RegisterValue,
  bytes: Uint8Array,
): number | undefined {
  const taken = takeValue(bytes, layout)
  if (taken.kind !== 'value' || typeof taken.value !== 'number') return undefined
  const { scale, offset } = definition
  return Number((taken.value * scale + offset).toPrecision(12))
}

function isPlausible(field: Field, layout: RegisterValue, value: number): boolean {
  if (!Number.isFinite(value)) return false
  const { range } = field.definition
  if (range !== undefined && (value < range[0] || value > range[1])) return false
  const size = Math.abs(value)
  // Floats in a wrong order are mostly next to nothing, or larger than anything.
  if (layout.type.startsWith('float')) return size === 0 || (size > 1e-7 && size < 1e12)
  if (range !== undefined || layout.words === 1) return true
  // A small number in the wrong order has its low half empty.
  return value < 65_536 || value % 65_536 !== 0
}

function hintOf(
  { field, layout, value }: Suspect,
  { remedy, value: better }: Tried,
  type: ModbusLayout,
): Hint {
  const { key, definition } = field
  const unit = definition.unit === undefined ? '' : ` ${definition.unit}`
  const { range } = definition
  const within = range === undefined ? '' : `, outside ${range[0]} to ${range[1]}`
  const why = `${key} reads ${value}${unit}${within}`
  if (remedy.kind === 'order') {
    return {
      point: key,
      mistake: 'word_order',
      what: `${key} has the wrong word order: ${layout.order}`,
      why: `${why}; as ${remedy.order} the same registers read ${better}${unit}`,
      next: `Set order: ${remedy.order} for ${key}, or in modbus.defaults when it is so for all`,
    }
  }
  const { addressBase } = type.modbus
  const right = field.address + addressBase + remedy.by
  return {
    point: key,
    mistake: 'address_off_by_one',
    what: `The address of ${key} is off by one`,
    why: `${why}; ${spell({ ...field, address: field.address + remedy.by }, addressBase)} reads ${better}${unit}`,
    next: baseAdvice(addressBase, remedy.by) ?? `Set address: ${right}`,
  }
}

/** The manual counts otherwise than the type says: the mistake behind most wrong addresses. */
function baseAdvice(addressBase: 0 | 1, by: -1 | 1): string | undefined {
  if (addressBase === 0 && by === -1) {
    return 'If it is so for all points, the manual counts from 1: set modbus.addressBase: 1'
  }
  if (addressBase === 1 && by === 1) {
    return 'If it is so for all points, the manual counts from 0: set modbus.addressBase: 0'
  }
  return undefined
}

/** The device has no such register. */
function isRefused(field: Field, blocks: readonly MessageBlock[]): boolean {
  return blocks.some(
    (block) => 'failed' in block && block.failed.code === 2 && covers(block, field),
  )
}

/** The way to registers that the device does have. */
function neighbour(field: Field, blocks: readonly MessageBlock[]): -1 | 1 | undefined {
  return ([-1, 1] as const).find(
    (step) => blockWith(blocks, { ...field, address: field.address + step }) !== undefined,
  )
}

function noSuch(field: Field, by: -1 | 1 | undefined, type: ModbusLayout): Hint {
  const { addressBase } = type.modbus
  const why = `The device answers exception 2 for ${spell(field, addressBase)}`
  if (by === undefined) {
    return {
      point: field.key,
      mistake: 'no_such_register',
      what: `${field.key} stands at a register that the device does not have`,
      why,
      next: 'Check address, table and modbus.addressBase against the manual',
    }
  }
  return {
    point: field.key,
    mistake: 'address_off_by_one',
    what: `The address of ${field.key} is off by one`,
    why: `${why}, and has ${spell({ ...field, address: field.address + by }, addressBase)}`,
    next: baseAdvice(addressBase, by) ?? `Set address: ${field.address + addressBase + by}`,
  }
}
