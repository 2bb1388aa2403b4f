import { writeMessage, type OpcuaValue } from '../devices/opcua/message.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import type { ProposedPoint } from './propose-points.ts'
import { halfOf, type Scaffold } from './scaffold.ts'
import { typeText } from './type-text.ts'

/** Nodes that become points, at most: as many as one message holds. */
const MOST_POINTS = 60

/** What a look at a server found; as the workbench has it. */
interface FoundNode {
  readonly where: string
  /** The value with its type comes first; then range, unit and `namespace p`. */
  readonly shows: readonly { readonly as: string; readonly value: string }[]
  readonly proposal?: { readonly key: string; readonly definition: Record<string, unknown> }
}

export interface ProbedType {
  readonly type: string
  readonly found: readonly FoundNode[]
  readonly at: TimeUs
  /** Where was looked, in words. */
  readonly from: string
}

/** A type made of the variables of a server, with its namespaces by URI. */
export function typeOfNodes({ type, found, at, from }: ProbedType): Scaffold {
  const own = found.filter(({ proposal }) => proposal !== undefined).slice(0, MOST_POINTS)
  if (own.length === 0) throw nothingFound(found.length)
  const taken = new Set<string>()
  const points = own.flatMap(({ proposal, shows }): ProposedPoint[] => {
    if (proposal === undefined) return []
    let { key } = proposal
    for (let n = 2; taken.has(key); n += 1) key = `${proposal.key}${n}`
    taken.add(key)
    const comment = shows
      .filter(({ as }) => !as.startsWith('namespace '))
      .map(({ as, value }) => `${as} ${value}`)
      .join(' · ')
    return [{ key, definition: proposal.definition, comment }]
  })
  const namespaces = Object.fromEntries(
    own.flatMap(({ shows }) =>
      shows.flatMap(({ as, value }) => {
        const prefix = /^namespace (\S+)$/.exec(as)?.[1]
        return prefix === undefined ? [] : [[prefix, value]]
      }),
    ),
  )
  const values = own.map((one) => valueOf(one, at))
  const payload = writeMessage({ v: 1, values })
  const text = typeText(
    {
      about: [
        `Proposed from a look at ${from}; paths begin where the look began, which is the root of the device.`,
        ...(found.length > own.length
          ? [`${found.length - own.length} more nodes are left out.`]
          : []),
      ],
      type,
      description: `What ${from} offers`.slice(0, 500),
      protocol: 'opcua',
      interval: '5s',
      sections: { opcua: { namespaces } },
    },
    points,
  )
  const seeds = [
    { file: 'probed', name: 'what the look read', payload, at },
    { file: 'malformed', name: 'half a message', payload: halfOf(payload), at },
  ]
  return { typeText: text, seeds, origin: [`Made from a look at ${from}.`] }
}

function valueOf({ where, shows }: FoundNode, at: TimeUs): OpcuaValue {
  const [first] = shows
  const { as: type, value } = first ?? { as: 'Null', value: '' }
  return { path: where, type, value: rawOf(type, value), source: at, server: at }
}

function rawOf(type: string, value: string): unknown {
  if (type === 'Boolean') return value === 'true'
  if (type === 'String' || type === 'Int64' || type === 'UInt64') return value
  return Number.isFinite(Number(value)) ? Number(value) : value
}

function nothingFound(looked: number): Problem {
  return new Problem({
    kind: 'not_found',
    what: looked === 0 ? 'nothing is there' : 'no variable there can be a point',
    next: 'begin somewhere else with --root, or look at the server with a browser of OPC UA',
  })
}
