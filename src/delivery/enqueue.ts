import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'

/** Characters of a payload; ids need no more. */
export const LONGEST_PAYLOAD = 4_000

/** What shall leave the house once the transaction is committed. */
export interface OutboxRow {
  /** Derived, not random: letters, digits, `_` and `-`, at most 128. */
  readonly id: string
  /** Which renderer writes it. */
  readonly kind: string
  /** Ids only, never personal data: the text and the address are looked up when it is sent. */
  readonly payload: object
  /** Not before this. */
  readonly dueAt: TimeUs
}

/** Rows of one statement; SQLite takes 32,766 values. */
const ROWS_AT_ONCE = 1_000

/** Puts rows into the outbox in the caller's transaction; the same id twice is one row. */
export async function enqueue(
  { organisation, query }: UnitOfWork,
  ...rows: readonly OutboxRow[]
): Promise<void> {
  const values = rows.map(({ id, kind, payload, dueAt }) => {
    const text = JSON.stringify(payload)
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(id))
      throw new Error(`not an id for the outbox: ${id}`)
    if (text.length > LONGEST_PAYLOAD) throw new Error(`the payload of ${id} is too long`)
    return {
      organisation,
      id,
      kind,
      payload: text,
      due_at: dueAt,
      attempts: 0,
      leased_until: null,
      delivered_at: null,
      failed_at: null,
      error: null,
    }
  })
  for (let from = 0; from < values.length; from += ROWS_AT_ONCE) {
    await query
      .insertInto('outbox')
      .values(values.slice(from, from + ROWS_AT_ONCE))
      .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
      .execute()
  }
}
