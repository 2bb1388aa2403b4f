import { createCases, type CaseService } from '../../src/cases/create-cases.ts'
import { category } from '../../src/cases/category.ts'
import type { Database } from '../../src/database/database.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import { asset } from '../../src/domain/asset.ts'
import type { TimeUs } from '../../src/domain/time.ts'
import { deadlineListener } from '../../src/service-levels/deadline-listener.ts'
import type { DeadlineCatalogue, DeadlineParts } from '../../src/service-levels/parts.ts'
import {
  createDeadlineTimers,
  type DeadlineTimers,
} from '../../src/service-levels/run-deadlines.ts'
import type { ServiceLevel } from '../../src/service-levels/service-level.ts'
import type { CaseCatalogue } from '../../src/cases/catalogue.ts'
import type { Language } from '../../src/domain/language.ts'
import { countedRandom } from '../cases/town.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'

export type Catalogue = CaseCatalogue &
  DeadlineCatalogue & { readonly languages: readonly Language[] }

const name = (text: string) => ({ sv: text, nb: text, en: text })

/** Five lamps on one cabinet, in order; a category and a unit for them. */
export function catalogueWith(levels: Readonly<Record<string, ServiceLevel>>): Catalogue {
  return {
    categories: new Map([
      [
        'lamp-dark',
        category.parse({
          name: name('Lampan är släckt'),
          faultClass: 'light_out',
          serviceLevel: 'one',
        }),
      ],
      ['litter', category.parse({ name: name('Nedskräpning'), faultClass: 'litter' })],
    ]),
    routes: [{ order: 1, when: {}, unit: 'light' }],
    units: new Map([
      ['light', { name: 'Belysning', members: ['anna', 'bo'] }],
      ['park', { name: 'Park', members: [], email: 'park@example.org' }],
    ]),
    areas: new Map(),
    assets: new Map(
      [1, 2, 3, 4, 5].map((order) => [
        `lamp-${order}`,
        asset.parse({
          name: `Lamp ${order}`,
          type: 'Streetlight',
          public: true,
          parents: [{ edge: 'FEEDS', asset: 'cabinet' }],
          attributes: { order },
        }),
      ]),
    ),
    serviceLevels: new Map(Object.entries(levels)),
    zone: 'Europe/Stockholm',
    rules: { holidays: 'SE' },
    languages: ['sv'],
  }
}

export interface DeadlineTown extends AsyncDisposable {
  readonly database: Database
  readonly clock: ManualClock
  readonly cases: CaseService
  readonly timers: DeadlineTimers
  /** Puts another configuration into force. */
  configure(next: Catalogue): void
  readonly catalogue: () => Catalogue
  readonly parts: DeadlineParts
  /** Reports a lamp as dark; gives the case. */
  report(lamp: string): Promise<string>
  /** Moves a case as Anna does. */
  move(
    id: string,
    to: Parameters<CaseService['move']>[2]['to'],
    rest?: object,
  ): Promise<void>
  /** Tells who is to be told by now; throws what went wrong. */
  run(): Promise<void>
  /** `case tell/clock/percent` of what is planned, the soonest first. */
  planned(): Promise<
    readonly { clock: string; percent: number; tell: string; due: TimeUs }[]
  >
  /** Payloads of the letters about deadlines. */
  letters(): Promise<readonly Record<string, unknown>[]>
}

/** On a database of its own, or on one that is there. */
export async function openDeadlineTown(
  levels: Readonly<Record<string, ServiceLevel>>,
  start: TimeUs,
  given?: Database,
): Promise<DeadlineTown> {
  let catalogue = catalogueWith(levels)
  const clock = createManualClock(start)
  const database = given ?? (await openTestDatabase(clock))
  const parts: DeadlineParts = {
    database,
    clock,
    organisations: async () => [north],
    catalogue: async () => catalogue,
    catalogueNow: () => catalogue,
    append: (...event) => cases.append(...event),
    enqueue,
  }
  const cases: CaseService = createCases({
    database,
    clock,
    random: countedRandom(),
    secret: new Uint8Array(32).fill(7),
    catalogue: async () => catalogue,
    catalogueNow: () => catalogue,
    listeners: [deadlineListener(parts)],
  })
  await addUsers(database, clock)
  const timers = createDeadlineTimers(parts)
  return {
    database,
    clock,
    cases,
    timers,
    parts,
    catalogue: () => catalogue,
    configure(next) {
      catalogue = next
    },
    async report(lamp) {
      const receipt = await cases.report(north, {
        source: 'web',
        category: 'lamp-dark',
        asset: lamp,
        text: '',
        language: 'sv',
        wantsUpdates: false,
        actor: 'citizen',
      })
      return receipt.case
    },
    async move(id, to, rest = {}) {
      const { version } = await cases.get(north, id, false)
      const by = { role: 'handler', name: 'user:anna' } as const
      await cases.move(north, id, { to, version, by, ...rest })
    },
    async run() {
      await timers.runDue((error) => {
        throw error
      })
    },
    planned: async () =>
      await database
        .read(north)
        .selectFrom('case_deadline')
        .select(['clock', 'percent', 'tell', 'due'])
        .orderBy('due')
        .execute(),
    async letters() {
      const rows = await database
        .read(north)
        .selectFrom('outbox')
        .select('payload')
        .where('kind', '=', 'mail.case_deadline')
        .orderBy('due_at')
        .execute()
      return rows.map(({ payload }): Record<string, unknown> => JSON.parse(payload))
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function addUsers(database: Database, clock: ManualClock): Promise<void> {
  await database.write(north, 'normal', async (work) => {
    await work.query
      .insertInto('user')
      .values(
        ['anna', 'bo', 'chris'].map((id) => ({
          organisation: north,
          id,
          email: `${id}@example.org`,
          name: id,
          roles: JSON.stringify([id === 'chris' ? 'administrator' : 'operations']),
          language: id === 'bo' ? 'nb' : 'en',
          password_hash: null,
          disabled: 0,
          created_at: clock.now(),
        })),
      )
      .execute()
  })
}
