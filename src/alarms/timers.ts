import type { Tables } from '../database/tables.ts'
import { later, type DurationUs, type TimeUs } from '../domain/time.ts'
import type { Policy, Which } from './events.ts'
import { timerId } from './ids.ts'
import { CHATTER_WINDOW } from './life-cycle.ts'
import type { LifeCycleState } from './state.ts'
import type { SuppressionKind } from './suppression.ts'
import { suppressionView } from './views.ts'

export type TimerRow = Readonly<Tables['alarm_timer']>

/** Timers to write, and ids of those to forget. */
export interface TimerChanges {
  readonly set: readonly TimerRow[]
  readonly forget: readonly string[]
}

interface Context {
  readonly organisation: TimerRow['organisation']
  readonly alarm: string
  readonly policy: Policy
  readonly now: TimeUs
}

/** What a step of one alarm means for its timers. Pure. */
export function timersAfter(
  before: LifeCycleState,
  after: LifeCycleState,
  context: Context,
): TimerChanges {
  const all = [
    ...reasonTimers(before, after),
    ...reAlarmTimer(before, after, context),
    ...quietTimer(before, after, context),
  ]
  return {
    set: all.flatMap(({ kind, ref, due }) =>
      due === undefined ? [] : [timerRow({ ...context, kind, ref, due })],
    ),
    forget: all.flatMap(({ kind, ref, due }) =>
      due === undefined ? [timerId(kind, context.alarm, ref)] : [],
    ),
  }
}

/** A timer to set, or without `due` to forget. */
interface Wanted {
  readonly kind: TimerRow['kind']
  readonly ref: string
  readonly due?: TimeUs
}

function reasonTimers(before: LifeCycleState, after: LifeCycleState): readonly Wanted[] {
  const kind = 'until'
  const came = after.suppression.flatMap((one) =>
    one.until === undefined || before.suppression.includes(one)
      ? []
      : [{ kind, ref: whichText(one), due: one.until } as const],
  )
  const went = before.suppression.flatMap((one) =>
    one.until === undefined || after.suppression.includes(one)
      ? []
      : [{ kind, ref: whichText(one) } as const],
  )
  return [...went, ...came]
}

function reAlarmTimer(
  before: LifeCycleState,
  after: LifeCycleState,
  { policy, now }: Context,
): readonly Wanted[] {
  const wait = reAlarmWait(after, policy)
  const waited = reAlarmWait(before, policy)
  if ((wait === undefined) === (waited === undefined)) return []
  const timer = { kind: 're_alarm', ref: '' } as const
  return wait === undefined ? [timer] : [{ ...timer, due: later(now, wait) }]
}

function quietTimer(
  before: LifeCycleState,
  after: LifeCycleState,
  { now }: Context,
): readonly Wanted[] {
  const timer = { kind: 'quiet', ref: '' } as const
  if (!after.chattering) return before.chattering ? [timer] : []
  const moved = before.condition !== after.condition || !before.chattering
  return moved ? [{ ...timer, due: later(now, CHATTER_WINDOW) }] : []
}

function reAlarmWait(state: LifeCycleState, { reAlarm }: Policy): DurationUs | undefined {
  if (reAlarm === undefined || state.reAlarms >= reAlarm.times) return undefined
  const isWaiting = state.open && state.condition === 'active' && state.acknowledged
  return isWaiting ? reAlarm.after : undefined
}

/** A timer with the id that its kind, alarm and ref always have: set twice, it is moved. */
export function timerRow(timer: Omit<TimerRow, 'id' | 'failures'>): TimerRow {
  const { organisation, alarm, kind, ref, due } = timer
  return { organisation, id: timerId(kind, alarm, ref), alarm, kind, ref, due, failures: 0 }
}

/** A reason's kind and ref, or a source's name and ref, as a timer keeps them. */
export function whichText({ kind, ref }: { kind: string; ref: string }): string {
  return `${kind} ${ref}`
}

export function whichOf(text: string): Which {
  const { name, ref } = partsOf(text)
  if (!isKind(name)) throw new Error(`no kind of suppression: ${name}`)
  return { kind: name, ref }
}

function isKind(name: string): name is SuppressionKind {
  return suppressionView.shape.kind.safeParse(name).success
}

export function partsOf(text: string): { readonly name: string; readonly ref: string } {
  const space = text.indexOf(' ')
  return { name: text.slice(0, space), ref: text.slice(space + 1) }
}
