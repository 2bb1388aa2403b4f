import type { Database, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Sealer } from './create-personal-data.ts'
import { eraseContacts } from './erase-contacts.ts'
import { eraseWholeCase, type EraseParts } from './erase-parts.ts'
import type { RetentionCount } from './privacy.ts'
import {
  duePage,
  stillDue,
  type Cursor,
  type DueCase,
  type DueParts,
} from './retention-candidates.ts'
import type { RetentionRule, Step } from './retention-rule.ts'

/** Cases erased in one transaction: alarms wait for it at most some 100 ms. */
const casesAtOnce = 20
/** What `eraseContacts` does in one go. */
const reportsAtOnce = 1_000

export interface RetentionParts extends EraseParts {
  readonly database: Database
  readonly sealer: Sealer
}

interface Run {
  readonly organisation: OrganisationId
  readonly rules: readonly RetentionRule[]
  readonly now: TimeUs
  readonly actor: string
  readonly batch: string
}

/** Whole cases first: their contacts go with them. */
const steps = ['case', 'contacts'] as const satisfies readonly Step[]

/** Counts what `eraseDue` would erase. */
export async function countDue(
  database: Database,
  { organisation, rules, now }: Pick<Run, 'organisation' | 'rules' | 'now'>,
): Promise<readonly RetentionCount[]> {
  const counts = new Counts()
  const whole = new Set<string>()
  for (const step of steps) {
    await forEachPage(database, organisation, { rules, step, now }, (due) => {
      const own = due.filter(({ id }) => !whole.has(id))
      for (const { id, rule } of own) {
        counts.add(rule, step, 1)
        whole.add(id)
      }
    })
  }
  return counts.all()
}

/**
 * Erases page by page, some cases a transaction; each transaction asks again what is due, and writes
 * its numbers into the ledger. So it may be killed anywhere, and two at once erase nothing twice.
 */
export async function eraseDue(
  parts: RetentionParts,
  run: Run,
): Promise<readonly RetentionCount[]> {
  const counts = new Counts()
  for (const step of steps) {
    const what = { rules: run.rules, step, now: run.now }
    await forEachPage(parts.database, run.organisation, what, async (due) => {
      for (let start = 0; start < due.length; start += casesAtOnce) {
        const ids = due.slice(start, start + casesAtOnce).map(({ id }) => id)
        counts.addAll(await eraseSome(parts, run, what, ids))
      }
    })
  }
  return counts.all()
}

async function forEachPage(
  database: Database,
  organisation: OrganisationId,
  what: DueParts,
  handle: (due: readonly DueCase[]) => void | Promise<void>,
): Promise<void> {
  let from: Cursor | undefined
  do {
    const { due, next } = await duePage(database.read(organisation), what, from)
    await handle(due)
    from = next
  } while (from !== undefined)
}

async function eraseSome(
  parts: RetentionParts,
  run: Run,
  what: DueParts,
  ids: readonly string[],
): Promise<readonly RetentionCount[]> {
  return await parts.database.write(run.organisation, 'normal', async (work) => {
    const counts = new Counts()
    for (const { id, rule } of await stillDue(work.query, what, ids)) {
      await eraseStep(parts, work, { run, step: what.step, id })
      counts.add(rule, what.step, 1)
    }
    if (counts.all().length > 0) await writeAuditOnce(parts, work, run)
    for (const count of counts.all()) await writeLedger(work, run, count)
    return counts.all()
  })
}

async function eraseStep(
  parts: RetentionParts,
  work: UnitOfWork,
  { run, step, id }: { readonly run: Run; readonly step: Step; readonly id: string },
): Promise<void> {
  const by = { case: id, actor: run.actor, at: run.now }
  if (step === 'case') {
    await eraseWholeCase(parts, work, by)
    return
  }
  while ((await eraseContacts(parts.sealer, work, by)) === reportsAtOnce);
  await parts.effects.erased(work, by)
}

/** One entry for each run that erased anything, with the first of it; the numbers stand in the ledger. */
async function writeAuditOnce(
  { effects }: RetentionParts,
  work: UnitOfWork,
  { actor, batch, now: at }: Run,
): Promise<void> {
  const before = await work.query
    .selectFrom('erasure')
    .select('batch')
    .where('batch', '=', batch)
    .limit(1)
    .executeTakeFirst()
  if (before !== undefined) return
  await effects.audit(work, { at, actor, action: 'retention.run', subject: batch })
}

/** Adds to what this batch has erased by the same rule. */
async function writeLedger(
  work: UnitOfWork,
  { batch, now, actor }: Run,
  { rule, step, cases }: RetentionCount,
): Promise<void> {
  const { organisation } = work
  await work.query
    .insertInto('erasure')
    .values({ organisation, batch, rule, step, count: cases, at: now, actor })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'batch', 'rule', 'step'])
        .doUpdateSet((eb) => ({ count: eb('erasure.count', '+', cases) })),
    )
    .execute()
}

/** Numbers by rule and step. */
class Counts {
  readonly #counts = new Map<string, RetentionCount>()

  add(rule: string, step: Step, cases: number): void {
    const key = `${rule} ${step}`
    const before = this.#counts.get(key)?.cases ?? 0
    this.#counts.set(key, { rule, step, cases: before + cases })
  }

  addAll(counts: readonly RetentionCount[]): void {
    for (const { rule, step, cases } of counts) this.add(rule, step, cases)
  }

  all(): readonly RetentionCount[] {
    return [...this.#counts.values()]
  }
}
