import { isBits } from '../../devices/modbus/layout.ts'
import type { Failure, MessageBlock } from '../../devices/modbus/message.ts'
import { splitBlock, type Block } from '../../devices/modbus/plan.ts'
import { toHex } from '../../devices/modbus/hex.ts'
import type { ModbusTable } from '../../devices/modbus/type.ts'
import type { Ask } from './frames.ts'
import type { Line, Reply } from './line.ts'
import type { Group, Unit } from './unit.ts'

/** Requests that one poll may use more than its plan, to find out which register is missing. */
const MAX_SPLITS = 64

/** How one poll of a unit went. */
export interface Polled {
  readonly blocks: readonly MessageBlock[]
  /** Why the unit as a whole did not answer; undefined when it did. */
  readonly silent?: Silence
  /** Requests that were cut for good, because the device refuses them as one. */
  readonly learnt: readonly Block[]
}

export interface Silence {
  readonly failure: Failure
  readonly detail: string
}

const functionCodes = {
  coil: 1,
  discrete: 2,
  holding: 3,
  input: 4,
} as const satisfies Record<ModbusTable, Ask['functionCode']>

/** The function code that reads a table. */
export function functionCodeOf(table: ModbusTable): Ask['functionCode'] {
  return functionCodes[table]
}

/** Bytes of an answer as messages have them: hex of registers, or a digit for each bit. */
export function blockOf(
  { table, address, count }: Pick<Block, 'table' | 'address' | 'count'>,
  data: Uint8Array,
): MessageBlock {
  if (!isBits(table)) return { table, address, words: toHex(data) }
  const bits = Array.from(
    { length: count },
    (_, at) => ((data[at >> 3] ?? 0) >> (at & 7)) & 1,
  )
  return { table, address, bits: bits.join('') }
}

/** Reads what the groups want. After the first silence nothing more is asked of this unit. */
export async function pollUnit(
  line: Line,
  unit: Unit,
  groups: readonly Group[],
): Promise<Polled> {
  const poll = new Poll(line, unit)
  for (const group of groups) {
    const plan: Block[] = []
    for (const block of group.blocks) plan.push(...(await poll.read(block)).plan)
    group.blocks = plan
  }
  return poll.polled()
}

/** The blocks of a poll that could not even begin. */
export function unasked(groups: readonly Group[], failure: Failure): MessageBlock[] {
  return groups.flatMap(({ blocks }) => blocks.map((block) => failedBlock(block, failure)))
}

class Poll {
  readonly #line: Line
  readonly #unit: Unit
  readonly #blocks: MessageBlock[] = []
  readonly #learnt: Block[] = []
  #silent: Silence | undefined
  #splits = 0

  constructor(line: Line, unit: Unit) {
    this.#line = line
    this.#unit = unit
  }

  polled(): Polled {
    return {
      blocks: this.#blocks,
      learnt: this.#learnt,
      ...(this.#silent !== undefined && { silent: this.#silent }),
    }
  }

  /** `plan`: how to ask for it next time. `any`: something of it was answered. */
  async read(
    block: Block,
  ): Promise<{ readonly plan: readonly Block[]; readonly any: boolean }> {
    if (this.#silent !== undefined) {
      this.#blocks.push(failedBlock(block, { ...this.#silent.failure, tried: false }))
      return { plan: [block], any: false }
    }
    const reply = await this.#ask(block)
    if (reply.ok) {
      this.#blocks.push(blockOf(block, reply.data))
      return { plan: [block], any: true }
    }
    const halves = this.#halvesOf(block, reply)
    if (halves !== undefined) return await this.#readHalves(block, halves)
    const failure = failureOf(reply)
    this.#blocks.push(failedBlock(block, failure))
    if (isSilence(reply)) this.#silent = { failure, detail: spellReply(reply) }
    return { plan: [block], any: false }
  }

  async #readHalves(
    block: Block,
    [lower, upper]: readonly [Block, Block],
  ): Promise<{ readonly plan: readonly Block[]; readonly any: boolean }> {
    this.#splits += 1
    const first = await this.read(lower)
    const second = await this.read(upper)
    const any = first.any || second.any
    // A device that refuses everything, as one that is starting does, teaches nothing.
    if (!any) return { plan: [block], any }
    this.#learnt.push(block)
    return { plan: [...first.plan, ...second.plan], any }
  }

  async #ask(block: Block): Promise<Reply> {
    const { address, limits } = this.#unit
    const from = block.address + (address.offset ?? 0)
    // Beyond the end of the table there is nothing to ask for.
    if (from + block.count > 65_536) return { ok: false, why: 'exception', code: 2 }
    const unreachable = await this.#line.open(limits.pauseAfterConnect)
    if (unreachable !== undefined) return unreachable
    const reply = await this.#line.request({
      unit: address.unit,
      functionCode: functionCodeOf(block.table),
      address: from,
      count: block.count,
    })
    await this.#line.pause(limits.pauseBetween)
    return reply
  }

  /** Exception 2: a register between is missing. 3: so many at once are too many. */
  #halvesOf(block: Block, reply: Reply): readonly [Block, Block] | undefined {
    if (reply.ok || reply.why !== 'exception') return undefined
    if (reply.code !== 2 && reply.code !== 3) return undefined
    if (this.#splits >= MAX_SPLITS) return undefined
    return splitBlock(block, this.#unit.limits)
  }
}

/** Exceptions 10 and 11 are the gateway's word for a unit that does not answer. */
function isSilence(reply: Reply & { readonly ok: false }): boolean {
  return reply.why !== 'exception' || reply.code === 10 || reply.code === 11
}

function failureOf(reply: Reply & { readonly ok: false }): Failure {
  return reply.why === 'exception'
    ? { why: reply.why, code: reply.code, tried: true }
    : { why: reply.why, tried: true }
}

function failedBlock({ table, address, count }: Block, failed: Failure): MessageBlock {
  return { table, address, count, failed }
}

/** For people. */
export function spellReply(reply: Reply & { readonly ok: false }): string {
  if (reply.why !== 'exception') return reply.detail
  if (reply.code === 10) return 'the gateway has no way to it (exception 10)'
  if (reply.code === 11) return 'it does not answer its gateway (exception 11)'
  return `exception ${reply.code}`
}
