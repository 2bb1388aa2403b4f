import { pino } from 'pino'
import type { Announcement, RuleFacts } from '../../src/alarms/alarms.ts'
import { announcer } from '../../src/annunciation/announce.ts'
import {
  createAnnunciator,
  type Annunciator,
  type AnnunciatorParts,
} from '../../src/annunciation/annunciator.ts'
import type { DeskCatalogue } from '../../src/annunciation/catalogue.ts'
import { channel, desk, rota } from '../../src/annunciation/desk.ts'
import type { Database } from '../../src/database/database.ts'
import { asset } from '../../src/domain/asset.ts'
import type { Clock, Random } from '../../src/domain/clock.ts'
import { durationUs, type DurationUs } from '../../src/domain/time.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { putAlarm } from './alarm-rows.ts'
import { anyTime } from './stage.ts'

export const silent = pino({ level: 'silent' })

/** What a configuration says, as YAML would have it. */
export interface Written {
  readonly desks: Readonly<Record<string, object>>
  readonly rotas?: Readonly<Record<string, object>>
  readonly channels?: Readonly<Record<string, object>>
}

/** A crew and Anna, and after ten minutes the boss. */
export const ladder = {
  desks: {
    control: {
      steps: [
        { to: [{ channel: 'crew' }, { person: 'anna' }] },
        { to: [{ channel: 'boss' }], after: '10m' },
      ],
    },
  },
}

const crew = { kind: 'mail', name: 'Crew', addresses: ['crew@example.se'] }
const boss = {
  kind: 'webhook',
  name: 'Boss',
  url: 'https://boss.example/hook',
  secret: 'boss',
}

function all<T>(
  texts: Readonly<Record<string, object>>,
  schema: { parse(one: unknown): T },
): Map<string, T> {
  return new Map(
    Object.entries(texts).map(([id, one]) => [id, schema.parse({ name: id, ...one })]),
  )
}

/** A pump under its station; Anna and Bo; a crew with mail and a boss with a webhook. */
export function catalogueOf(written: Written): DeskCatalogue {
  return {
    desks: all(written.desks, desk),
    rotas: all(written.rotas ?? {}, rota),
    channels: all(written.channels ?? { crew, boss }, channel),
    people: new Map([
      ['anna', { name: 'Anna', email: 'anna@example.se' }],
      ['bo', { name: 'Bo', email: 'bo@example.se' }],
    ]),
    assets: new Map(
      ['pump-1', 'pump-2'].map((id) => [
        id,
        asset.parse({
          name: `Pump ${id.at(-1)}`,
          type: 'Pump',
          parents: [{ edge: 'FEEDS', asset: 'station' }],
        }),
      ]),
    ),
    ruleNames: new Map([
      ['pump-stopped', { sv: 'Pumpen står', nb: 'Pumpen står', en: 'Pump stopped' }],
    ]),
    zone: 'Europe/Stockholm',
    languages: ['sv'],
  }
}

export const pumpRule: RuleFacts = {
  name: { sv: 'Pumpen står', nb: 'Pumpen står', en: 'Pump stopped' },
  priority: 2,
  faultClass: 'pump_stopped',
  confirm: 'manual',
  acknowledge: true,
  requireConfirm: false,
  latching: false,
  reopenWithin: durationUs(1_800_000_000),
  causedBy: [],
  impliedBy: [],
  levels: [],
}

export interface Fixture extends AsyncDisposable {
  readonly database: Database
  readonly clock: ManualClock
  catalogue: DeskCatalogue
  annunciator(more?: Partial<AnnunciatorParts>): Annunciator
  /** Announces in a transaction of its own; makes the alarm when it is new. */
  announce(
    kind: Announcement['kind'],
    more?: Partial<Announcement>,
    database?: Database,
  ): Promise<void>
  /** Ids of everything in the outbox, in order. */
  outbox(): Promise<readonly string[]>
  /** `recipient: raised updated cleared reminded` of every message, in order. */
  told(): Promise<readonly string[]>
  /** Lets time pass and looks whenever something is due. */
  pass(annunciator: Annunciator, by: DurationUs): Promise<void>
}

const random: Random = { bytes: (count) => new Uint8Array(count).fill(7) }

export async function openFixture(
  written: Written,
  open: (clock: Clock) => Promise<Database> = openTestDatabase,
): Promise<Fixture> {
  const clock = createManualClock()
  const database = await open(clock)
  const here: Fixture = {
    database,
    clock,
    catalogue: catalogueOf(written),
    annunciator: (more = {}) =>
      createAnnunciator({
        database,
        clock,
        random,
        log: silent,
        organisations: () => Promise.resolve([north]),
        catalogue: () => Promise.resolve(here.catalogue),
        calendar: () => anyTime,
        ...more,
      }),
    announce: (kind, more = {}, over = database) =>
      over.write(north, 'alarm', async (work) => {
        const now = clock.now()
        const announcement: Announcement = {
          kind,
          alarm: 'alarm-1',
          occurrence: 'occurrence-1',
          rule: pumpRule,
          asset: 'pump-1',
          priority: 2,
          level: 1,
          raise: 1,
          transition: `t-${now}`,
          at: now,
          now,
          ...more,
        }
        await putAlarm(work.query, announcement)
        await announcer({ catalogueNow: () => here.catalogue })(work, announcement)
      }),
    outbox: async () => {
      const rows = await database.read(north).selectFrom('outbox').select('id').execute()
      return rows.map(({ id }) => id).toSorted()
    },
    told: async () => {
      const rows = await database
        .read(north)
        .selectFrom('telling')
        .selectAll()
        .orderBy('at')
        .orderBy('recipient')
        .execute()
      return rows.map(
        (row) =>
          `${row.recipient}: ${row.raised} ${row.updated} ${row.cleared} ${row.reminded}`,
      )
    },
    pass: async (annunciator, by) => {
      const until = clock.now() + by
      for (;;) {
        const next = await annunciator.look()
        const now = clock.now()
        if (next === undefined || next > until) break
        clock.advance(durationUs(Math.max(next - now, 1)))
      }
      clock.advance(durationUs(Math.max(0, until - clock.now())))
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
  return here
}

/** Everything in the outbox has arrived. */
export async function deliver({ clock, database }: Fixture): Promise<void> {
  const now = clock.now()
  await database.write(north, 'normal', ({ query }) =>
    query
      .updateTable('outbox')
      .set({ delivered_at: now })
      .where('delivered_at', 'is', null)
      .execute(),
  )
}
