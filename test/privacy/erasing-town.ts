import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import type { KyselyPlugin } from 'kysely'
import { createCaseRenderers } from '../../src/cases/renderers.ts'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { durationUs, HOUR, later, type DurationUs } from '../../src/domain/time.ts'
import { writeAudit } from '../../src/identity/audit.ts'
import { createPhotos, type PhotoService } from '../../src/photos/create-photos.ts'
import type { MadePicture } from '../../src/photos/picture.ts'
import { sweepPhotos } from '../../src/photos/sweep.ts'
import { sealer } from '../../src/privacy/create-personal-data.ts'
import { createPrivacy } from '../../src/privacy/create-privacy.ts'
import type { Privacy } from '../../src/privacy/privacy.ts'
import type { RetentionRule } from '../../src/privacy/retention-rule.ts'
import { systemRandom } from '../../src/random.ts'
import { anna, aReport, catalogue, openTown, secret, type Town } from '../cases/town.ts'
import { evenRandom } from '../delivery/fixture.ts'
import { north, placeTestDatabase } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { rule } from './office.ts'

/** How many more things the process does before it is killed; each query of a transaction, and its commit. */
export interface Life {
  left: number
}

/** A town on a folder, with real cases, photos and letters, that can be killed and begun again. */
export interface ErasingTown extends AsyncDisposable {
  readonly town: Town
  readonly photos: PhotoService
  readonly privacy: Privacy
  /** Sends what waits; gives the addresses that it went to. */
  post(): Promise<readonly string[]>
  /** The files of photos that nobody knows go, wherever `life` ends. */
  sweep(): Promise<void>
}

const rules: readonly RetentionRule[] = [
  rule({ name: 'lamps', when: { category: 'lamp-dark' }, contactsMonths: 0, caseYears: 1 }),
  rule({ name: 'litter', when: { category: 'litter' }, contactsMonths: 1, caseYears: 9 }),
]

export function databaseOf(folder: string): string {
  return join(folder, 'test.sqlite')
}

/** Opens what `seedErasingTown` made, so long after it. */
export async function openErasingTown(
  folder: string,
  life: Life = { left: Infinity },
  after: DurationUs = durationUs(0),
): Promise<ErasingTown> {
  await using opening = new AsyncDisposableStack()
  const clock = createManualClock()
  clock.suspend(after)
  const parts = { file: databaseOf(folder), clock, realTime: systemClock }
  const whole = opening.use(await openSqliteDatabase(parts))
  const database = mortal(whole, life)
  const photos = opening.use(
    createPhotos({
      database,
      folder,
      clock,
      realTime: systemClock,
      random: systemRandom,
      encoder: { encode, [Symbol.asyncDispose]: async () => undefined },
    }),
  )
  const town = await openTown({ database, clock, photos })
  const all = opening.move()
  return {
    town,
    photos,
    privacy: privacyOf(town, photos),
    post: () => post({ ...town, database: whole }),
    sweep: () => sweep({ database, clock }, photos, life),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function encode(bytes: Uint8Array): Promise<MadePicture> {
  return { full: bytes, small: bytes, width: 4, height: 3 }
}

function privacyOf(
  { database, clock, personal, cases }: Town,
  photos: PhotoService,
): Privacy {
  return createPrivacy({
    database,
    clock,
    personal,
    random: systemRandom,
    sealer: sealer({ secret, random: systemRandom, clock }),
    rules: () => Promise.resolve(rules),
    photosOf: (query, ids) => photos.of(query, ids),
    effects: {
      forgetPhotos: (work, what) => photos.forget(work, what),
      audit: writeAudit,
      erased: async (work, { case: of, report, actor, at }) => {
        const data = report === undefined ? {} : { report }
        const event = { kind: 'erased', visibility: 'internal', actor, at, data } as const
        await cases.append(work, of, event)
      },
    },
  })
}

async function post({ database, clock, personal }: Town): Promise<readonly string[]> {
  const sent: string[] = []
  await using outbox = createOutbox({
    database,
    clock,
    random: evenRandom,
    log: pino({ level: 'silent' }),
    renderers: createCaseRenderers({
      database,
      personal,
      secret,
      catalogue: async () => catalogue,
      baseUrl: 'https://fel.example.se',
    }),
    transport: {
      send: async ({ to }) => {
        sent.push(to)
      },
    },
  })
  await outbox.drain()
  return sent.toSorted()
}

async function sweep(
  parts: Pick<Town, 'database' | 'clock'>,
  { files }: PhotoService,
  life: Life,
): Promise<void> {
  const remove: PhotoService['files']['remove'] = async (organisation, ids) => {
    for (const id of ids) {
      step(life)
      await files.remove(organisation, [id])
    }
  }
  await sweepPhotos({
    ...parts,
    files: { ...files, remove },
    // The files were written a moment ago; the sweep takes them for old ones.
    realTime: { now: () => later(systemClock.now(), durationUs(2 * HOUR)) },
    organisations: async () => [north],
    failed: (error) => {
      throw error
    },
  })
}

function step(life: Life): void {
  life.left -= 1
  if (life.left < 0) throw new Error('killed')
}

/** The same database for a process that dies: before a query, before a commit, or just after it. */
function mortal(database: Database, life: Life): Database {
  const dying: KyselyPlugin = {
    transformQuery: ({ node }) => {
      step(life)
      return node
    },
    transformResult: ({ result }) => Promise.resolve(result),
  }
  return {
    ...database,
    write: async (organisation, lane, body) => {
      const done = await database.write(organisation, lane, async (work) => {
        const result = await body({ ...work, query: work.query.withPlugin(dying) })
        step(life)
        return result
      })
      step(life)
      return done
    },
  }
}

export const people = {
  anna: { name: 'Anna Ek', email: 'anna@hem.example' },
  bo: { name: 'Bo Ek', email: 'bo@hem.example' },
  carl: { name: 'Carl Ek', email: 'carl@hem.example' },
  dan: { name: 'Dan Ek', email: 'dan@hem.example' },
} as const
type Name = keyof typeof people

/** What is in it, by whose it is. */
export interface Seeded {
  readonly folder: string
  readonly lamp: string
  readonly litter: string
  readonly reports: Readonly<Record<Name, string>>
}

/**
 * Two who reported a lamp, each with a photo and letters that wait, one of them with more said later;
 * somebody who reported litter, and somebody whom no rule is about.
 */
export async function seedErasingTown(folder: string): Promise<Seeded> {
  await placeTestDatabase(databaseOf(folder))
  await using opened = await openErasingTown(folder)
  const { town, photos } = opened
  const { cases, clock, database } = town
  const tell = async (name: Name, rest: Partial<Parameters<typeof aReport>[0]> = {}) => {
    const { id } = await photos.take(north, Buffer.from(`picture of ${name}`))
    clock.advance(durationUs(1_000_000))
    const contact = people[name]
    return await cases.report(
      north,
      aReport({
        contact,
        text: `words of ${name}`,
        wantsUpdates: true,
        idempotencyKey: `key-of-${name}`,
        photos: [id],
        ...rest,
      }),
    )
  }
  const lamp = await tell('anna')
  await tell('bo')
  const litter = await tell('carl', { category: 'litter', asset: 'lamp-2' })
  await tell('dan', { category: 'lamp-blinks', asset: 'lamp-3' })
  const picture = await photos.take(north, Buffer.from('picture of anna, later'))
  await cases.followUp(north, lamp.case, {
    source: 'web',
    by: { role: 'reporter', name: 'reporter' },
    report: await reportOf(database, 'key-of-anna'),
    text: 'later words of anna',
    photos: [picture.id],
    wish: 'none',
    idempotencyKey: 'key-later',
  })
  for (const id of [lamp.case, litter.case]) {
    const { version } = await cases.get(north, id, false)
    const text = 'words of staff, 0523-98 76 54'
    await cases.move(north, id, { to: 'closed', version, reason: 'fixed', text, by: anna })
  }
  return {
    folder,
    lamp: lamp.case,
    litter: litter.case,
    reports: {
      anna: await reportOf(database, 'key-of-anna'),
      bo: await reportOf(database, 'key-of-bo'),
      carl: await reportOf(database, 'key-of-carl'),
      dan: await reportOf(database, 'key-of-dan'),
    },
  }
}

async function reportOf(database: Database, key: string): Promise<string> {
  const row = await database
    .read(north)
    .selectFrom('report')
    .select('id')
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow()
  return row.id
}

/** Another one of it, for a run that begins with the same. */
export async function copyTown({ folder }: Seeded, to: string): Promise<void> {
  await cp(folder, to, { recursive: true })
}
