import type { Database, UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import { adopt, nameObjects, writeObjects, type NamedWrite } from './apply-objects.ts'
import { checkObjects } from './check.ts'
import {
  diffConfiguration,
  keptBy,
  type Change,
  type DiffOptions,
  type Plan,
} from './diff.ts'
import { organisation as organisationSchema } from './kinds.ts'
import { MAX_MISTAKES } from './mistake.ts'
import { objectSet, typedObjects, type TypedObjects } from './objects.ts'
import type { Configuration } from './parse.ts'
import { writeModels } from './read-models.ts'
import { readStored, type StoredObject } from './stored.ts'

export { recordActivation, unactivatedVersions } from './activation.ts'

export interface ApplyRequest extends Partial<DiffOptions> {
  readonly configuration: Configuration
  /** `user:…`, `local`, `demo`: who stands behind it. */
  readonly author: string
  readonly comment?: string
  readonly now: TimeUs
  /** Say what would happen and write nothing. */
  readonly dryRun?: boolean
}

export interface ApplyResult {
  /** The new version; null when nothing was written. */
  readonly version: number | null
  readonly outcome: 'applied' | 'unchanged' | 'conflict' | 'dry_run'
  /** Every object that was looked at, the unchanged ones too; by kind and slug. */
  readonly changes: readonly Change[]
}

/**
 * Brings a configuration into the database: the difference is found and written in one
 * transaction, so of two applies at once the second sees what the first did. A conflict writes
 * nothing at all, and an apply that changes nothing makes no version. The new version counts for
 * people at once, for readings from its activation record on (see `recordActivation`).
 *
 * Throws Problem invalid when objects would be left that do not fit together, and not_found for
 * an organisation that neither is there nor comes with the configuration.
 */
export async function applyConfiguration(
  database: Database,
  request: ApplyRequest,
): Promise<ApplyResult> {
  const { configuration } = request
  if (request.dryRun === true) {
    const stored = await readStored(database.read(configuration.organisation))
    const plan = planOf(request, stored)
    const outcome = outcomeOf(plan)
    if (outcome !== 'changes') return { version: null, outcome, changes: plan.changes }
    soundAfter(plan, stored)
    return { version: null, outcome: 'dry_run', changes: plan.changes }
  }
  await ensureOrganisation(database, request)
  return database.write(configuration.organisation, 'normal', (work) =>
    apply(work, request),
  )
}

/**
 * A transaction of an organisation needs its row. It is made beforehand, in a step of its own; if
 * the apply then fails, an organisation without a configuration is left, which does nothing.
 */
async function ensureOrganisation(
  database: Database,
  { configuration, now }: ApplyRequest,
): Promise<void> {
  const { organisation, objects } = configuration
  const there = await database
    .read(organisation)
    .selectFrom('organisation')
    .select('organisation')
    .executeTakeFirst()
  if (there !== undefined) return
  const own = objects.find(({ kind }) => kind === 'organisation')
  if (own === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: `There is no organisation ${organisation}.`,
      next: 'Apply a configuration that has it first.',
    })
  }
  const { name, timezone, languages } = organisationSchema.parse(own.document)
  const row = { organisation, name, timezone, languages: JSON.stringify(languages) }
  await database.installation.write('normal', async (query) => {
    await query
      .insertInto('organisation')
      .values({ ...row, created_at: now })
      .onConflict((conflict) => conflict.column('organisation').doNothing())
      .execute()
  })
}

function planOf(request: ApplyRequest, stored: readonly StoredObject[]): Plan {
  const { configuration, source = 'yaml', take, prune } = request
  return diffConfiguration(configuration.objects, stored, { source, take, prune })
}

function outcomeOf({ changes, writes }: Plan): 'conflict' | 'unchanged' | 'changes' {
  if (changes.some(({ change }) => change === 'conflict')) return 'conflict'
  return writes.length === 0 ? 'unchanged' : 'changes'
}

async function apply(work: UnitOfWork, request: ApplyRequest): Promise<ApplyResult> {
  const { query, organisation } = work
  const stored = await readStored(query)
  const plan = planOf(request, stored)
  const { changes } = plan
  const outcome = outcomeOf(plan)
  if (outcome === 'conflict') return { version: null, outcome, changes }
  await adopt(query, request.source ?? 'yaml', plan.adopted)
  if (outcome === 'unchanged') return { version: null, outcome, changes }
  const objects = soundAfter(plan, stored)
  const { version, at } = await addVersion(work, request)
  const writes = nameObjects(plan.writes, { stored, version })
  await writeObjects(query, writes, { organisation, version, at, author: request.author })
  await writeModels(query, {
    organisation,
    at,
    writes,
    ids: idsAfter(writes, stored),
    objects,
  })
  work.tell({ kind: 'configuration', subject: String(version) })
  return { version, outcome: 'applied', changes }
}

/** The next version, and a moment later than every earlier one, so that no validity is empty. */
async function addVersion(
  { query, organisation }: UnitOfWork,
  { author, comment = '', now }: ApplyRequest,
): Promise<{ version: number; at: TimeUs }> {
  const last = await query
    .selectFrom('configuration_version')
    .select(['version', 'created_at'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const version = (last?.version ?? 0) + 1
  const at = timeUs(Math.max(now, (last?.created_at ?? 0) + 1))
  await query
    .insertInto('configuration_version')
    .values({
      organisation,
      version,
      created_at: at,
      author,
      comment,
      activated_sequence: null,
      activated_index: null,
    })
    .execute()
  return { version, at }
}

/** The objects as they would be after the plan. Throws Problem invalid when they do not fit together. */
function soundAfter(plan: Plan, stored: readonly StoredObject[]): TypedObjects {
  const written = plan.writes.filter(({ retired }) => !retired)
  const set = objectSet([...keptBy(plan.writes, stored), ...written])
  const troubles = checkObjects(set)
    .filter(({ severity }) => severity === 'mistake')
    .map(({ kind, slug, what }) => `${kind} ${slug}: ${what}`)
  const objects = typedObjects(set, ({ kind, slug, why }) =>
    troubles.push(`${kind} ${slug}: ${why}`),
  )
  if (troubles.length === 0) return objects
  throw new Problem({
    kind: 'invalid',
    what: 'The objects would not fit together afterwards.',
    why: troubles.slice(0, 5).join('; '),
    next: 'Bring what is named into the configuration too, or change what names it.',
    facts: { troubles: troubles.slice(0, MAX_MISTAKES) },
  })
}

/** `kind slug` → id, of all that is not retired afterwards. */
function idsAfter(
  writes: readonly NamedWrite[],
  stored: readonly StoredObject[],
): ReadonlyMap<string, string> {
  const written = writes.filter(({ retired }) => !retired)
  return new Map(
    [...keptBy(writes, stored), ...written].map(({ kind, slug, id }) => [
      `${kind} ${slug}`,
      id,
    ]),
  )
}
