import { Problem } from '../../domain/problem.ts'
import { textOf } from './dial.ts'
import { loadOpcua } from './library.ts'
import type { Link } from './link.ts'

/** Which event of which condition somebody has taken note of; both as the message had them. */
export interface Acknowledgement {
  /** `nsu=urn:…;i=5` */
  readonly conditionId: string
  /** Hex. Every event of a condition has its own. */
  readonly eventId: string
  /** At most 200 characters; the server shows it. */
  readonly comment: string
}

/** Writes an acknowledgement to the server; see the adapter for what it rejects with. */
export async function acknowledge(
  link: Link | undefined,
  what: Acknowledgement,
): Promise<void> {
  const { conditionId, eventId, comment } = what
  const [, uri, id = conditionId] = /^nsu=(.*);([isgb]=.*)$/s.exec(conditionId) ?? []
  const index = uri === undefined ? 0 : (link?.uris.indexOf(uri) ?? -1)
  if (link === undefined || index === -1) throw notNow(uri, link)
  const opcua = await loadOpcua()
  const node = opcua.resolveNodeId(`ns=${index};${id}`)
  const event = Buffer.from(eventId, 'hex')
  const status = await link.session
    .acknowledgeCondition(node, event, comment.slice(0, 200))
    .catch((error: unknown) => {
      throw new Problem(
        {
          kind: 'unavailable',
          what: 'The OPC UA server did not answer',
          why: textOf(error),
        },
        { cause: error },
      )
    })
  if (status.isGoodish() || status.name === 'BadConditionBranchAlreadyAcked') return
  throw refusal(status.name)
}

function notNow(uri: string | undefined, link: Link | undefined): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'The OPC UA server cannot be told now',
    why: link === undefined ? 'there is no session' : `it has no namespace ${uri ?? ''}`,
    next: 'Try again when the connection is online',
  })
}

function refusal(status: string): Problem {
  const what = `The OPC UA server does not take the acknowledgement (${status})`
  if (status !== 'BadEventIdUnknown') return new Problem({ kind: 'invalid', what })
  return new Problem({
    kind: 'conflict',
    what,
    why: 'the condition has said something newer since',
    next: 'Look at it again and acknowledge what it says now',
  })
}
