import type { CaseDetailView } from '../../cases/views.ts'
import type { Messages } from '../messages/messages.ts'

type CaseEvent = CaseDetailView['events'][number]

/** What happened to a case, as a sentence; the kind itself for one that we do not know. */
export function eventWords({ kind, data }: CaseEvent, messages: Messages): string {
  const { events, sources } = messages.cases
  const source = lookUp(sources, data['source'])
  switch (kind) {
    case 'opened':
      return events.opened(source)
    case 'routed':
      return events.routed(textOf(data['unit']))
    case 'report_joined':
      return events.reportJoined(source)
    case 'alarm_joined':
      return events.alarmJoined
    case 'alarm_cleared':
      return events.alarmCleared
    case 'alarm_returned':
      return events.alarmReturned
    case 'assets_gathered':
      return events.assetsGathered(countText(data['assets']))
    case 'verify':
      return events.verify
    case 'moved':
      return moved(data, messages)
    default:
      return kind
  }
}

function moved(data: CaseEvent['data'], { cases }: Messages): string {
  const { states, reasons, events } = cases
  const move = events.moved(lookUp(states, data['from']), lookUp(states, data['to']))
  const reason = data['reason'] === undefined ? '' : `: ${lookUp(reasons, data['reason'])}`
  const overridden = data['override'] === true ? `, ${events.overridden}` : ''
  return `${move}${reason}${overridden}`
}

function lookUp(names: Readonly<Record<string, string>>, key: unknown): string {
  const name = textOf(key)
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '?'
}

function countText(count: unknown): string {
  return typeof count === 'number' ? String(count) : '?'
}
