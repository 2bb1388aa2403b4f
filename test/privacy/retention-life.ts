import type { Tables } from '../../src/database/tables.ts'
import { timeUs } from '../../src/domain/time.ts'
import { plainReport } from '../support/case-rows.ts'
import { north } from '../support/database.ts'
import { keep, type Register } from './fixtures.ts'
import type { Office } from './office.ts'
import type { RetentionModel } from './retention-model.ts'

/** The same cases twice: in a database, and as the oracle sees them. */
export interface Life {
  readonly register: Register
  readonly office: Office
  readonly model: RetentionModel
}

/** As `src/cases` does it, whoever says or writes something changes the case. */
export async function say(life: Life, at: number): Promise<void> {
  const { register, model } = life
  const id = `r${model.told.length}`
  const person = { ...personOf(model.told.length), text: `Ring 0523-98 76 54 ${id}` }
  await register.database.write(north, 'normal', async ({ query }) => {
    const row = plainReport({ id, case: `c${at}`, idempotency_key: `key-of-${id}` })
    await query.insertInto('report').values(row).execute()
  })
  await keep(register, { id, case: `c${at}`, person })
  await change(life, at, { changed_at: register.clock.now() })
}

function personOf(at: number) {
  return { name: 'Kim', email: `kim${at}@example.org`, phone: null }
}

/** A comment among staff with somebody's number. */
export async function write(life: Life, at: number): Promise<void> {
  const { database, clock } = life.register
  const sequence = (life.model.cases[at]?.staff.length ?? 0) + 1
  await database.write(north, 'normal', async ({ query }) => {
    await query
      .insertInto('case_event')
      .values({
        organisation: north,
        id: `e${at}-${sequence}`,
        case: `c${at}`,
        sequence,
        at: clock.now(),
        kind: 'said',
        actor: 'user:x',
        visibility: 'internal',
        data: JSON.stringify({ text: 'Kim nås på 0523-98 76 54' }),
      })
      .execute()
  })
  await change(life, at, { changed_at: clock.now() })
}

/** Makes the row what the model says of it. */
export async function copy(life: Life, at: number): Promise<void> {
  const one = life.model.cases[at]
  if (one === undefined) return
  await change(life, at, {
    root: `c${one.root}`,
    state: one.closed === null ? 'received' : 'closed',
    closing_reason: one.reason,
    closed_at: one.closed === null ? null : timeUs(one.closed * 1_000),
    changed_at: timeUs(one.changed * 1_000),
  })
}

async function change(
  { register }: Life,
  at: number,
  set: Partial<Tables['case']>,
): Promise<void> {
  await register.database.write(north, 'normal', async ({ query }) => {
    await query.updateTable('case').set(set).where('id', '=', `c${at}`).execute()
  })
}

/** Whose words and contacts can be read and found, and what staff wrote. */
export async function whatIsLeft({ database, personal }: Register) {
  const query = database.read(north)
  const reports = await query.selectFrom('report').select(['id', 'case']).execute()
  const people = await personal.read(
    query,
    reports.map(({ id }) => id),
  )
  const told = await Promise.all(
    reports.map(async ({ id, case: of }) => {
      const person = people.get(id)
      const { email } = personOf(Number(id.slice(1)))
      return {
        id,
        case: of,
        words: person?.text.includes(id) ?? false,
        contact: person?.email === email,
        known: person?.text.includes('98 76 54') ?? false,
        found: (await personal.find(query, { email })).length > 0,
      }
    }),
  )
  const events = await query.selectFrom('case_event').select(['id', 'data']).execute()
  const staff = events.map(({ id, data }) => [
    id,
    data.includes('98 76 54') ? 'plain' : data.includes('Kim') ? 'masked' : 'gone',
  ])
  const cases = await query.selectFrom('case').select(['id', 'category', 'root']).execute()
  return {
    told: told.toSorted(
      (one, other) => Number(one.id.slice(1)) - Number(other.id.slice(1)),
    ),
    staff: new Map(staff.map(([id, left]) => [id, left])),
    cases: cases.toSorted((one, other) => one.id.localeCompare(other.id)),
  }
}

/** The same of the model: nothing that is counted ever goes. */
export function whatShouldBe({
  told,
  cases,
}: RetentionModel): Awaited<ReturnType<typeof whatIsLeft>> {
  return {
    told: told.map(({ case: of, words, contact }, at) => ({
      id: `r${at}`,
      case: `c${of}`,
      words,
      contact,
      known: contact,
      found: contact,
    })),
    staff: new Map(
      cases.flatMap(({ staff }, at) =>
        staff.map((left, index) => [`e${at}-${index + 1}`, left] as const),
      ),
    ),
    cases: cases.map(({ category, root }, at) => ({
      id: `c${at}`,
      category,
      root: `c${root}`,
    })),
  }
}
