import { z } from 'zod'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { DeliveryParts } from '../delivery/deliver.ts'
import { markReturned } from '../delivery/returned.ts'
import type { TimeUs } from '../domain/time.ts'
import { endSubscribers } from '../privacy/erase-parts.ts'
import type { IntakeParts, MailboxOf } from './intake.ts'
import type { IncomingLetter } from './letter.ts'
import { ourLetters } from './our-letters.ts'
import { returned, type Returned } from './returned.ts'

/** Addresses of one report that are looked up. */
const ADDRESSES = 4

const about = z.object({ report: z.string() })

/** What a report of a mail server changed. */
export type ReturnedBecause =
  /** Nothing: it is about no letter of ours, or about one that is only late. */
  | 'bounce'
  /** That letter did not arrive; the next one may. */
  | 'returned'
  /** No more letters go to that address about that case. */
  | 'returned_for_good'

/**
 * Notes that a letter of ours came back, where the people who look after cases see it. Came it back
 * for good from the address of whoever follows the case, the letters about that case to that address
 * end. Whoever knows no Message-ID of ours changes nothing. The same report again changes nothing.
 */
export async function takeReturned(
  { database, people, clock }: Pick<IntakeParts, 'database' | 'people' | 'clock'>,
  { organisation }: MailboxOf,
  letter: IncomingLetter,
): Promise<ReturnedBecause> {
  const back = returned(letter)
  if (back === undefined) return 'bounce'
  const [id] = ourLetters(organisation, back.names)
  if (id === undefined) return 'bounce'
  return await database.write(organisation, 'normal', async (work) => {
    const reports = back.isForGood ? await sameReader(work.query, people, { id, back }) : []
    return await note(work, { id, back, reports, at: clock.now() })
  })
}

/**
 * The same for a letter that a mail server does not even take over, because nobody has its address:
 * for the outbox. False when nobody who follows a case reads it.
 */
export function takeRefused({
  database,
  people,
  clock,
}: Pick<IntakeParts, 'database' | 'people' | 'clock'>): NonNullable<
  DeliveryParts['refused']
> {
  return async (organisation, { id, status, address }) => {
    const back = { names: [], status, isForGood: true, addresses: [address] }
    return await database.write(organisation, 'normal', async (work) => {
      const reports = await sameReader(work.query, people, { id, back })
      if (reports.length === 0) return false
      return (await note(work, { id, back, reports, at: clock.now() })) !== 'bounce'
    })
  }
}

/** `reports`: whose letters end. */
async function note(
  work: UnitOfWork,
  came: {
    readonly id: string
    readonly back: Returned
    readonly reports: readonly string[]
    readonly at: TimeUs
  },
): Promise<ReturnedBecause> {
  const { id, back, reports, at } = came
  const known = await markReturned(work, { id, error: wordsOf(back, reports), now: at })
  if (!known) return 'bounce'
  for (const report of reports) await endSubscribers(work, { report }, at)
  return reports.length === 0 ? 'returned' : 'returned_for_good'
}

/** What people read in the list of letters that did not arrive. No address. */
function wordsOf({ status, isForGood }: Returned, ended: readonly string[]): string {
  if (ended.length > 0)
    return `the letter came back (${status}); no more are sent there about this case`
  return isForGood
    ? `the letter came back (${status}) from where it was sent on to`
    : `the letter came back (${status})`
}

/**
 * The reports by the address of the letter's reader in the case it is about and in all that lies with
 * it. None when the letter failed at another address than it went to.
 */
async function sameReader(
  query: ScopedQueries,
  people: IntakeParts['people'],
  { id, back }: { readonly id: string; readonly back: Returned },
): Promise<readonly string[]> {
  const row = await query
    .selectFrom('outbox')
    .select('payload')
    .where('id', '=', id)
    .executeTakeFirst()
  const told = about.safeParse(JSON.parse(row?.payload ?? 'null'))
  if (!told.success) return []
  for (const email of new Set(back.addresses.slice(0, ADDRESSES))) {
    const said = await people.find(query, { email })
    if (!said.some((one) => one.id === told.data.report)) continue
    const ids = said.map((one) => one.id)
    return await inSameTree(query, told.data.report, ids)
  }
  return []
}

async function inSameTree(
  query: ScopedQueries,
  report: string,
  others: readonly string[],
): Promise<readonly string[]> {
  const rows = await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select('report.id')
    .where('report.id', 'in', others)
    .where('case.root', 'in', (eb) =>
      eb
        .selectFrom('report as told')
        .innerJoin('case as own', 'own.id', 'told.case')
        .select('own.root')
        .where('told.id', '=', report),
    )
    .execute()
  return rows.map((row) => row.id)
}
