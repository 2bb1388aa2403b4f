import { durationUs, later, SECOND, type TimeUs } from '../domain/time.ts'
import type { Knowledge, World } from './group.ts'
import { nextStep, type Member, type Policy } from './steps.ts'

/** How the messages of the most urgent fare is looked at this often, while none has arrived. */
const URGENT_LOOK = durationUs(5 * SECOND)

/**
 * Has the step that was taken last got through to anybody? `nothing`: there is nothing to wait for,
 * because the alarm is not of the most urgent, no step was taken, or none follows. `unreached`: every
 * message of the step was tried and none arrived. Telling one more person once too often does less
 * harm than telling nobody.
 */
export function reachOf(
  policy: Policy,
  member: Member,
  { ledger, world }: { readonly ledger: Iterable<Knowledge>; readonly world: World },
): 'nothing' | 'waiting' | 'arrived' | 'unreached' {
  const { phase, priority, step, occurrence } = member
  if (phase !== 'calling' || priority !== 1) return 'nothing'
  const taken = stepBefore(policy, step, priority)
  // The step behind the last one is the first again, after a long while: nobody else is left.
  if (taken === undefined) return 'nothing'
  const told = [...ledger].filter(
    (one) => one.occurrence === occurrence && one.step === taken,
  )
  const arrivals = told.flatMap(({ wanted, open, telling }) => {
    if (wanted) return ['waiting' as const]
    return open ? [world.arrival(telling)] : []
  })
  if (arrivals.length === 0) return 'nothing'
  if (arrivals.includes('arrived')) return 'arrived'
  return arrivals.includes('waiting') ? 'waiting' : 'unreached'
}

/** When a member must be looked at for the sake of messages that are on their way. */
export function urgentLook(
  policy: Policy,
  member: Member,
  situation: {
    readonly ledger: Iterable<Knowledge>
    readonly world: World
    readonly now: TimeUs
  },
): TimeUs | undefined {
  const reach = reachOf(policy, member, situation)
  return reach === 'waiting' || reach === 'unreached'
    ? later(situation.now, URGENT_LOOK)
    : undefined
}

/** The step that is there for this priority before `step`; undefined for none. */
function stepBefore(policy: Policy, step: number, priority: number): number | undefined {
  let before: number | undefined
  for (let at = nextStep(policy, 0, priority); at < step;) {
    before = at
    at = nextStep(policy, at + 1, priority)
  }
  return before
}
