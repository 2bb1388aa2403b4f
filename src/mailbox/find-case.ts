import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import type { IncomingLetter } from './letter.ts'
import { ourLetters } from './our-letters.ts'
import { reportOfReply } from './reply-token.ts'
import { caseOfThread, type LetterName } from './rows.ts'
import type { IntakeParts, MailboxOf } from './intake.ts'

/** What a letter is about: the case, and whose words it is if that is known. */
export interface Known {
  readonly case: string
  readonly report?: string
}

const sent = z.object({ case: z.string(), report: z.string() })
/** Numbers of cases that one subject may name. */
const NUMBERS = 5

/**
 * The case that a letter answers, by what is hardest to forge first: the token of the address it
 * went to, our own letter that it names, a letter of the same conversation, and the number in its
 * subject if its sender reported that case. Undefined for a letter about something new.
 */
export async function findCase(
  parts: Pick<IntakeParts, 'secret' | 'people'>,
  query: ScopedQueries,
  asked: {
    readonly box: MailboxOf
    readonly letter: IncomingLetter
    readonly name: LetterName
  },
): Promise<Known | undefined> {
  const { letter, name, box } = asked
  return (
    (await byToken(parts, query, asked)) ??
    (await byOurLetter(query, box, letter)) ??
    (await byThread(query, letter, name)) ??
    (await byNumber(parts, query, letter))
  )
}

async function byToken(
  { secret }: Pick<IntakeParts, 'secret'>,
  query: ScopedQueries,
  { box, letter }: { readonly box: MailboxOf; readonly letter: IncomingLetter },
): Promise<Known | undefined> {
  const { organisation, settings } = box
  const { recipients } = letter
  const report = reportOfReply(secret, {
    address: settings.address,
    organisation,
    recipients,
  })
  if (report === undefined) return undefined
  return await ofReport(query, report)
}

async function ofReport(query: ScopedQueries, report: string): Promise<Known | undefined> {
  const row = await query
    .selectFrom('report')
    .select('case')
    .where('id', '=', report)
    .executeTakeFirst()
  return row && { case: row.case, report }
}

async function byOurLetter(
  query: ScopedQueries,
  { organisation }: MailboxOf,
  { references }: IncomingLetter,
): Promise<Known | undefined> {
  const ids = ourLetters(organisation, references)
  if (ids.length === 0) return undefined
  const rows = await query
    .selectFrom('outbox')
    .select('payload')
    .where('id', 'in', ids)
    .where('kind', 'like', 'mail.%')
    .orderBy('due_at', 'desc')
    .execute()
  for (const { payload } of rows) {
    const about = sent.safeParse(JSON.parse(payload))
    const known = about.success ? await ofReport(query, about.data.report) : undefined
    if (known !== undefined) return known
  }
  return undefined
}

async function byThread(
  query: ScopedQueries,
  { references }: IncomingLetter,
  name: LetterName,
): Promise<Known | undefined> {
  const found = await caseOfThread(query, name, references)
  return found === undefined ? undefined : { case: found }
}

async function byNumber(
  { people }: Pick<IntakeParts, 'people'>,
  query: ScopedQueries,
  { subject, from }: IncomingLetter,
): Promise<Known | undefined> {
  const named = [...subject.toUpperCase().matchAll(/\b[A-Z0-9]{1,3}-\d{4}-\d{6,9}\b/g)]
  const numbers = named.slice(0, NUMBERS).map(([number]) => number)
  if (numbers.length === 0 || from === null) return undefined
  const cases = await query
    .selectFrom('case')
    .select(['id', 'root'])
    .where('number', 'in', numbers)
    .execute()
  if (cases.length === 0) return undefined
  const said = await people.find(query, { email: from.address })
  for (const { id, case: reported } of said) {
    const own = cases.find((one) => one.id === reported || one.root === reported)
    if (own !== undefined) return (await ofReport(query, id)) ?? { case: own.id }
  }
  return undefined
}
