import { durationUs, later, SECOND, type TimeUs } from '../domain/time.ts'
import {
  soonest,
  type Knowledge,
  type Line,
  type Telling,
  type What,
  type World,
} from './group.ts'
import { causes, isOver, type Because, type Member, type Policy } from './steps.ts'

/** A recovery waits for its raise; how the raise fared is looked at this often. */
const LOOK_AGAIN = durationUs(30 * SECOND)

/** One recipient's part of a group. */
export interface Asked {
  readonly line: Line
  readonly own: readonly Knowledge[]
  readonly members: ReadonlyMap<string, Member>
  readonly now: TimeUs
  readonly world: World
}

export interface Told {
  readonly line: Line
  /** What changed in the ledger. */
  readonly knowledge: readonly Knowledge[]
  readonly telling: Telling | undefined
  /** When there is more to tell; undefined for nothing that is known now. */
  readonly due: TimeUs | undefined
}

/** What one recipient hears now, or when: everything that it does not know yet, in one message. */
export function hearNews(policy: Policy, asked: Asked): Told {
  const { line, own, members, now } = asked
  const sorted = sortOut(asked)
  const blocked = sorted.has('waiting') ? later(now, LOOK_AGAIN) : undefined
  const forgotten = [...(sorted.get('unwanted') ?? []), ...(sorted.get('lost') ?? [])].map(
    withoutClaim,
  )
  const due = whenDue(policy, line, { sorted, members, now })
  if (due === undefined || due > now) {
    return { line, knowledge: forgotten, telling: undefined, due: soonest([due, blocked]) }
  }
  const what = whatIsSaid(sorted)
  const sequence = line.sequence + 1
  const id = asked.world.tellingId(line.recipient, sequence)
  const items = own.flatMap(({ occurrence }) => {
    const said = what.get(occurrence)
    return said === undefined ? [] : [{ occurrence, what: said }]
  })
  const learnt = own.flatMap((one) => {
    const said = what.get(one.occurrence)
    return said === undefined ? [] : [learn(one, said, { id, asked })]
  })
  const stands = sorted.has('standing') || items.some((one) => one.what !== 'cleared')
  return {
    line: { ...line, sequence, at: now },
    knowledge: [...forgotten, ...learnt],
    telling: {
      id,
      recipient: line.recipient,
      sequence,
      items,
      because: mostRemarkable(sorted.get('raised') ?? []),
    },
    due: soonest([stands ? later(now, policy.group.repeat) : undefined, blocked]),
  }
}

/** `unwanted`: need not be told any more · `lost`: never arrived, so its end is no news there. */
type Lot =
  | 'raised'
  | 'updated'
  | 'cleared'
  | 'standing'
  | 'waiting'
  | 'unwanted'
  | 'lost'
  | 'nothing'
type Sorted = ReadonlyMap<Lot, readonly Knowledge[]>

/** Holds what a recipient knows against what is. */
function sortOut({ own, members, world }: Asked): Sorted {
  return Map.groupBy(own, (one): Lot => {
    const member = members.get(one.occurrence)
    if (member === undefined) return 'nothing'
    if (member.phase === 'calling') return lotOfCalling(one, member)
    if (!one.open) return one.wanted ? 'unwanted' : 'nothing'
    return isOver(member.phase) ? lotOfOver(one, world) : 'nothing'
  })
}

function lotOfCalling({ open, wanted, edition }: Knowledge, member: Member): Lot {
  if (!open) return wanted ? 'raised' : 'nothing'
  return edition < member.edition ? 'updated' : 'standing'
}

function lotOfOver({ recipient, telling }: Knowledge, world: World): Lot {
  if (!world.wantsRecoveries(recipient)) return 'lost'
  const lots = {
    arrived: 'cleared',
    waiting: 'waiting',
    stuck: 'waiting',
    failed: 'lost',
  } as const
  return lots[world.arrival(telling)]
}

interface When {
  readonly sorted: Sorted
  readonly members: ReadonlyMap<string, Member>
  readonly now: TimeUs
}

/** When the next message may leave; undefined when there is none to send. */
function whenDue(
  { group }: Policy,
  { at }: Line,
  { sorted, members, now }: When,
): TimeUs | undefined {
  const calls = [...(sorted.get('raised') ?? []), ...(sorted.get('updated') ?? [])]
  const news = calls.length > 0 || sorted.has('cleared')
  if (!news && !sorted.has('standing')) return undefined
  if (at === undefined) return now
  if (!news) return later(at, group.repeat)
  const urgent = calls.some(({ occurrence }) => members.get(occurrence)?.priority === 1)
  return later(at, urgent ? group.wait : group.interval)
}

function mostRemarkable(raises: readonly Knowledge[]): Because | undefined {
  return causes.findLast((cause) => raises.some(({ because }) => because === cause))
}

/** Reminds only when there is nothing new. */
function whatIsSaid(sorted: Sorted): ReadonlyMap<string, What> {
  const said = new Map<string, What>()
  for (const what of ['raised', 'updated', 'cleared'] as const)
    for (const { occurrence } of sorted.get(what) ?? []) said.set(occurrence, what)
  if (said.size > 0) return said
  for (const { occurrence } of sorted.get('standing') ?? [])
    said.set(occurrence, 'reminded')
  return said
}

function learn(
  one: Knowledge,
  what: What,
  { id, asked }: { readonly id: string; readonly asked: Asked },
): Knowledge {
  if (what === 'cleared') return withoutClaim(one)
  // What brings the raise counts: a later message does where the first one never arrived.
  const brings = what === 'raised' || asked.world.arrival(one.telling) === 'failed'
  const edition = asked.members.get(one.occurrence)?.edition ?? one.edition
  const telling = brings ? id : one.telling
  return { ...one, open: true, wanted: false, edition, telling }
}

function withoutClaim(one: Knowledge): Knowledge {
  return { ...one, open: false, wanted: false }
}
