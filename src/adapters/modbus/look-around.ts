import { fieldsOf, isBits, type ModbusLayout } from '../../devices/modbus/layout.ts'
import type { MessageBlock, ModbusMessage } from '../../devices/modbus/message.ts'
import { planBlocks, type Block } from '../../devices/modbus/plan.ts'
import type { ModbusAddress } from '../../devices/modbus/type.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs } from '../../domain/time.ts'
import { Line, type LineParts } from './line.ts'
import { endpointOf } from './open-stream.ts'
import { blockOf, functionCodeOf } from './poll-unit.ts'

export interface Around {
  readonly type: ModbusLayout
  readonly address: ModbusAddress
}

type Place = Pick<Block, 'table' | 'address' | 'count'>

/**
 * One look at a device for `diagnose`: each of its values, and the register before and after it where
 * they exist. Reads only, about three requests for each point. Throws Problem when nobody answers.
 */
export async function lookAround(parts: LineParts, around: Around): Promise<ModbusMessage> {
  const { type, address } = around
  const line = new Line(parts)
  try {
    const blocks: MessageBlock[] = []
    const limits = { ...type.modbus.limits, oneRequestPerField: true }
    const fields = fieldsOf(type).filter((field) => field.address >= 0)
    for (const block of planBlocks(fields, limits)) {
      for (const place of placesOf(block, limits.maxWords)) {
        blocks.push(await look({ line, parts, around }, place))
      }
    }
    const { unit, offset } = address
    return { v: 1, unit, ...(offset !== undefined && { offset }), blocks }
  } finally {
    line.close()
  }
}

/** The value itself; then one register further down and up. */
function placesOf({ table, address, count }: Block, maxWords: number): Place[] {
  const place = { table, address, count }
  if (isBits(table) || count > maxWords) return [place]
  const shifted = [address - 1, address + 1].filter((at) => at >= 0 && at + count <= 65_536)
  return [place, ...shifted.map((at) => ({ table, address: at, count }))]
}

async function look(
  { line, parts, around }: { line: Line; parts: LineParts; around: Around },
  place: Place,
): Promise<MessageBlock> {
  const { address, type } = around
  const unreachable = await line.open(type.modbus.limits.pauseAfterConnect)
  if (unreachable !== undefined) throw silent(parts, address, unreachable.detail)
  const reply = await line.request({
    unit: address.unit,
    functionCode: functionCodeOf(place.table),
    address: Math.min(place.address + (address.offset ?? 0), 65_535),
    count: place.count,
  })
  await line.pause(durationUs(type.modbus.limits.pauseBetween))
  if (reply.ok) return blockOf(place, reply.data)
  if (reply.why !== 'exception') throw silent(parts, address, reply.detail)
  return { ...place, failed: { why: 'exception', code: reply.code, tried: true } }
}

function silent({ settings }: LineParts, { unit }: ModbusAddress, why: string): Problem {
  return new Problem({
    kind: 'unavailable',
    what: `Unit ${unit} at ${endpointOf(settings)} does not answer`,
    why,
    next: 'Check power, wiring, the unit number and the transport (tcp or rtu-over-tcp)',
  })
}
