import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'
import type { RuleControl } from '../domain/log-record.ts'
import { HOUR, type TimeUs } from '../domain/time.ts'
import type { Detector, DetectorChanges } from '../rules/detector.ts'
import { restoreDetector } from '../rules/engine.ts'
import { isReadable, stateOfPages } from '../rules/pages.ts'
import { refuseForeignCursor } from './cursor.ts'
import type { ReadingLog } from './reading-log.ts'

/** The detector's name among the consumers, in the database and in the log. */
export const detector = 'detector'

/** Pages in one statement, which end earlier where they are large: each is packed while devices wait. */
const pagesAQuery = 100
const lettersAQuery = 256 * 1024
const controlsAQuery = 1_000
/** How long a backtest can go back exactly. */
const controlsKept = 400 * 24 * HOUR
/** Old control records that one checkpoint deletes, so that none takes long. */
const forgottenAtOnce = 10_000

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
    const { organisation, engine, configuration_version: version } = stored
    // Before its pages are read: an older engine kept them otherwise.
    if (!isReadable(engine)) return fromTheBeginning
    const configuration = await configurations.at(organisation, version)
    const state = stateOfPages(await pagesOf(database, organisation))
    const snapshot = { engine, configurationVersion: version, state }
    const detector = restoreDetector(snapshot, configuration.rules)
    if (detector === undefined) return fromTheBeginning
    detectors.set(organisation, detector)
    active.set(organisation, configuration)
  }
  return { position, detectors, configurations: active }
}

/** All pages of one detector: too many for one query where the organisation is large. */
async function pagesOf(
  database: Database,
  organisation: OrganisationId,
): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>()
  for (let after = ''; ;) {
    const rows = await database.installation.query
      .selectFrom('detector_page')
      .select(['page', 'state'])
      .where('organisation', '=', organisation)
      .where('page', '>', after)
      .orderBy('page')
      .limit(pagesAQuery)
      .execute()
    for (const { page, state } of rows) pages.set(page, state)
    const last = rows.at(-1)
    if (last === undefined || rows.length < pagesAQuery) return pages
    after = last.page
  }
}

/** What a checkpoint keeps: all of it in one transaction, or nothing. */
export interface CheckpointParts {
  readonly position: Position
  readonly detectors: ReadonlyMap<OrganisationId, Detector>
  /** Control records that were handled since the last checkpoint. */
  readonly controls: readonly HandledControl[]
  readonly now: TimeUs
}

/** A control record with its place in the log. */
export interface HandledControl {
  readonly position: Position
  readonly record: RuleControl
}

/** Changed pages, cursor and control records in one transaction. */
export async function saveCheckpoint(
  database: Pick<Database, 'installation'>,
  { position: at, detectors, controls, now }: CheckpointParts,
): Promise<void> {
  const changes = [...detectors].flatMap(([organisation, one]) => {
    const changed = one.changes()
    // Before its first activation a detector has no rules, and so nothing worth keeping.
    return changed.configurationVersion === 0 ? [] : [{ organisation, changed }]
  })
  const position = JSON.stringify(at)
  await database.installation.write('normal', async (query) => {
    for (const { organisation, changed } of changes) {
      await savePages(query, organisation, changed)
    }
    await saveControls(query, controls, now)
    await query
      .insertInto('checkpoint')
      .values({ consumer: detector, position, saved_at: now })
      .onConflict((conflict) =>
        conflict.column('consumer').doUpdateSet({ position, saved_at: now }),
      )
      .execute()
  })
  for (const { changed } of changes) changed.saved()
}

async function savePages(
  query: Kysely<Tables>,
  organisation: OrganisationId,
  { engine, configurationVersion, isWhole, pages }: DetectorChanges,
): Promise<void> {
  const stored = {
    organisation,
    engine,
    configuration_version: configurationVersion,
    // Older versions kept everything here.
    state: 'null',
  }
  await query
    .insertInto('detector_state')
    .values(stored)
    .onConflict((conflict) => conflict.column('organisation').doUpdateSet(stored))
    .execute()
  if (isWhole) {
    await query
      .deleteFrom('detector_page')
      .where('organisation', '=', organisation)
      .execute()
  }
  for (const some of inStatements(pages)) {
    await query
      .insertInto('detector_page')
      .values(some.map(([page, state]) => ({ organisation, page, state })))
      .onConflict((conflict) =>
        conflict
          .columns(['organisation', 'page'])
          .doUpdateSet((row) => ({ state: row.ref('excluded.state') })),
      )
      .execute()
  }
}

/** So many pages at a time as one statement takes. */
function* inStatements(pages: DetectorChanges['pages']) {
  let some: (readonly [string, string])[] = []
  let letters = 0
  for (const page of pages) {
    some.push(page)
    letters += page[1].length
    if (some.length < pagesAQuery && letters < lettersAQuery) continue
    yield some
    some = []
    letters = 0
  }
  if (some.length > 0) yield some
}

/** Keeps what was told to the detector, and lets go of what no backtest may ask for any more. */
async function saveControls(
  query: Kysely<Tables>,
  controls: readonly HandledControl[],
  now: TimeUs,
): Promise<void> {
  const rows = controls.map(({ position, record }) => ({
    organisation: record.organisation,
    epoch: position.epoch,
    partition: position.partition,
    sequence: position.sequence,
    idx: position.index,
    ingest: record.ingest,
    kind: record.control,
    document: JSON.stringify(record),
  }))
  for (let from = 0; from < rows.length; from += controlsAQuery) {
    await query
      .insertInto('control_record')
      .values(rows.slice(from, from + controlsAQuery))
      // Read again after a crash: it is the same record.
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  const oldest = now - controlsKept
  const organisations = new Set(controls.map(({ record }) => record.organisation))
  for (const organisation of organisations) {
    const last = await query
      .selectFrom('control_record')
      .select('ingest')
      .where('organisation', '=', organisation)
      .where('ingest', '<', oldest as TimeUs)
      .orderBy('ingest')
      .offset(forgottenAtOnce - 1)
      .limit(1)
      .executeTakeFirst()
    await query
      .deleteFrom('control_record')
      .where('organisation', '=', organisation)
      .where('ingest', '<', oldest as TimeUs)
      .where('ingest', '<=', last?.ingest ?? (oldest as TimeUs))
      .execute()
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
