import type { EventKind } from '../../cases/events.ts'
import type { CaseDetailView } from '../../cases/views.ts'
import type { Messages } from '../messages/messages.ts'
import { actorName } from '../parts/actor-name.ts'
import { idsAsNames, type Names } from './names.ts'

type CaseEvent = CaseDetailView['events'][number]
type Data = CaseEvent['data']
type Words = (data: Data, messages: Messages, names: Names) => string

/** What happened to a case, as a sentence; the kind itself for one that we do not know. */
export function eventWords(
  { kind, data }: CaseEvent,
  messages: Messages,
  names: Names = idsAsNames,
): string {
  return isKnown(kind) ? words[kind](data, messages, names) : kind
}

function isKnown(kind: string): kind is EventKind {
  return Object.hasOwn(words, kind)
}

const USER = 'user:'
/** People of a contractor are its own: `contractor:gront/gro` is told as its organisation. */
const CONTRACTOR = 'contractor:'

/** Who did it, and whom that one stood in for. */
export function actorWords(
  { actor, data }: Pick<CaseEvent, 'actor' | 'data'>,
  messages: Messages,
  names: Names,
): string {
  const who = whoWords(actor, messages, names)
  const { behalf } = data
  if (typeof behalf !== 'string') return who
  return `${who}, ${messages.cases.events.standsFor(names.person(behalf))}`
}

function whoWords(actor: string, messages: Messages, names: Names): string {
  if (actor.startsWith(USER)) return names.person(actor.slice(USER.length))
  if (!actor.startsWith(CONTRACTOR)) return actorName(actor, messages)
  const [organisation = actor] = actor.slice(CONTRACTOR.length).split('/')
  return names.contractor(organisation)
}

const words: Readonly<Record<EventKind, Words>> = {
  opened: (data, { cases }) => cases.events.opened(sourceOf(data, cases.sources)),
  routed: (data, { cases }, names) => cases.events.routed(nameOf(data['unit'], names.unit)),
  // One with a number of its own, as in a storm, has its source in its own history.
  report_joined: (data, { cases }) =>
    cases.events.reportJoined(
      data['source'] === undefined ? undefined : sourceOf(data, cases.sources),
    ),
  alarm_joined: (_, { cases }) => cases.events.alarmJoined,
  alarm_cleared: (_, { cases }) => cases.events.alarmCleared,
  alarm_returned: (_, { cases }) => cases.events.alarmReturned,
  assets_gathered: (data, { cases }) =>
    cases.events.assetsGathered(countText(data['assets'])),
  verify: (_, { cases }) => cases.events.verify,
  moved,
  first_contact: (_, { cases }) => cases.events.firstContact,
  assigned,
  rerouted: (data, { cases }, names) =>
    cases.events.rerouted(nameOf(data['category'], names.category)),
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
  photos: ({ step }, { cases }) =>
    step === 'shown' || step === 'hidden'
      ? cases.events.photosDecided[step]
      : cases.events.photos,
  words: ({ step }, { cases }) =>
    cases.events.wordsDecided[step === 'shown' ? 'shown' : 'hidden'],
  granted: (data, { cases }, names) =>
    cases.events.granted(nameOf(data['contractor'], names.contractor)),
  revoked: (data, { cases }, names) =>
    cases.events.revoked(nameOf(data['contractor'], names.contractor)),
  reporter_shared: ({ contractor, step }, { handling }, names) => {
    const { shared, unshared } = handling.sharing
    return (step === 'shown' ? shared : unshared)(nameOf(contractor, names.contractor))
  },
  work_order: (data, { work }) =>
    `${work.order}: ${lookUp({ ...work.orderStates, changed: work.orderChanged }, data['step'])}`,
  forwarded: (data, { cases }) => cases.events.forwarded(textOf(data['outside'])),
  partner_said: (data, { cases }) => cases.events.partnerSaid(textOf(data['outside'])),
  deadline: (data, { cases, handling }, names) =>
    data['clock'] === undefined
      ? promised(data['reference'], handling, names)
      : cases.events.deadline(lookUp(cases.clocks, data['clock'])),
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

function assigned(data: Data, { cases, handling }: Messages, names: Names): string {
  const { person, unit } = data
  const standsFor = data['for']
  if (typeof person !== 'string') {
    return unit === undefined
      ? handling.inTriage
      : handling.inQueue(nameOf(unit, names.unit))
  }
  const whose =
    typeof standsFor === 'string'
      ? ` ${cases.events.standsFor(names.person(standsFor))}`
      : ''
  return `${cases.events.assigned(names.person(person))}${whose}`
}

/** Another service level counts from now on, or none. */
function promised(
  level: unknown,
  { promises, noPromise }: Messages['handling'],
  names: Names,
): string {
  return typeof level === 'string' ? promises(names.serviceLevel(level)) : noPromise
}

function nameOf(id: unknown, named: (id: string) => string): string {
  return typeof id === 'string' ? named(id) : '?'
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
