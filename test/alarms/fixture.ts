import type {
  AlarmEffects,
  Alarms,
  Announcement,
  RuleFacts,
} from '../../src/alarms/alarms.ts'
import { createAlarms } from '../../src/alarms/create-alarms.ts'
import { alarmId } from '../../src/alarms/ids.ts'
import type { SuppressionSource } from '../../src/alarms/sources.ts'
import type { Database, UnitOfWork } from '../../src/database/database.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { PointId } from '../../src/domain/ids.ts'
import { durationUs, HOUR, timeUs } from '../../src/domain/time.ts'
import type { AlarmKey, DetectorTransition } from '../../src/domain/transition.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { plainFacts } from '../support/rule-facts.ts'

const named = (en: string) => ({ sv: en, nb: en, en })

/** A street lamp that is dark opens a case by itself; a hatch that stands open is left to people. */
export const rules: Readonly<Record<string, RuleFacts>> = {
  'lamp-dark': plainFacts({
    name: { sv: 'Lampan lyser inte', nb: 'Lampen lyser ikke', en: 'Lamp is dark' },
    priority: 3,
    faultClass: 'light_out',
    confirm: 'immediately',
  }),
  'hatch-open': plainFacts({
    name: named('Hatch is open'),
    priority: 1,
    faultClass: 'hatch_open',
    confirm: 'manual',
  }),
  /** Three limits, and told again each hour, twice. */
  'level-high': plainFacts({
    name: named('Level is high'),
    priority: 3,
    faultClass: 'level_high',
    confirm: 'manual',
    levels: [3, 2, 1],
    reAlarm: { after: HOUR, times: 2 },
  }),
  /** Stands until a person resets it, and a second person must confirm. */
  'pump-tripped': plainFacts({
    name: named('Pump tripped'),
    priority: 2,
    faultClass: 'pump_tripped',
    confirm: 'manual',
    latching: true,
    requireConfirm: true,
  }),
  /** Says nothing new of a pump that has tripped, and wants nothing of people. */
  'flow-low': plainFacts({
    name: named('Flow is low'),
    priority: 3,
    faultClass: 'flow_low',
    confirm: 'manual',
    acknowledge: false,
    impliedBy: ['pump_tripped'],
    reopenWithin: durationUs(0),
  }),
}

export interface Fixture extends AsyncDisposable {
  readonly database: Database
  readonly clock: ManualClock
  readonly alarms: Alarms
  /** How often the cases were told, by `confirm <occurrence>` and `cleared <occurrence>`. */
  told(): Promise<ReadonlyMap<string, number>>
  /** What people were told of this alarm, in order. */
  heard(alarm: string): readonly Announcement['kind'][]
  /** Does everything that is due by now. */
  runTimers(): Promise<void>
}

export interface Wishes {
  /** Changes what happens to the cases. */
  readonly around?: (effects: AlarmEffects) => AlarmEffects
  /** Instead of an embedded one. */
  readonly open?: (clock: Clock) => Promise<Database>
  readonly sources?: readonly SuppressionSource[]
  /** Besides the usual ones. */
  readonly rules?: Readonly<Record<string, RuleFacts>>
}

/** A real database with two organisations, and cases that only count, in the same transaction. */
export async function openFixture(wishes: Wishes = {}): Promise<Fixture> {
  const { around = (effects) => effects, open = openTestDatabase, sources = [] } = wishes
  const clock = createManualClock()
  const database = await open(clock)
  // By the id of the journal's row: a transaction that runs again says the same again.
  const announced = new Map<string, Announcement>()
  const announce: AlarmEffects['announce'] = async (_work, announcement) => {
    announced.set(`${announcement.transition} ${announcement.kind}`, announcement)
  }
  const alarms = createAlarms({
    database,
    clock,
    effects: around({ ...countingEffects, announce }),
    rules: async () => (rule) => wishes.rules?.[rule] ?? rules[rule],
    sources,
  })
  return {
    database,
    clock,
    alarms,
    told: async () => {
      const query = database.read(north).selectFrom('counter').selectAll()
      const rows = await query.limit(1_000).execute()
      return new Map(rows.map(({ name, value }) => [name, value]))
    },
    heard: (alarm) =>
      [...announced.values()].flatMap((one) => (one.alarm === alarm ? [one.kind] : [])),
    runTimers: async () => {
      for (let look = 0; look < 100; look += 1) {
        if ((await alarms.runTimers(rethrow)) === 0) return
      }
      throw new Error('timers without end')
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

const countingEffects: Omit<AlarmEffects, 'announce'> = {
  confirm: async (work, { occurrence }) => {
    await count(work, `confirm ${occurrence}`)
    return `case of ${occurrence}`
  },
  cleared: (work, { occurrence }, caseId) => {
    if (caseId !== `case of ${occurrence}`) throw new Error(`not its case: ${caseId}`)
    return count(work, `cleared ${occurrence}`)
  },
  gathered: (work, caseId, { assets }) =>
    count(work, `gathered ${caseId} ${assets.length}`),
}

async function count({ organisation, query }: UnitOfWork, name: string): Promise<void> {
  await query
    .insertInto('counter')
    .values({ organisation, name, value: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'name'])
        .doUpdateSet((eb) => ({ value: eb('counter.value', '+', 1) })),
    )
    .execute()
}

export const lampKey: AlarmKey = {
  organisation: north,
  rule: 'lamp-dark',
  asset: 'lamp-17',
  discriminator: '',
}
export const lamp = alarmId(lampKey)

/** An alarm of another rule, on the pump unless told otherwise. */
export function keyOf(rule: string, asset = 'pump-3'): AlarmKey {
  return { ...lampKey, rule, asset }
}

const start = Date.UTC(2026, 10, 20, 12) * 1_000

/** What the detector says of the dark lamp at the record with this number, one minute apart. */
export function said(
  sequence: number,
  event: DetectorTransition['event'],
  more: Partial<DetectorTransition> = {},
): DetectorTransition {
  const at = timeUs(start + sequence * 60_000_000)
  return {
    key: lampKey,
    event,
    position: { epoch: 'log-a', partition: 5, sequence, index: 0 },
    ordinal: 0,
    at,
    ingest: at,
    historical: false,
    late: false,
    level: 1,
    ruleVersion: 3,
    evidence: [
      { role: 'power', point: 7 as PointId, value: 0.4, quality: 'good', at, limit: 5 },
    ],
    ...more,
  }
}

/** Takes in transitions of one organisation with the facts of its rules. */
export async function take(
  { alarms }: Pick<Fixture, 'alarms'>,
  ...transitions: readonly DetectorTransition[]
): Promise<void> {
  await alarms.take(north, transitions, (rule) => rules[rule])
}

/** Everything the alarms left in the database, for comparing before and after. */
export async function everything({ database }: Fixture): Promise<unknown> {
  const query = database.read(north)
  return {
    alarm: await query.selectFrom('alarm').selectAll().orderBy('id').limit(900).execute(),
    occurrence: await query
      .selectFrom('occurrence')
      .selectAll()
      .orderBy('id')
      .limit(900)
      .execute(),
    transition: await query
      .selectFrom('transition')
      .selectAll()
      .orderBy('id')
      .limit(900)
      .execute(),
    suppression: await query
      .selectFrom('alarm_suppression')
      .selectAll()
      .orderBy('alarm')
      .orderBy('ref')
      .limit(900)
      .execute(),
    timer: await query
      .selectFrom('alarm_timer')
      .selectAll()
      .orderBy('id')
      .limit(900)
      .execute(),
    counter: await query
      .selectFrom('counter')
      .selectAll()
      .orderBy('name')
      .limit(900)
      .execute(),
    feed: await query.selectFrom('feed').selectAll().orderBy('number').limit(900).execute(),
  }
}

function rethrow(error: unknown): never {
  throw error
}
