import { createHash } from 'node:crypto'
import type { Annunciation } from '../../src/alarms/alarms.ts'
import type { CaseCatalogue } from '../../src/cases/catalogue.ts'
import type { CaseActor, NewReport } from '../../src/cases/cases.ts'
import { category, unit, type Category } from '../../src/cases/category.ts'
import { createCases, type CaseService } from '../../src/cases/create-cases.ts'
import type { CasesParts } from '../../src/cases/parts.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import type { Database } from '../../src/database/database.ts'
import { asset, type Asset } from '../../src/domain/asset.ts'
import type { Random } from '../../src/domain/clock.ts'
import { later, SECOND } from '../../src/domain/time.ts'
import { createPersonalData } from '../../src/privacy/create-personal-data.ts'
import type { PersonalData } from '../../src/privacy/personal-data.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { plainAlarm, plainOccurrence } from '../support/alarm-rows.ts'
import { plainFacts } from '../support/rule-facts.ts'

/** A handler of the town. */
export const anna: CaseActor = { role: 'handler', name: 'user:anna' }

export const secret = new Uint8Array(32).fill(7)

function lamp(name: string, rest: object = {}): Asset {
  return asset.parse({
    name,
    type: 'Streetlight',
    place: { lat: 58.27, lon: 11.43 },
    owner: 'Lysekils kommun',
    maintainer: 'LEVA',
    public: true,
    ...rest,
  })
}

function cat(name: string, rest: object): Category {
  return category.parse({ name: { sv: name, nb: name, en: name }, ...rest })
}

/** Enough lamps for a property test to take new ones in every run. */
export const LAMPS = 5_000

/** A small town: lamps, a hidden pump, four categories. */
export const catalogue: CaseCatalogue = {
  categories: new Map([
    [
      'lamp-dark',
      cat('Lampan är släckt', { faultClass: 'light_out', assetType: 'Streetlight' }),
    ],
    [
      'lamp-blinks',
      cat('Lampan blinkar', { faultClass: 'light_flicker', joinClass: 'light_out' }),
    ],
    ['litter', cat('Nedskräpning', { faultClass: 'litter' })],
    ['pump', cat('Pumpfel', { faultClass: 'pump_fail', public: false })],
  ]),
  routes: [
    { order: 10, when: { category: 'litter' }, unit: 'park' },
    { order: 20, when: { maintainer: 'LEVA' }, unit: 'light' },
  ],
  units: new Map([
    ['park', unit.parse({ name: 'Gata & Park' })],
    ['light', unit.parse({ name: 'LEVA belysning' })],
  ]),
  areas: new Map(),
  assets: new Map([
    ...Array.from(
      { length: LAMPS },
      (_, at) => [`lamp-${at + 1}`, lamp(`Lyktstolpe ${at + 1}`)] as const,
    ),
    ['pump-1', lamp('Pumpstation', { type: 'PumpStation', public: false })],
  ]),
}

/** Bytes that are the same in every run and never repeat within one. */
export function countedRandom(): Random {
  let drawn = 0
  return {
    bytes: (count) => {
      drawn += 1
      return createHash('sha512').update(String(drawn)).digest().subarray(0, count)
    },
  }
}

export interface TownParts extends Partial<
  Pick<CasesParts, 'listeners' | 'photos' | 'assign' | 'storms' | 'waitingMax'>
> {
  readonly database?: Database
  readonly clock?: ManualClock
  readonly catalogue?: CaseCatalogue
}

export interface Town extends AsyncDisposable {
  readonly database: Database
  readonly clock: ManualClock
  readonly cases: CaseService
  readonly personal: PersonalData
  /** Gathers alarms into the case of another one, as the life-cycle does. */
  gather(caseId: string, ...assets: readonly string[]): Promise<void>
  /** Raises the alarm of a rule on an asset as the life-cycle does; returns its case. */
  raise(asset: string, faultClass?: string): Promise<string>
  /** Clears it. The occurrence ends when `acknowledged`, else the next raise is the same one. */
  clear(asset: string, how?: { faultClass?: string; acknowledged?: boolean }): Promise<void>
}

/** The town on a database of its own, or on one that is there and stays. */
export async function openTown(given: TownParts = {}): Promise<Town> {
  const clock = given.clock ?? createManualClock()
  const database = given.database ?? (await openTestDatabase(clock))
  const { database: _, clock: __, catalogue: known = catalogue, ...parts } = given
  const random = countedRandom()
  const personal = createPersonalData({ secret, clock, random })
  const cases = createCases({
    database,
    clock,
    random,
    secret,
    personal,
    catalogue: async () => known,
    catalogueNow: () => known,
    enqueueMail: enqueue,
    ...parts,
  })
  const occurrences = new Map<string, { id: string; case: string }>()
  let raised = 0
  return {
    database,
    clock,
    cases,
    personal,
    async raise(asset, faultClass = 'light_out') {
      const alarm = `${asset}/${faultClass}`
      raised += 1
      const occurrence = occurrences.get(alarm)?.id ?? `occurrence-${raised}`
      return await database.write(north, 'alarm', async (work) => {
        const rows = alarmRows({ alarm, asset, occurrence }, clock)
        await work.query
          .insertInto('alarm')
          .values(rows.alarm)
          .onConflict((conflict) =>
            conflict
              .columns(['organisation', 'id'])
              .doUpdateSet({ condition: 'active', occurrence }),
          )
          .execute()
        await work.query
          .insertInto('occurrence')
          .values(rows.occurrence)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        const id = await cases.effects.confirm(
          work,
          annunciation({ alarm, asset, occurrence }, faultClass, clock),
        )
        occurrences.set(alarm, { id: occurrence, case: id })
        return id
      })
    },
    async clear(asset, { faultClass = 'light_out', acknowledged = true } = {}) {
      const alarm = `${asset}/${faultClass}`
      const open = occurrences.get(alarm)
      if (open === undefined) return
      await database.write(north, 'alarm', async (work) => {
        await work.query
          .updateTable('alarm')
          .set({ condition: 'normal', occurrence: acknowledged ? null : open.id })
          .where('id', '=', alarm)
          .execute()
        await cases.effects.cleared(
          work,
          annunciation({ alarm, asset, occurrence: open.id }, faultClass, clock),
          open.case,
        )
      })
      if (acknowledged) occurrences.delete(alarm)
    },
    async gather(caseId, ...assets) {
      const listed = assets.map((asset) => ({
        asset,
        occurrence: occurrences.get(`${asset}/light_out`)?.id ?? `of-${asset}`,
      }))
      await database.write(north, 'alarm', (work) =>
        cases.effects.gathered(work, caseId, { assets: listed, at: clock.now() }),
      )
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

interface Raise {
  readonly alarm: string
  readonly asset: string
  readonly occurrence: string
}

function annunciation(raise: Raise, faultClass: string, clock: ManualClock): Annunciation {
  const name = { sv: 'Lampa släckt', nb: 'Lampe slukket', en: 'Lamp dark' }
  return {
    ...raise,
    rule: plainFacts({ name, priority: 3, faultClass, confirm: 'immediately' }),
    at: clock.now(),
    now: later(clock.now(), SECOND),
  }
}

function alarmRows({ alarm, asset, occurrence }: Raise, clock: ManualClock) {
  return {
    alarm: plainAlarm({
      id: alarm,
      rule: `rule-of-${alarm}`,
      asset,
      condition: 'active',
      acknowledged: 0,
      occurrence,
      raise: 1,
      last_change_at: clock.now(),
    }),
    occurrence: plainOccurrence({
      id: occurrence,
      alarm,
      raised_at: clock.now(),
      annunciated_at: clock.now(),
    }),
  }
}

/** A report from the web form about the first lamp, unless told otherwise. */
export function aReport(said: Partial<NewReport> = {}): NewReport {
  return {
    source: 'web',
    category: 'lamp-dark',
    asset: 'lamp-1',
    text: '',
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
    ...said,
  }
}

const dangerous = { sv: 'Är den farlig?', nb: 'Er den farlig?', en: 'Is it dangerous?' }
/** The same town, which asks about holes. */
export const withQuestions: CaseCatalogue = {
  ...catalogue,
  categories: new Map([
    ...catalogue.categories,
    [
      'hole',
      category.parse({
        name: { sv: 'Hål', nb: 'Hull', en: 'Hole' },
        faultClass: 'hole',
        reopenDays: 10,
        questions: [
          {
            code: 'danger',
            text: dangerous,
            answer: 'one',
            required: true,
            choices: [
              { key: 'no', name: dangerous },
              { key: 'gas', name: dangerous, call: { phone: '112', text: dangerous } },
            ],
          },
          { code: 'depth', text: dangerous, answer: 'number' },
          { code: 'more', text: dangerous, answer: 'text' },
        ],
      }),
    ],
  ]),
}
