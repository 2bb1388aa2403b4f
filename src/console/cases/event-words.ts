import type { CaseDetailView } from '../../cases/views.ts'
import type { Messages } from '../messages/messages.ts'

type CaseEvent = CaseDetailView['events'][number]
type Data = CaseEvent['data']
type Words = (data: Data, messages: Messages) => string

/** What happened to a case, as a sentence; the kind itself for one that we do not know. */
export function eventWords({ kind, data }: CaseEvent, messages: Messages): string {
  return Object.hasOwn(words, kind) ? (words[kind]?.(data, messages) ?? kind) : kind
}

const words: Readonly<Record<string, Words>> = {
  opened: (data, { cases }) => cases.events.opened(sourceOf(data, cases.sources)),
  routed: (data, { cases }) => cases.events.routed(textOf(data['unit'])),
  report_joined: (data, { cases }) =>
    cases.events.reportJoined(sourceOf(data, cases.sources)),
  alarm_joined: (_, { cases }) => cases.events.alarmJoined,
  alarm_cleared: (_, { cases }) => cases.events.alarmCleared,
  alarm_returned: (_, { cases }) => cases.events.alarmReturned,
  assets_gathered: (data, { cases }) =>
    cases.events.assetsGathered(countText(data['assets'])),
  verify: (_, { cases }) => cases.events.verify,
  moved,
  assigned,
  rerouted: (data, { cases }) => cases.events.rerouted(textOf(data['category'])),
  said: (data, { cases }) =>
    data['followers'] === true ? cases.events.saidToFollowers : cases.events.said,
  followed_up: (data, { cases }) => {
    const wish = data['wish'] === 'reopen' ? `: ${cases.events.wishReopen}` : ''
    return `${cases.events.followedUp(sourceOf(data, cases.sources))}${wish}`
  },
  merged: (_, { cases }) => cases.events.merged,
  absorbed: (_, { cases }) => cases.events.absorbed,
  unmerged: (_, { cases }) => cases.events.unmerged,
  released: (_, { cases }) => cases.events.released,
  photos: (_, { cases }) => cases.events.photos,
  granted: (data, { cases }) => cases.events.granted(textOf(data['contractor'])),
  revoked: (data, { cases }) => cases.events.revoked(textOf(data['contractor'])),
  forwarded: (data, { cases }) => cases.events.forwarded(textOf(data['outside'])),
  partner_said: (data, { cases }) => cases.events.partnerSaid(textOf(data['outside'])),
  deadline: (data, { cases }) => cases.events.deadline(lookUp(cases.clocks, data['clock'])),
  judged: (data, { cases }) =>
    data['satisfied'] === true ? cases.events.satisfied : cases.events.unsatisfied,
  erased: (_, { cases }) => cases.events.erased,
}

function moved(data: Data, { cases }: Messages): string {
  const { states, reasons, events } = cases
  const move = events.moved(lookUp(states, data['from']), lookUp(states, data['to']))
  const reason = data['reason'] === undefined ? '' : `: ${lookUp(reasons, data['reason'])}`
  const outside = data['outside'] === undefined ? '' : `, ${textOf(data['outside'])}`
  const overridden = data['override'] === true ? `, ${events.overridden}` : ''
  return `${move}${reason}${outside}${overridden}`
}

function assigned(data: Data, { cases }: Messages): string {
  const { person, unit } = data
  const standsFor = data['for']
  const who = typeof person === 'string' ? person : textOf(unit)
  const whose = typeof standsFor === 'string' ? ` ${cases.events.standsFor(standsFor)}` : ''
  return `${cases.events.assigned(who)}${whose}`
}

function sourceOf(data: Data, sources: Readonly<Record<string, string>>): string {
  return lookUp(sources, data['source'])
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
