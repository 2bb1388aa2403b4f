import type { AlarmView } from '../../alarms/views.ts'

/** The open ones first, then by priority, then what nobody has acknowledged, then the newest. */
export function inOrder(alarms: readonly AlarmView[]): readonly AlarmView[] {
  return alarms.toSorted(
    (a, b) =>
      Number(a.state === 'normal') - Number(b.state === 'normal') ||
      a.priority - b.priority ||
      Number(isAcknowledged(a)) - Number(isAcknowledged(b)) ||
      since(b) - since(a) ||
      (a.id < b.id ? -1 : 1),
  )
}

/** Nothing is left for a person to acknowledge. */
export function isAcknowledged({ state }: Pick<AlarmView, 'state'>): boolean {
  return state !== 'unacknowledged' && state !== 'returned_unacknowledged'
}

/** It asks for a person now: nobody has acknowledged it and nothing keeps it from people. */
export function calls(alarm: Pick<AlarmView, 'state' | 'suppression'>): boolean {
  return !isAcknowledged(alarm) && alarm.suppression.length === 0
}

function since({ raisedAt }: AlarmView): number {
  return raisedAt === null ? 0 : Date.parse(raisedAt)
}
