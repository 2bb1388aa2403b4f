import { createHash } from 'node:crypto'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { PAGE_ROWS, type Forgets } from '../forgetting/forget-pages.ts'
import { earlier, type TimeUs } from '../domain/time.ts'
import type { IncomingLetter } from './letter.ts'
import { KNOWN, PROBLEMS } from './limits.ts'

/** How far a mailbox is read. */
export interface Cursor {
  /** Numbers of another validity mean other letters (RFC 3501, 2.3.1.1). */
  readonly uidValidity: number
  readonly lastUid: number
  /** Letters from before are not ours: the mailbox was there before us. */
  readonly since: TimeUs
}

export type LetterOutcome =
  | {
      readonly kind: 'report' | 'follow_up'
      readonly case: string
    }
  | { readonly kind: 'ignored'; readonly reason: string }

export interface LetterName {
  /** Hash of the Message-ID; of the whole letter where it has none. */
  readonly id: string
  /** Hash of the letter that began the conversation. */
  readonly thread: string
}

/** 32 hex digits. Message-IDs can name people, so only their hashes are kept. */
export function hashOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

export function nameOf(letter: IncomingLetter, source: Uint8Array): LetterName {
  const id = hashOf(letter.messageId ?? source)
  const [first] = letter.references
  return { id, thread: first === undefined ? id : hashOf(first) }
}

export async function readCursor(
  query: ScopedQueries,
  mailbox: string,
): Promise<Cursor | undefined> {
  const row = await query
    .selectFrom('mailbox')
    .selectAll()
    .where('mailbox', '=', mailbox)
    .executeTakeFirst()
  return row && { uidValidity: row.uid_validity, lastUid: row.last_uid, since: row.since }
}

/** Where reading goes on; never back within one validity. */
export async function writeCursor(
  { query, organisation }: UnitOfWork,
  mailbox: string,
  cursor: Cursor & { readonly at: TimeUs },
): Promise<void> {
  const { uidValidity, lastUid, since, at } = cursor
  const values = { uid_validity: uidValidity, last_uid: lastUid, changed_at: at }
  await query
    .insertInto('mailbox')
    .values({ organisation, mailbox, since, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'mailbox'])
        .doUpdateSet(values)
        .where((old) =>
          old.or([
            old('mailbox.uid_validity', '!=', uidValidity),
            old('mailbox.last_uid', '<', lastUid),
          ]),
        ),
    )
    .execute()
}

export async function isKnown(query: ScopedQueries, id: string): Promise<boolean> {
  const row = await query
    .selectFrom('letter')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/** Keeps what became of a letter; the same letter again changes nothing. */
export async function addLetter(
  { query, organisation }: UnitOfWork,
  letter: LetterName & {
    readonly mailbox: string
    readonly outcome: LetterOutcome
    readonly at: TimeUs
  },
): Promise<void> {
  const { id, thread, mailbox, outcome, at } = letter
  await query
    .insertInto('letter')
    .values({
      organisation,
      id,
      thread,
      mailbox,
      outcome: outcome.kind,
      reason: outcome.kind === 'ignored' ? outcome.reason : null,
      case: outcome.kind === 'ignored' ? null : outcome.case,
      received_at: at,
    })
    .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
    .execute()
}

/** The case of the conversation that the letter belongs to, whichever of its letters came first. */
export async function caseOfThread(
  query: ScopedQueries,
  name: LetterName,
  references: readonly string[],
): Promise<string | undefined> {
  const named = [name.id, ...references.map((one) => hashOf(one))]
  const row = await query
    .selectFrom('letter')
    .select('case')
    .where('case', 'is not', null)
    .where((either) =>
      either.or([
        either('id', 'in', named),
        either('thread', 'in', [name.id, name.thread]),
      ]),
    )
    .orderBy('received_at')
    .orderBy('id')
    .executeTakeFirst()
  return row?.case ?? undefined
}

/** A letter for people to look at; the newest are kept. */
export async function addProblem(
  { query, organisation }: UnitOfWork,
  problem: {
    readonly mailbox: string
    readonly uidValidity: number
    readonly uid: number
    readonly reason: string
    readonly at: TimeUs
  },
): Promise<void> {
  const { mailbox, uidValidity, uid, reason, at } = problem
  await query
    .insertInto('letter_problem')
    .values({ organisation, mailbox, uid_validity: uidValidity, uid, reason, at })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'mailbox', 'uid_validity', 'uid'])
        .doUpdateSet({ reason, at }),
    )
    .execute()
  const oldest = await query
    .selectFrom('letter_problem')
    .select('at')
    .orderBy('at', 'desc')
    .offset(PROBLEMS)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  await query.deleteFrom('letter_problem').where('at', '<=', oldest.at).execute()
}

/** Letters that nobody answers any more: `KNOWN` after they were taken. */
export const oldKnownLetters: Forgets = (database, organisation, now) => ({
  page: async () => {
    const rows = await database
      .read(organisation)
      .selectFrom('letter')
      .select('id')
      .where('received_at', '<', earlier(now, KNOWN))
      .orderBy('received_at')
      .limit(PAGE_ROWS)
      .execute()
    return rows.map(({ id }) => ({ id, isOld: true }))
  },
  forget: async ({ query }, ids) => {
    const gone = await query.deleteFrom('letter').where('id', 'in', ids).executeTakeFirst()
    return Number(gone.numDeletedRows)
  },
})
