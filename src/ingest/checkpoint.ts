import { z } from 'zod'
import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Clock } from '../domain/clock.ts'
import type { Position } from '../domain/position.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Detector } from '../rules/detector.ts'
import { restoreDetector } from '../rules/engine.ts'
import { refuseForeignCursor } from './cursor.ts'
import type { ReadingLog } from './reading-log.ts'

/** The detector's name among the consumers, in the database and in the log. */
export const detector = 'detector'

/** A position as the table `checkpoint` has it, in JSON. */
export const storedPosition = z.object({
  epoch: z.string(),
  partition: z.int(),
  sequence: z.int(),
  index: z.int(),
})

/** What the detector starts from. Without a position it starts at the oldest record of the log. */
export interface Checkpoint {
  readonly position: Position | undefined
  readonly detectors: ReadonlyMap<OrganisationId, Detector>
  readonly configurations: ReadonlyMap<OrganisationId, ActiveConfiguration>
}

const fromTheBeginning: Checkpoint = {
  position: undefined,
  detectors: new Map(),
  configurations: new Map(),
}

/**
 * The newest snapshot with its place. A snapshot of another engine is dropped, and the detector is
 * built anew from the log. A snapshot of another log is refused: its place means nothing here.
 */
export async function loadCheckpoint(
  database: Database,
  configurations: Configurations,
  log: Pick<ReadingLog, 'epoch' | 'head' | 'shared'>,
): Promise<Checkpoint> {
  const { query } = database.installation
  const row = await query
    .selectFrom('checkpoint')
    .selectAll()
    .where('consumer', '=', detector)
    .executeTakeFirst()
  if (row === undefined) return fromTheBeginning
  const position = storedPosition.parse(JSON.parse(row.position))
  refuseForeignCursor(detector, position, log)
  const detectors = new Map<OrganisationId, Detector>()
  const active = new Map<OrganisationId, ActiveConfiguration>()
  for (const stored of await query.selectFrom('detector_state').selectAll().execute()) {
    const { organisation, configuration_version: version } = stored
    const configuration = await configurations.at(organisation, version)
    const detector = restoreDetector(
      {
        engine: stored.engine,
        configurationVersion: version,
        state: JSON.parse(stored.state) as unknown,
      },
      configuration.rules,
    )
    if (detector === undefined) return fromTheBeginning
    detectors.set(organisation, detector)
    active.set(organisation, configuration)
  }
  return { position, detectors, configurations: active }
}

/** Snapshot and cursor in one transaction. */
export async function saveCheckpoint(
  database: Database,
  save: {
    readonly position: Position
    readonly detectors: ReadonlyMap<OrganisationId, Detector>
    readonly now: TimeUs
  },
): Promise<void> {
  const states = [...save.detectors].flatMap(([organisation, detector]) => {
    const snapshot = detector.snapshot()
    // Before its first activation a detector has no rules, and so nothing worth keeping.
    if (snapshot.configurationVersion === 0) return []
    return {
      organisation,
      engine: snapshot.engine,
      configuration_version: snapshot.configurationVersion,
      state: JSON.stringify(snapshot.state),
    }
  })
  const position = JSON.stringify(save.position)
  await database.installation.write('normal', async (query) => {
    for (const state of states) {
      await query
        .insertInto('detector_state')
        .values(state)
        .onConflict((conflict) => conflict.column('organisation').doUpdateSet(state))
        .execute()
    }
    await query
      .insertInto('checkpoint')
      .values({ consumer: detector, position, saved_at: save.now })
      .onConflict((conflict) =>
        conflict.column('consumer').doUpdateSet({ position, saved_at: save.now }),
      )
      .execute()
  })
}

/** The projector's place, for a store that cannot keep it with its readings. */
export function projectorCursor(
  database: Database,
  clock: Clock,
): {
  load(): Promise<Position | undefined>
  save(position: Position | undefined): Promise<void>
} {
  const { query } = database.installation
  return {
    async load() {
      const row = await query
        .selectFrom('checkpoint')
        .select('position')
        .where('consumer', '=', 'projector')
        .executeTakeFirst()
      if (row === undefined) return undefined
      return storedPosition.nullable().parse(JSON.parse(row.position)) ?? undefined
    },
    async save(position) {
      const saved = { position: JSON.stringify(position ?? null), saved_at: clock.now() }
      await database.installation.write('normal', async (transaction) => {
        await transaction
          .insertInto('checkpoint')
          .values({ consumer: 'projector', ...saved })
          .onConflict((conflict) => conflict.column('consumer').doUpdateSet(saved))
          .execute()
      })
    },
  }
}

/** Says that the gateway hears; for a process that has no detector to save its place. */
export async function saveAlive(database: Database, now: TimeUs): Promise<void> {
  const saved = { position: 'null', saved_at: now }
  await database.installation.write('normal', async (query) => {
    await query
      .insertInto('checkpoint')
      .values({ consumer: 'gateway', ...saved })
      .onConflict((conflict) => conflict.column('consumer').doUpdateSet(saved))
      .execute()
  })
}

/**
 * When the detector last saved its place, or the gateway said that it hears: the process was alive
 * then. Undefined on the first start.
 */
export async function lastAlive(
  database: Database,
  who: 'detector' | 'gateway',
): Promise<TimeUs | undefined> {
  const row = await database.installation.query
    .selectFrom('checkpoint')
    .select('saved_at')
    .where('consumer', '=', who)
    .executeTakeFirst()
  return row?.saved_at
}
