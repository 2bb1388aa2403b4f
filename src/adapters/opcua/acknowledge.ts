import type { FieldDevice } from '../../devices/field-device.ts'
import { Problem } from '../../domain/problem.ts'
import type { AlarmTaken } from '../adapter.ts'
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

/**
 * Acknowledges what the condition of a point says now, unless it became active again after the person
 * looked at it: then nobody has seen what stands there. A server may keep earlier states as branches,
 * each to be acknowledged by itself (OPC 10000-9, 5.5.2); here they are one alarm, so whoever takes
 * note of it takes note of them.
 */
export async function acknowledgeAlarm(
  link: Link | undefined,
  devices: readonly FieldDevice[],
  { device, point, at, comment }: AlarmTaken,
): Promise<void> {
  const condition = conditionOf(devices, device, point)
  const standing = link?.standing(device, condition)
  if (standing === undefined) {
    throw notNow(link === undefined ? undefined : `${condition} has not been heard`)
  }
  if (standing.active && standing.since > at) throw raisedAnew(condition)
  if (!standing.acked) {
    await acknowledge(link, { ...standing, comment }).catch((error: unknown) => {
      throw isConflict(error) ? newerEvent(error) : error
    })
  }
  for (const branch of link?.branches(device, condition) ?? []) {
    if (branch.time !== undefined && branch.time > at) continue
    // One that is no longer there was acknowledged at the station, or said something since.
    await acknowledge(link, { ...branch, comment }).catch((error: unknown) => {
      if (!isConflict(error)) throw error
    })
  }
}

function isConflict(error: unknown): error is Problem {
  return error instanceof Problem && error.details.kind === 'conflict'
}

function conditionOf(
  devices: readonly FieldDevice[],
  device: string,
  point: string,
): string {
  const type = devices.find(({ id }) => id === device)?.type
  const condition = type?.protocol === 'opcua' ? type.points[point]?.condition : undefined
  if (condition !== undefined) return condition
  throw new Problem({ kind: 'invalid', what: `${point} is no condition of the device` })
}

function raisedAnew(condition: string): Problem {
  return new Problem({
    kind: 'conflict',
    what: `${condition} became active again after it was acknowledged`,
    next: 'Acknowledge the newer alarm',
  })
}

/** The same raise under a newer event id, which is on its way to us. */
function newerEvent(cause: Problem): Problem {
  return new Problem(
    {
      kind: 'unavailable',
      what: 'The condition says something newer that has not come here yet',
      next: 'Try again when it has',
    },
    { cause },
  )
}

/** Writes an acknowledgement to the server; see the adapter for what it rejects with. */
export async function acknowledge(
  link: Link | undefined,
  what: Acknowledgement,
): Promise<void> {
  const { conditionId, eventId, comment } = what
  const [, uri, id = conditionId] = /^nsu=(.*);([isgb]=.*)$/s.exec(conditionId) ?? []
  const index = uri === undefined ? 0 : (link?.uris.indexOf(uri) ?? -1)
  if (link === undefined || index === -1) {
    throw notNow(link === undefined ? undefined : `it has no namespace ${uri ?? ''}`)
  }
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

function notNow(why = 'there is no session'): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'The OPC UA server cannot be told now',
    why,
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
