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
import { isOver, nextStep, type Member, type Policy } from './steps.ts'
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
      reach: (recipient) => reach(ledger, member, recipient),
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
  readonly reach: (recipient: string) => void
}

/** Takes the steps of one member that are due. */
function walk(policy: Policy, member: Member, walking: Walking): Member {
  const { now } = walking
  const { due, phase, priority } = member
  if (due === undefined || due > now) return member
  if (phase !== 'calling' && phase !== 'acknowledged') return { ...member, due: undefined }
  // Acknowledged and forgotten: everybody is called anew.
  const forgotten = phase === 'acknowledged'
  const edition = member.edition + (forgotten ? 1 : 0)
  let next = { step: forgotten ? 0 : member.step, due: now }
  while (next.due <= now) next = takeStep(policy, { from: next.step, priority }, walking)
  return { ...member, ...next, phase: 'calling', edition }
}

/** Takes one step; answers with the one behind it and when it is due. */
function takeStep(
  policy: Policy,
  { from, priority }: { readonly from: number; readonly priority: number },
  { now, world, reach: tell }: Walking,
): { readonly step: number; readonly due: TimeUs } {
  const step = nextStep(policy, from, priority)
  const one = policy.steps[step]
  // Nobody has acknowledged: once more from the start, for whoever is on duty by then.
  if (one === undefined) return { step: 0, due: later(now, policy.group.repeat) }
  const opens = opensAt(one, priority, { now, world })
  if (opens !== undefined && opens > now) return { step, due: opens }
  const found =
    opens === undefined ? [] : one.to.flatMap((target) => world.recipients(target))
  for (const recipient of new Set(found)) tell(recipient)
  const next = nextStep(policy, step + 1, priority)
  // Behind a step that reached nobody the next one is due at once.
  const after = found.length === 0 ? 0 : (policy.steps[next]?.after ?? 0)
  return { step: next, due: later(now, durationUs(after)) }
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

function reach(ledger: Map<string, Knowledge>, member: Member, recipient: string): void {
  const { occurrence } = member
  const name = knowledgeKey({ recipient, occurrence })
  const known = ledger.get(name)
  if (known?.open === true) return
  const nothing = { recipient, occurrence, open: false, edition: 0, telling: '' }
  ledger.set(name, { ...nothing, ...known, wanted: true })
}
