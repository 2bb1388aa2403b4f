import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { derivedId } from './ids.ts'

export const mailKinds = [
  'mail.case_received',
  'mail.case_known',
  'mail.case_changed',
  'mail.case_closed',
] as const
export type MailKind = (typeof mailKinds)[number]

/** Ids only: words, address and language are looked up when the mail is sent. */
interface MailPayload {
  readonly case: string
  readonly report: string
  readonly event: string
}

/** Puts something into the outbox in the same transaction; the same id twice is one. */
export type EnqueueMail = (
  work: UnitOfWork,
  mail: {
    readonly id: string
    readonly kind: MailKind
    readonly payload: MailPayload
    readonly dueAt: TimeUs
  },
) => Promise<void>

/** One change of a case is mailed to at most so many subscribers; the rest have the follow page. */
const MAILS_PER_CHANGE_MAX = 5_000

export interface Mailing {
  readonly kind: MailKind
  readonly case: string
  readonly event: string
  readonly at: TimeUs
  /** Left out: everyone who follows the case. */
  readonly report?: string
}

/** Queues a mail for those who gave an address and want updates. */
export async function mailFollowers(
  work: UnitOfWork,
  enqueue: EnqueueMail | undefined,
  mailing: Mailing,
): Promise<void> {
  if (enqueue === undefined) return
  let followers = work.query
    .selectFrom('subscriber')
    .innerJoin('report_person', 'report_person.report', 'subscriber.report')
    .select('subscriber.report')
    .where('subscriber.case', '=', mailing.case)
    .where('subscriber.wants_updates', '=', 1)
    .where('report_person.email', 'is not', null)
    .orderBy('subscriber.created_at')
    .limit(MAILS_PER_CHANGE_MAX)
  if (mailing.report !== undefined) {
    followers = followers.where('subscriber.report', '=', mailing.report)
  }
  for (const { report } of await followers.execute()) {
    await enqueue(work, {
      id: derivedId('mail', mailing.kind, mailing.event, report),
      kind: mailing.kind,
      payload: { case: mailing.case, report, event: mailing.event },
      dueAt: mailing.at,
    })
  }
}
