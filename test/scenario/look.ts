import { z } from 'zod'
import { alarmView, type AlarmView } from '../../src/alarms/views.ts'
import { caseView, type CaseView } from '../../src/cases/views.ts'
import { durationUs, SECOND, toIso, type TimeUs } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { strandkoping, type Person, type TestService } from '../support/service.ts'

const alarms = z.object({ alarms: z.array(alarmView) })
const cases = z.object({ cases: z.array(caseView) })

/** What stands now, as the console lists it. */
export async function openAlarms(staff: Person): Promise<readonly AlarmView[]> {
  return alarms.parse((await staff.get('/alarms?limit=500')).body).alarms
}

/** What stands and is kept from people, as the console lists it. */
export async function suppressedAlarms(staff: Person): Promise<readonly AlarmView[]> {
  return alarms.parse((await staff.get('/alarms?which=suppressed&limit=500')).body).alarms
}

/** Every alarm that ever was, as the console lists it. */
export async function allAlarms(staff: Person): Promise<readonly AlarmView[]> {
  return alarms.parse((await staff.get('/alarms?which=all&limit=500')).body).alarms
}

export async function allCases(staff: Person): Promise<readonly CaseView[]> {
  return cases.parse((await staff.get('/cases?which=all&limit=500')).body).cases
}

/** One line of the journal of all alarms. */
export interface Line {
  readonly rule: string
  readonly asset: string
  readonly event: string
  readonly at: string
  readonly historical: boolean
}

/**
 * Everything that ever happened to alarms, in order, by rule or asset when they are given. It is
 * append-only, so what it does not hold at the end never happened on the way.
 */
export async function journal(
  { app }: Pick<TestService, 'app'>,
  only: { readonly rule?: string; readonly asset?: string } = {},
): Promise<readonly Line[]> {
  const rows = await app.database
    .read(strandkoping)
    .selectFrom('transition')
    .innerJoin('alarm', 'alarm.id', 'transition.alarm')
    .select(['alarm.rule', 'alarm.asset'])
    .select(['transition.event', 'transition.at', 'transition.historical'])
    .orderBy('transition.processed_at')
    .orderBy('alarm.rule')
    .orderBy('alarm.asset')
    .orderBy('transition.sequence')
    .limit(2_000)
    .execute()
  return rows
    .filter(({ rule }) => only.rule === undefined || rule === only.rule)
    .filter(({ asset }) => only.asset === undefined || asset === only.asset)
    .map(({ rule, asset, event, at, historical }) => {
      return { rule, asset, event, at: toIso(at), historical: historical === 1 }
    })
}

/** The event and its time, for a journal of one alarm. */
export function eventsOf(lines: readonly Line[]): readonly string[] {
  return lines.map(({ event, at }) => `${event} ${at}`)
}

export function eventAt(event: string, at: TimeUs): string {
  return `${event} ${toIso(at)}`
}

/** How many rows a table holds. */
export async function rowsIn(
  { app }: Pick<TestService, 'app'>,
  table: 'occurrence' | 'case' | 'report' | 'transition' | 'alarm',
): Promise<number> {
  const { count } = await app.database
    .read(strandkoping)
    .selectFrom(table)
    .select((select) => select.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The lamp is dark long enough to be an alarm. */
export async function goDark(service: TestService, device = 'lamp-17'): Promise<void> {
  await service.say(device, lamp(service.clock.now(), 'dark'))
  await service.settle()
  service.pass(durationUs(21 * SECOND))
}
