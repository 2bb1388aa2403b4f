import type { Database, UnitOfWork } from '../../database/database.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import type { TimeUs } from '../../domain/time.ts'
import { findTime } from '../log-search.ts'
import type { ReadingLog } from '../reading-log.ts'
import type { Scan } from './scan.ts'
import type { Standing } from './standing.ts'

/** Where a version of a configuration comes into force. */
export interface VersionPlace {
  readonly version: number
  readonly sequence: number
  readonly index: number
}

/** What an organisation's configuration needs to be in force in this log. */
export interface OrganisationPlan {
  readonly organisation: OrganisationId
  /** The newest version that was put into force. */
  readonly current: number
  /** This log does not say that it is in force. */
  readonly append: boolean
  /** Versions whose noted place is not one of this log, with the place they get. */
  readonly places: readonly VersionPlace[]
}

export interface VersionParts {
  readonly database: Database
  readonly log: ReadingLog
  readonly scan: Scan
  readonly detector: Standing
  readonly history: Standing
}

/** Rejects with Problem conflict for a log that was written with newer versions than the database has. */
export async function planVersions(
  parts: VersionParts,
  organisation: OrganisationId,
): Promise<OrganisationPlan> {
  const versions = await readVersions(parts.database, organisation)
  const found = parts.scan.activations.get(organisation) ?? new Map<number, Position[]>()
  refuseUnknown(organisation, versions, found)
  const places = await newPlaces(parts, versions, found)
  const newest = versions.findLast(({ place }) => place !== undefined)
  const current = newest?.version ?? 0
  // A place by time was given by an adoption, which may have ended before it appended.
  const byAdoption = (newest?.place?.index ?? 0) >= byTime
  const elsewhere = byAdoption || places.some(({ version }) => version === current)
  return { organisation, current, places, append: elsewhere && !found.has(current) }
}

type Found = ReadonlyMap<number, readonly Position[]>

/**
 * A version that this log says nothing of is taken to be in force since it was made: behind all records
 * of the commit that was the newest then, and behind every earlier version.
 */
const byTime = 1_000_000_000

async function newPlaces(
  { log, scan, detector, history }: VersionParts,
  versions: readonly NotedVersion[],
  found: Found,
): Promise<readonly VersionPlace[]> {
  const sameLog = epochOfPlaces(detector, history, log) === log.epoch
  const places: VersionPlace[] = []
  for (const [nth, { version, createdAt, place }] of versions.entries()) {
    if (place === undefined) continue
    if (sameLog && isHere(place, found.get(version) ?? [], scan)) continue
    // The oldest is in force from the beginning: nothing is known of what was before it.
    const after = nth === 0 ? undefined : (await findTime(log, createdAt)).after
    const wanted = { sequence: after?.sequence ?? 0, index: byTime + version }
    const same = place.sequence === wanted.sequence && place.index === wanted.index
    if (!same) places.push({ version, ...wanted })
  }
  return places
}

/** Places are noted without their log: they are of the one that was followed until now. */
function epochOfPlaces(
  detector: Standing,
  history: Standing,
  log: Pick<ReadingLog, 'epoch'>,
): string {
  return (detector.cursor ?? history.cursor ?? log).epoch
}

/** Does the log say that the version comes into force there, or did it say so before its oldest record went? */
function isHere(
  { sequence, index }: { readonly sequence: number; readonly index: number },
  found: readonly Position[],
  { oldest }: Scan,
): boolean {
  if (oldest !== undefined && sequence < oldest.sequence) return true
  return found.some((one) => one.sequence === sequence && one.index === index)
}

interface NotedVersion {
  readonly version: number
  readonly createdAt: TimeUs
  /** Undefined for one that is not in force yet: the next start sees to it. */
  readonly place: { readonly sequence: number; readonly index: number } | undefined
}

async function readVersions(
  database: Database,
  organisation: OrganisationId,
): Promise<readonly NotedVersion[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('configuration_version')
    .select(['version', 'created_at', 'activated_sequence', 'activated_index'])
    .orderBy('version')
    .execute()
  return rows.map(
    ({ version, created_at, activated_sequence: sequence, activated_index: index }) => ({
      version,
      createdAt: created_at,
      place: sequence === null || index === null ? undefined : { sequence, index },
    }),
  )
}

/** Writes the new places down. */
export async function notePlaces(
  { query }: UnitOfWork,
  { places }: OrganisationPlan,
): Promise<void> {
  for (const { version, sequence, index } of places) {
    await query
      .updateTable('configuration_version')
      .set({ activated_sequence: sequence, activated_index: index })
      .where('version', '=', version)
      .execute()
  }
}

function refuseUnknown(
  organisation: OrganisationId,
  versions: readonly NotedVersion[],
  found: Found,
): void {
  const newest = versions.at(-1)?.version ?? 0
  const unknown = [...found.keys()].filter((version) => version > newest)
  if (unknown.length === 0) return
  throw new Problem({
    kind: 'conflict',
    what: 'this reading log was written with a newer configuration than the database has',
    where: `version ${Math.max(...unknown)} of ${organisation}; the database knows versions up to ${newest}`,
    why: 'the database was restored from an older backup than the log',
    next: 'restore the database that belongs to this log, or move the file of the log away and run gatuvakt log adopt again',
  })
}
