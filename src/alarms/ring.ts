import type { WorldBrings } from './events.ts'
import { happensNow } from './happening.ts'
import type { Session } from './session.ts'
import { releaseAll } from './source-actions.ts'
import { partsOf, whichOf, type TimerRow } from './timers.ts'

/** Timers of one alarm each that share a transaction. */
const TOGETHER = 100

/** Does what these timers are for, which is then written. */
export async function ring(session: Session, timers: readonly TimerRow[]): Promise<void> {
  await session.ledger.load(timers.map(({ alarm }) => alarm).filter((id) => id !== ''))
  for (const timer of timers) await runOne(session, timer)
  await session.finish()
}

/** Of one organisation, in order; what a source does has a transaction of its own. */
export function groupsOf(timers: readonly TimerRow[]): readonly (readonly TimerRow[])[] {
  const groups: TimerRow[][] = []
  for (const timer of timers) {
    const last = groups.at(-1)
    const first = last?.[0]
    const joins =
      last !== undefined &&
      last.length < TOGETHER &&
      first?.organisation === timer.organisation &&
      first.alarm !== '' &&
      timer.alarm !== ''
    if (joins) last.push(timer)
    else groups.push([timer])
  }
  return groups
}

async function runOne(session: Session, timer: TimerRow): Promise<void> {
  switch (timer.kind) {
    case 'until':
      const { now } = session.parts
      happen(session, timer, { kind: 'ended', which: whichOf(timer.ref), now })
      return
    case 're_alarm':
      happen(session, timer, { kind: 're_alarm' })
      return
    case 'quiet':
      happen(session, timer, { kind: 'quiet' })
      return
    case 'release':
      await releaseAll(session, 'timer', { which: whichOf(timer.ref) })
      return
    case 'source': {
      const { name, ref } = partsOf(timer.ref)
      await session.due(name, ref)
    }
  }
}

function happen(session: Session, { alarm }: TimerRow, event: WorldBrings): void {
  if (session.ledger.look(alarm) === undefined) return
  const { now } = session.parts
  const rule = session.factsOf(alarm)
  session.ledger.move(alarm, happensNow(event, { rule, now, actor: 'timer' }))
}
