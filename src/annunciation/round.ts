import { durationUs, later, timeUs, type TimeUs } from '../domain/time.ts'
import type { Desk } from './desk.ts'
import {
  knowledgeKey,
  soonest,
  type Group,
  type Knowledge,
  type Round,
  type Telling,
  type World,
} from './group.ts'
import { hearNews } from './news.ts'
import { reachOf, urgentLook } from './reached.ts'
import { isOver, nextStep, type Because, type Member, type Policy } from './steps.ts'
import { nextWithin } from '../calendar/civil-time.ts'

/**
 * What a group does at `now`: steps that are due name new recipients, and every recipient hears
 * what it does not know yet, in one message. Pure and total; run twice at one time, the second run
 * does nothing.
 */
export function playRound(policy: Policy, group: Group, now: TimeUs, world: World): Round {
  const ledger = new Map(group.knowledge.map((one) => [knowledgeKey(one), one]))
  const members = group.members.map((member) =>
    walk(policy, member, {
      now,
      world,
      reach: (recipient, how) => reach(ledger, member, { recipient, ...how }),
      unreached:
        reachOf(policy, member, { ledger: ledger.values(), world }) === 'unreached',
    }),
  )
  const byOccurrence = new Map(members.map((member) => [member.occurrence, member]))
  const lines = new Map(group.lines.map((line) => [line.recipient, line]))
  const tellings: Telling[] = []
  let due = soonest(members.map((member) => member.due))
  for (const [recipient, own] of Map.groupBy(ledger.values(), (one) => one.recipient)) {
    const line = lines.get(recipient) ?? { recipient, sequence: 0, at: undefined }
    const told = hearNews(policy, { line, own, members: byOccurrence, now, world })
    for (const one of told.knowledge) ledger.set(knowledgeKey(one), one)
    lines.set(recipient, told.line)
    if (told.telling !== undefined) tellings.push(told.telling)
    due = soonest([due, told.due])
  }
  // What this round tells nobody can have heard yet.
  const fresh = new Set(tellings.map(({ id }) => id))
  const arrival: World['arrival'] = (telling) =>
    fresh.has(telling) ? 'waiting' : world.arrival(telling)
  const situation = { ledger: [...ledger.values()], world: { ...world, arrival }, now }
  const looks = members.map((member) => urgentLook(policy, member, situation))
  due = soonest([due, ...looks])
  const after = { members, knowledge: [...ledger.values()], lines: [...lines.values()] }
  return { group: after, tellings, due, finished: finishedOf(after) }
}

function finishedOf({ members, knowledge }: Group): readonly string[] {
  const busy = new Set(
    knowledge.filter(({ wanted, open }) => wanted || open).map((one) => one.occurrence),
  )
  return members
    .filter(({ phase, occurrence }) => isOver(phase) && !busy.has(occurrence))
    .map(({ occurrence }) => occurrence)
}

interface Walking {
  readonly now: TimeUs
  readonly world: World
  readonly reach: (recipient: string, how: Pick<Knowledge, 'step' | 'because'>) => void
  /** No message of the step before got through. */
  readonly unreached: boolean
}

/** A step that comes next. */
type Next = Pick<Member, 'step' | 'because'> & { readonly due: TimeUs }

/** Takes the steps of one member that are due. */
function walk(policy: Policy, member: Member, walking: Walking): Member {
  const { now, unreached } = walking
  const { due, phase, priority } = member
  if (!unreached && (due === undefined || due > now)) return member
  if (phase !== 'calling' && phase !== 'acknowledged') return { ...member, due: undefined }
  // Acknowledged and forgotten: everybody is called anew.
  const forgotten = phase === 'acknowledged'
  const edition = member.edition + (forgotten ? 1 : 0)
  const first = nextStep(policy, 0, priority)
  let next: Next = {
    step: forgotten ? first : member.step,
    due: now,
    because: forgotten ? 'called' : unreached ? 'unreached' : member.because,
  }
  let called = next.step > first
  while (next.due <= now) {
    const taken = takeStep(policy, { next, priority, called }, walking)
    called = taken.called
    next = taken.next
  }
  return { ...member, ...next, phase: 'calling', edition }
}

interface Taking {
  readonly next: Next
  readonly priority: number
  /** Somebody has been called for this raise before. */
  readonly called: boolean
}

/** Takes one step; answers with the one behind it, when it is due and why then. */
function takeStep(
  policy: Policy,
  { next: taken, priority, called }: Taking,
  { now, world, reach: tell }: Walking,
): { readonly next: Next; readonly called: boolean } {
  const step = nextStep(policy, taken.step, priority)
  const one = policy.steps[step]
  // Nobody has acknowledged: once more from the start, for whoever is on duty by then.
  if (one === undefined) {
    const due = later(now, policy.group.repeat)
    return { next: { step: 0, due, because: 'called' }, called }
  }
  const opens = opensAt(one, priority, { now, world })
  if (opens !== undefined && opens > now) {
    return { next: { ...taken, step, due: opens }, called }
  }
  const found =
    opens === undefined ? [] : one.to.flatMap((target) => world.recipients(target))
  for (const recipient of new Set(found)) tell(recipient, { step, because: taken.because })
  const follows = nextStep(policy, step + 1, priority)
  // Behind a step that reached nobody the next one is due at once.
  if (found.length === 0)
    return { next: { step: follows, due: now, because: 'nobody' }, called }
  const wait = waitFor(policy, { step: follows, priority, called })
  const due = later(now, durationUs(wait.length))
  return { next: { step: follows, due, because: wait.because }, called: true }
}

/**
 * How long a step waits for an acknowledgement. The goal of the desk counts from the first step that
 * told anybody: missed, the second comes at once.
 */
function waitFor(
  { steps, acknowledgeWithin }: Policy,
  { step, priority, called }: Omit<Taking, 'next'> & { readonly step: number },
): { readonly length: number; readonly because: Because } {
  const after = steps[step]?.after ?? 0
  const goals: Readonly<Record<number, number | undefined>> = acknowledgeWithin
  const goal = goals[priority]
  if (called || goal === undefined || goal >= after)
    return { length: after, because: 'waited' }
  return { length: goal, because: 'late' }
}

/** When a step may be taken, from `now` on; undefined for never. The most urgent does not wait. */
function opensAt(
  { only }: Desk['steps'][number],
  priority: number,
  { now, world }: Pick<Walking, 'now' | 'world'>,
): TimeUs | undefined {
  if (priority === 1 || only?.during === undefined) return now
  const opens = nextWithin(world.calendar, only.during, now)
  return opens === undefined ? undefined : timeUs(opens)
}

function reach(
  ledger: Map<string, Knowledge>,
  { occurrence }: Member,
  named: Pick<Knowledge, 'recipient' | 'step' | 'because'>,
): void {
  const { recipient, step } = named
  const name = knowledgeKey({ recipient, occurrence })
  const known = ledger.get(name)
  if (known?.open === true) {
    // It knows: how that message fares counts for this step too.
    if (known.step !== step) ledger.set(name, { ...known, step })
    return
  }
  const nothing = { recipient, occurrence, open: false, edition: 0, telling: '' }
  ledger.set(name, { ...nothing, ...known, ...named, wanted: true })
}
