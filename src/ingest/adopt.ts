import type { Configurations } from '../configuration/active.ts'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import { judge, type Standing } from './adopt/standing.ts'
import { notePlaces, planVersions, type OrganisationPlan } from './adopt/versions.ts'
import { refuseReusedPlaces } from './adopt/reused-places.ts'
import { movePlace, readPlace } from './adopt/detector-place.ts'
import { scanActivations } from './adopt/scan.ts'
import { findTime } from './log-search.ts'
import type { ReadingLog } from './reading-log.ts'

export interface AdoptParts {
  readonly log: ReadingLog
  readonly database: Database
  readonly store: ReadingStore
  readonly configurations: Pick<Configurations, 'organisations'>
  readonly clock: Pick<Clock, 'now'>
  /** Written in each organisation's own transaction: for its audit log. */
  readonly noted: (work: UnitOfWork, plan: AdoptPlan) => Promise<void>
}

/** What there is to do so that everybody follows the log that is here. */
export interface AdoptPlan {
  readonly epoch: string
  readonly head: Position | undefined
  /** When the oldest record was heard that this log has. */
  readonly oldest: TimeUs | undefined
  readonly detector: Standing & {
    /** When its state was saved: it knows nothing that was heard later. */
    readonly savedAt: TimeUs | undefined
  }
  readonly history: Standing
  readonly organisations: readonly OrganisationPlan[]
  /** False when all follow this log already. */
  readonly needed: boolean
}

/**
 * Looks what `adopt` would do, and changes nothing. Reads the whole log. Rejects with Problem
 * conflict when this log cannot be followed.
 */
export async function planAdoption(parts: AdoptParts): Promise<AdoptPlan> {
  const { log, database, store, configurations } = parts
  const place = await readPlace(database)
  const cursor = await store.cursor()
  const detector = { ...judge(place?.position, log), savedAt: place?.savedAt }
  const history = judge(cursor, log)
  const scan = await scanActivations(log)
  const organisations: OrganisationPlan[] = []
  for (const organisation of await configurations.organisations()) {
    organisations.push(
      await planVersions({ database, log, scan, detector, history }, organisation),
    )
    if (detector.state === 'beyond') await refuseReusedPlaces(database, log, organisation)
  }
  const { oldest } = await findTime(log, parts.clock.now())
  return {
    epoch: log.epoch,
    head: log.head(),
    oldest,
    detector,
    history,
    organisations,
    needed:
      !follows(detector) ||
      !follows(history) ||
      organisations.some(({ append, places }) => append || places.length > 0),
  }
}

/**
 * Makes everybody follow the log that is here; only while no service runs. Alarms keep their life,
 * and the detector its state: what is active stays active, and clears when this log says so. What
 * only the log before held, and was not read, is given up. May be run again after a crash.
 */
export async function adopt(parts: AdoptParts): Promise<AdoptPlan> {
  const plan = await planAdoption(parts)
  if (!plan.needed) return plan
  const { log } = parts
  const empty = log.head() === undefined
  // An empty log has no place that a cursor could name.
  if (empty) await appendActivations(parts, plan)
  for (const one of plan.organisations) {
    await parts.database.write(one.organisation, 'normal', async (work) => {
      await notePlaces(work, one)
      await parts.noted(work, plan)
    })
  }
  await moveDetector(parts, plan)
  await moveHistory(parts, plan)
  // After the cursors were moved: longer by these, the log might seem to reach one that lies beyond it.
  if (!empty) await appendActivations(parts, plan)
  return plan
}

function follows({ state }: Standing): boolean {
  return state === 'follows' || state === 'new'
}

async function appendActivations(
  { log, clock }: AdoptParts,
  { organisations }: AdoptPlan,
): Promise<void> {
  for (const { organisation, current, append } of organisations) {
    if (!append) continue
    await log.append({
      kind: 'control',
      control: 'activation',
      organisation,
      ingest: clock.now(),
      version: current,
    })
  }
}

/** It goes on behind what it knows: by time in another log, at the end of a shorter copy of its own. */
async function moveDetector(
  { log, database }: AdoptParts,
  { detector, head }: AdoptPlan,
): Promise<void> {
  if (follows(detector) || detector.savedAt === undefined) return
  const known =
    detector.state === 'beyond' ? head : (await findTime(log, detector.savedAt)).after
  await movePlace(database, known ?? (await beforeOldest(log)))
}

/** Another log is read from its beginning; of a shorter copy history holds all. */
async function moveHistory(
  { store }: AdoptParts,
  { history, head }: AdoptPlan,
): Promise<void> {
  if (follows(history)) return
  await store.adopt()
  if (history.state === 'beyond' && head !== undefined) await store.write([], head)
}

async function beforeOldest(log: ReadingLog): Promise<Position> {
  const [oldest] = await log.read({ limit: 1 })
  if (oldest !== undefined) {
    return { ...oldest.position, sequence: oldest.position.sequence - 1, index: 0 }
  }
  throw new Problem({
    kind: 'conflict',
    what: 'the reading log is empty, and there is nothing to put into it',
    why: 'no organisation has a configuration',
    next: 'start with an empty data folder',
  })
}
