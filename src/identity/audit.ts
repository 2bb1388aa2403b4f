import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'

/** Something that must be answered for later. Ids only: never a name, an address or a text of a person. */
export interface AuditEntry {
  readonly at: TimeUs
  /** From `actorName`. */
  readonly actor: string
  /** What was done, as `case.person.read`. */
  readonly action: string
  /** Id of what it was done to. */
  readonly subject: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

/** Adds an entry to the organisation's audit log, in the transaction of what it tells of. */
export async function writeAudit(work: UnitOfWork, entry: AuditEntry): Promise<void> {
  const last = await work.query
    .selectFrom('audit')
    .select(({ fn }) => fn.max('number').as('number'))
    .executeTakeFirst()
  await work.query
    .insertInto('audit')
    .values({
      organisation: work.organisation,
      number: (last?.number ?? 0) + 1,
      at: entry.at,
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute()
}
