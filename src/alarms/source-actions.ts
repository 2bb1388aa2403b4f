import { later, type DurationUs, type TimeUs } from '../domain/time.ts'
import type { Gathered } from './alarms.ts'
import type { WorldBrings } from './events.ts'
import { happensNow } from './happening.ts'
import { alarmId, timerId } from './ids.ts'
import { factsOf } from './rule-facts.ts'
import type { Session } from './session.ts'
import type { ReasonName, SourceSays } from './sources.ts'
import type { LifeCycleState } from './state.ts'
import type { Suppression } from './suppression.ts'
import { has } from './telling.ts'
import { timerRow, whichText } from './timers.ts'

/** What a source asked for. */
export type Action = { readonly source: string } & (
  | { readonly kind: 'suppress'; readonly alarm: string; readonly reason: Suppression }
  | { readonly kind: 'release'; readonly alarm: string; readonly which: ReasonName }
  | {
      readonly kind: 'release_all'
      readonly which: ReasonName
      readonly after?: DurationUs
    }
  | { readonly kind: 'wake'; readonly ref: string; readonly at: TimeUs }
  | { readonly kind: 'unwake'; readonly ref: string }
  | { readonly kind: 'say'; readonly said: SourceSays }
  | {
      readonly kind: 'gather'
      readonly alarm: string
      readonly assets: Gathered['assets']
    }
)

/** Does what a source asked for, in order, inside the transaction of `session`. */
export async function perform(session: Session, actions: readonly Action[]): Promise<void> {
  await session.ledger.load(
    actions.flatMap((action) => ('alarm' in action ? [action.alarm] : [])),
  )
  for (const action of actions) await performOne(session, action)
}

async function performOne(session: Session, action: Action): Promise<void> {
  const { source } = action
  switch (action.kind) {
    case 'suppress':
      spend(session)
      bring(session, source, action.alarm, { kind: 'suppress', reason: action.reason })
      return
    case 'release':
      spend(session)
      bring(session, source, action.alarm, { kind: 'unsuppress', which: action.which })
      return
    case 'release_all':
      await releaseAll(session, source, action)
      return
    case 'wake':
      session.ledger.setTimer(
        timerRow({
          organisation: session.records.organisation,
          alarm: '',
          kind: 'source',
          ref: whichText({ kind: source, ref: action.ref }),
          due: action.at,
        }),
      )
      return
    case 'unwake':
      session.ledger.forgetTimer(
        timerId('source', '', whichText({ kind: source, ref: action.ref })),
      )
      return
    case 'say':
      await say(session, source, action.said)
      return
    case 'gather':
      session.gather(action.alarm, action.assets)
      bring(session, source, action.alarm, { kind: 'gathered' })
  }
}

/** Takes a reason from all who have it, as many as there is room for; the rest by a timer. */
export async function releaseAll(
  session: Session,
  actor: string,
  { which, after }: { readonly which: ReasonName; readonly after?: DurationUs },
): Promise<void> {
  const { ledger, records, parts } = session
  const again = (due: TimeUs): void => {
    const { organisation } = records
    ledger.setTimer(
      timerRow({ organisation, alarm: '', kind: 'release', ref: whichText(which), due }),
    )
  }
  if (after !== undefined && after > 0) {
    again(later(parts.now, after))
    return
  }
  await ledger.flush()
  const { room } = session
  const all = await records.having(which, room + 1)
  const some = all.slice(0, room)
  await ledger.load(some)
  for (const alarm of some) {
    session.takeRoom()
    bring(session, actor, alarm, { kind: 'unsuppress', which })
  }
  if (all.length > room) again(parts.now)
}

function spend(session: Session): void {
  if (session.room <= 0) {
    throw new Error('a source moved more alarms than there is room for: ask room()')
  }
  session.takeRoom()
}

/** Lets something that is never refused happen to one alarm; nothing to one nobody knows. */
function bring(session: Session, actor: string, alarm: string, event: WorldBrings): void {
  const { ledger, parts } = session
  const entry = ledger.look(alarm)
  if (entry === undefined || changesNothing(entry.state, event)) return
  const rule = factsOf(parts.book, entry.alarm)
  ledger.move(alarm, happensNow(event, { rule, now: parts.now, actor }))
}

/** What changes nothing is not worth a line in the journal; what is closed has nothing to hide. */
function changesNothing(state: LifeCycleState, event: WorldBrings): boolean {
  if (event.kind === 'suppress') return !state.open || has(state, event.reason)
  return event.kind === 'unsuppress' && !has(state, event.which)
}

async function say(session: Session, actor: string, said: SourceSays): Promise<void> {
  const { key, event, at, level, evidence, repeatsAreUpdates } = said
  const { book, now } = session.parts
  const alarm = alarmId(key)
  const rule = factsOf(book, { rule: key.rule, priority: 2 })
  await session.say([
    {
      alarm,
      key,
      happening: {
        event: {
          kind: event,
          historical: false,
          at,
          level,
          ...(repeatsAreUpdates === true && { repeatsAreUpdates }),
        },
        rule,
        at,
        now,
        actor,
        comment: null,
        ruleVersion: null,
        evidence: JSON.stringify(evidence),
      },
    },
  ])
}
