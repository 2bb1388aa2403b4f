import { z } from 'zod'
import { writeMessage, type MessageBlock } from '../devices/modbus/message.ts'
import { modbusTable } from '../devices/modbus/type.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import type { ProposedPoint } from './propose-points.ts'
import { halfOf, type Scaffold } from './scaffold.ts'
import { typeText } from './type-text.ts'

/** Registers that become points, at most. */
const MOST_POINTS = 60

/** What a scan found; as the workbench has it. */
interface FoundRegister {
  readonly where: string
  readonly shows: readonly { readonly as: string; readonly value: string }[]
  readonly proposal?: { readonly key: string; readonly definition: Record<string, unknown> }
}

const place = z.looseObject({ table: modbusTable, address: z.int().min(0).max(65_535) })

export interface ScannedType {
  readonly type: string
  readonly addressBase: 0 | 1
  readonly found: readonly FoundRegister[]
  readonly at: TimeUs
  /** Where was looked, in words. */
  readonly from: string
}

/** A type made of the registers of the first unit that answered with something else than zeros. */
export function typeOfRegisters({
  type,
  addressBase,
  found,
  at,
  from,
}: ScannedType): Scaffold {
  const proposed = found.filter(({ proposal }) => proposal !== undefined)
  const unit = Number(/^unit (\d+)/.exec(proposed[0]?.where ?? '')?.[1] ?? 1)
  const own = proposed
    .filter(({ where }) => where.startsWith(`unit ${unit} `))
    .slice(0, MOST_POINTS)
  if (own.length === 0) throw nothingFound(found.length)
  const points = own.flatMap(({ proposal, shows }): ProposedPoint[] => {
    if (proposal === undefined) return []
    const comment = shows.map(({ as, value }) => `${as} ${value}`).join(' · ')
    return [{ key: proposal.key, definition: proposal.definition, comment }]
  })
  const payload = writeMessage({
    v: 1,
    unit,
    blocks: own.flatMap((one) => blockOf(one, addressBase)),
  })
  const text = typeText(
    {
      about: [
        `Proposed from a look at ${from}, unit ${unit}. Registers that were 0 are left out.`,
        'Behind each point stands everything that its register could be: choose with the manual beside you.',
        'A value of 32 bits takes two registers: give the first one its type and order, delete the second.',
      ],
      type,
      description: `Registers of ${from}`.slice(0, 500),
      protocol: 'modbus',
      interval: '5s',
      sections: { modbus: { addressBase } },
    },
    points,
  )
  const seeds = [
    { file: 'scanned', name: 'what the scan read', payload, at },
    { file: 'malformed', name: 'half a message', payload: halfOf(payload), at },
  ]
  return { typeText: text, seeds, origin: [`Made from a look at ${from}, unit ${unit}.`] }
}

function blockOf({ proposal, shows }: FoundRegister, addressBase: number): MessageBlock[] {
  const parsed = place.safeParse(proposal?.definition)
  if (!parsed.success) return []
  const { table } = parsed.data
  const address = parsed.data.address - addressBase
  const hex = shows.find(({ as }) => as === 'hex')?.value.replace(/^0x/, '')
  if (hex !== undefined) return [{ table, address, words: hex.padStart(4, '0') }]
  return [{ table, address, bits: shows.some(({ value }) => value === 'true') ? '1' : '0' }]
}

function nothingFound(looked: number): Problem {
  return new Problem({
    kind: 'not_found',
    what: looked === 0 ? 'no unit answered' : 'every register that answered was 0',
    next:
      looked === 0
        ? 'check host, port, unit numbers and the range; a unit that answers on another line is not here'
        : 'scan another range, or scan while the device runs',
  })
}
