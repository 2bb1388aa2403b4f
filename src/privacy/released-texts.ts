import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { mask, type Masked } from './mask.ts'
import type { PersonalData } from './personal-data.ts'

/** As long as a description may be, and what marks add. */
const lengthAtMost = 4_000
const idsAtOnce = 1_000

/** What somebody said, and a masked copy to begin from. */
export interface Proposal extends Masked {
  readonly original: string
  /** What is shown to the public now; null: nothing. */
  readonly released: string | null
}

interface By {
  /** Of the report or follow-up. */
  readonly id: string
  readonly actor: string
  readonly at: TimeUs
}

/** For whoever reviews; undefined for what was erased or never said. */
export async function proposeRelease(
  query: ScopedQueries,
  personal: PersonalData,
  id: string,
): Promise<Proposal | undefined> {
  const person = (await personal.read(query, [id])).get(id)
  if (person === undefined) return undefined
  const released = (await readReleased(query, [id])).get(id) ?? null
  return { original: person.text, ...mask(person.text), released }
}

/**
 * Shows `text`, what a person made of the original, to the public; a later one replaces it. It is
 * shown as it is given: whoever reviewed it may have left a number of the town hall. Throws Problem
 * not_found for what was erased or never said, invalid for an empty or too long text.
 */
export async function releaseText(
  work: UnitOfWork,
  { id, text, actor, at }: By & { readonly text: string },
): Promise<void> {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > lengthAtMost) {
    throw new Problem({
      kind: 'invalid',
      what: `A released text has 1 to ${lengthAtMost} characters.`,
      where: 'text',
      next: 'Shorten it, or withdraw the text instead.',
    })
  }
  await decide(work, id, { text: trimmed, at, actor })
}

/**
 * Takes it from the public again, or says that it is never shown. Throws Problem not_found for what was
 * erased or never said.
 */
export async function withdrawText(work: UnitOfWork, { id, actor, at }: By): Promise<void> {
  await decide(work, id, { text: null, at, actor })
}

/** The case that it was said about. Throws Problem not_found for what was erased or never said. */
export async function caseOfText(query: ScopedQueries, id: string): Promise<string> {
  const said = await query
    .selectFrom('personal')
    .select('case')
    .where('id', '=', id)
    .where('sealed', 'is not', null)
    .executeTakeFirst()
  if (said === undefined) throw nothingSaid(id)
  return said.case
}

async function decide(
  work: UnitOfWork,
  id: string,
  fresh: { readonly text: string | null; readonly at: TimeUs; readonly actor: string },
): Promise<void> {
  const about = await caseOfText(work.query, id)
  await work.query
    .insertInto('released_text')
    .values({ organisation: work.organisation, id, case: about, ...fresh })
    .onConflict((conflict) => conflict.columns(['organisation', 'id']).doUpdateSet(fresh))
    .execute()
}

/** What the public may read of these reports and follow-ups; nothing else of theirs is for anybody outside. */
export async function readReleased(
  query: ScopedQueries,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    const rows = await query
      .selectFrom('released_text')
      .select(['id', 'text'])
      .where('id', 'in', ids.slice(start, start + idsAtOnce))
      .execute()
    for (const { id, text } of rows) if (text !== null) texts.set(id, text)
  }
  return texts
}

function nothingSaid(id: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'There are no words to release.',
    where: `report ${id}`,
    why: 'nothing was said under this id, or it was erased',
    next: 'Look at the case again.',
  })
}
