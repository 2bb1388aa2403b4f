import type { Database, ScopedQueries } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { Sealer } from './create-personal-data.ts'
import { applyErased, erasedLines } from './erased-ledger.ts'
import { eraseOnePerson, eraseWholeCase } from './erase-parts.ts'
import { exportCase } from './export-case.ts'
import { caseTree } from './case-tree.ts'
import { addHold, endHold, heldAmong, readHolds, refuseHeld } from './holds.ts'
import type { PersonalData } from './personal-data.ts'
import type {
  Contact,
  FoundPerson,
  Privacy,
  PrivacyEffects,
  RetentionCount,
} from './privacy.ts'
import type { RetentionRule } from './retention-rule.ts'
import { saidElsewhere, saidLater } from './said-later.ts'
import { countDue, eraseDue } from './run-retention.ts'
import { standing } from './standing.ts'

export interface PrivacyParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly personal: PersonalData
  /** From `sealer`, with the parts that `personal` was made of. */
  readonly sealer: Sealer
  readonly effects: PrivacyEffects
  /** Ids of the photos of cases; left out: none. */
  readonly photosOf?: (
    query: ScopedQueries,
    cases: readonly string[],
  ) => Promise<readonly { readonly id: string; readonly case: string }[]>
  /** In order, as configured now. */
  readonly rules: (organisation: OrganisationId) => Promise<readonly RetentionRule[]>
}

export function createPrivacy(parts: PrivacyParts): Privacy {
  const { database, clock, random, effects } = parts
  const newId = (): string => Buffer.from(random.bytes(16)).toString('hex')
  return {
    find: (organisation, contact, actor) => find(parts, organisation, contact, actor),
    erase: (organisation, what, actor) => erase(parts, organisation, what, actor),
    async hold(organisation, on, actor) {
      const [id, at] = [newId(), clock.now()]
      return await database.write(organisation, 'normal', async (work) => {
        await caseTree(work.query, on.case)
        const hold = await addHold(work, { id, ...on, actor, at })
        await effects.audit(work, { at, actor, action: 'case.hold', subject: on.case })
        return hold
      })
    },
    async release(organisation, caseId, actor) {
      const at = clock.now()
      await database.write(organisation, 'normal', async (work) => {
        await endHold(work, { case: caseId, actor, at })
        await effects.audit(work, { at, actor, action: 'case.unhold', subject: caseId })
      })
    },
    holds: (organisation) => readHolds(database.read(organisation)),
    async previewRetention(organisation) {
      const rules = await parts.rules(organisation)
      return await countDue(database, { organisation, rules, now: clock.now() })
    },
    runRetention: (organisation, actor) =>
      run(parts, organisation, { actor, batch: newId() }),
    exportCase: (organisation, how, actor) => exportCase(parts, organisation, how, actor),
    erased: (organisation) => erasedLines(database, organisation),
    eraseAgain: (lines, actor) => applyErased(parts, lines, { actor, at: clock.now() }),
  }
}

async function run(
  parts: PrivacyParts,
  organisation: OrganisationId,
  by: { readonly actor: string; readonly batch: string },
): Promise<readonly RetentionCount[]> {
  const rules = await parts.rules(organisation)
  return await eraseDue(parts, { organisation, rules, now: parts.clock.now(), ...by })
}

async function find(
  { database, personal, clock, effects }: PrivacyParts,
  organisation: OrganisationId,
  contact: Contact,
  actor: string,
): Promise<readonly FoundPerson[]> {
  const at = clock.now()
  return await database.write(organisation, 'normal', async (work) => {
    const found = await personal.find(work.query, contact)
    const cases = [...new Set(found.map((one) => one.case))]
    const held = await heldAmong(work.query, cases)
    const numbers = await numbersOf(work.query, cases)
    // Who was looked for stands nowhere, only that somebody looked and how much there was.
    await effects.audit(work, {
      at,
      actor,
      action: 'person.find',
      subject: 'email' in contact ? 'email' : 'phone',
      detail: { found: found.length },
    })
    return found.map(({ id, case: of }) => ({
      id,
      case: of,
      number: numbers.get(of) ?? '',
      held: held.has(of),
    }))
  })
}

async function numbersOf(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (cases.length === 0) return new Map()
  const rows = await query
    .selectFrom('case')
    .select(['id', 'number'])
    .where('id', 'in', cases)
    .execute()
  return new Map(rows.map(({ id, number }) => [id, number]))
}

async function erase(
  parts: PrivacyParts,
  organisation: OrganisationId,
  what: { readonly id: string; readonly case?: string } | { readonly case: string },
  actor: string,
): Promise<number> {
  const { database, clock, random, effects } = parts
  const at = clock.now()
  const batch = Buffer.from(random.bytes(16)).toString('hex')
  return await database.write(organisation, 'normal', async (work) => {
    const { query } = work
    let erased = 0
    if ('id' in what) {
      const of = await caseOfPerson(query, what)
      const later = await saidLater(query, what.id)
      await refuseHeld(query, [of, ...later.map((said) => said.case)])
      erased = await eraseOnePerson(parts, work, { id: what.id, case: of, actor, at })
    } else {
      const tree = await caseTree(query, what.case)
      await refuseHeld(query, tree)
      for (const id of tree) {
        await refuseHeld(
          query,
          (await saidElsewhere(query, id)).map((said) => said.case),
        )
      }
      for (const id of await notErased(query, tree)) {
        erased += await eraseWholeCase(parts, work, { case: id, actor, at })
      }
    }
    const [step, subject] =
      'id' in what ? (['person', what.id] as const) : (['case', what.case] as const)
    const row = { organisation, batch, rule: 'request', step, count: erased, at, actor }
    if (erased > 0) await query.insertInto('erasure').values(row).execute()
    const action = `${step}.erase`
    await effects.audit(work, { at, actor, action, subject, detail: { erased } })
    return erased
  })
}

/** Those of which there is something to erase. */
async function notErased(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<readonly string[]> {
  const rows = await standing(query)
    .select('case.id')
    .where('case.id', 'in', cases)
    .orderBy('case.id')
    .execute()
  return rows.map((row) => row.id)
}

async function caseOfPerson(
  query: ScopedQueries,
  { id, case: expected }: { readonly id: string; readonly case?: string },
): Promise<string> {
  const row = await query
    .selectFrom('personal')
    .select('case')
    .where('id', '=', id)
    .executeTakeFirst()
  if (row !== undefined && row.case === (expected ?? row.case)) return row.case
  throw new Problem({
    kind: 'not_found',
    what: 'Nobody said anything under this id.',
    where: `report ${id}`,
    next: 'Find it: gatuvakt privacy find --email <address>.',
  })
}
