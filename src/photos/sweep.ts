import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { earlier, HOUR } from '../domain/time.ts'
import type { PhotoFiles } from './files.ts'
import { SETTLING, WAIT } from './limits.ts'
import { forgetWaiting, ROWS } from './rows.ts'

export interface SweepParts {
  readonly database: Database
  readonly files: PhotoFiles
  readonly clock: Clock
  /** What the disk stamps files with, whatever clock the service lives by. */
  readonly realTime: Pick<Clock, 'now'>
  readonly organisations: () => Promise<readonly OrganisationId[]>
  readonly failed: (error: unknown) => void
  /** Hears what the disk and the database did not agree about; never what is on a photo. */
  readonly found?: (finding: SweepFinding) => void
}

export interface SweepFinding {
  readonly organisation: OrganisationId
  /** Photos that waited too long for their report. */
  readonly waiting: number
  /** Photos whose files were there without a row: erased, or a crash came in between. */
  readonly files: number
  /** Photos whose file is gone: a folder that is not mounted, or was not restored with its database. */
  readonly lost: number
}

/**
 * Sweeps at the start, in the background, and every hour: so whatever is erased in the database is
 * gone from the disk at the latest two hours later, also after a crash.
 */
export function startPhotoSweep(parts: SweepParts): AsyncDisposable {
  const { clock, failed } = parts
  const first = sweepPhotos(parts).catch(failed)
  const again = every(HOUR, clock, () => sweepPhotos(parts), failed)
  return {
    async [Symbol.asyncDispose]() {
      await again[Symbol.asyncDispose]()
      await first
    },
  }
}

/** One round over every organisation. */
export async function sweepPhotos(parts: SweepParts): Promise<void> {
  for (const organisation of await parts.organisations()) {
    const waiting = await dropWaiting(parts, organisation)
    const files = await dropFiles(parts, organisation)
    const lost = await countLost(parts, organisation)
    if (waiting + files + lost > 0) parts.found?.({ organisation, waiting, files, lost })
  }
}

async function dropWaiting(
  { database, files, clock }: SweepParts,
  organisation: OrganisationId,
): Promise<number> {
  const until = earlier(clock.now(), WAIT)
  const ids = await database.write(organisation, 'normal', (work) =>
    forgetWaiting(work, until),
  )
  await files.remove(organisation, ids)
  return ids.length
}

/** Files of which no row knows. A young one may be about to get its row. */
async function dropFiles(
  { database, files, realTime }: SweepParts,
  organisation: OrganisationId,
): Promise<number> {
  const query = database.read(organisation)
  let dropped = 0
  const look = async (ids: readonly string[]): Promise<void> => {
    const rows = await query
      .selectFrom('photo')
      .select('id')
      .where('id', 'in', ids)
      .execute()
    const known = new Set(rows.map(({ id }) => id))
    const strangers = ids.filter((id) => !known.has(id))
    await files.remove(organisation, strangers)
    dropped += strangers.length
  }
  let some = new Set<string>()
  const before = earlier(realTime.now(), SETTLING) / 1_000
  for await (const id of files.olderThan(organisation, before)) {
    some.add(id)
    if (some.size < ROWS) continue
    await look([...some])
    some = new Set()
  }
  if (some.size > 0) await look([...some])
  return dropped
}

/**
 * Rows whose picture is not on the disk. They stay: a folder that is not mounted now is no reason to
 * forget, and what was erased has no row.
 */
async function countLost(
  { database, files, clock }: SweepParts,
  organisation: OrganisationId,
): Promise<number> {
  const query = database.read(organisation)
  const until = earlier(clock.now(), SETTLING)
  let after = ''
  let lost = 0
  for (;;) {
    const page = await query
      .selectFrom('photo')
      .select('id')
      .where('id', '>', after)
      .where('taken_at', '<', until)
      .orderBy('id')
      .limit(ROWS)
      .execute()
    for (const { id } of page) {
      after = id
      if (!(await files.exists(organisation, id))) lost += 1
    }
    if (page.length < ROWS) return lost
  }
}
