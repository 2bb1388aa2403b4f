import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { derivedId } from '../database/derived-id.ts'
import type { CaseListener, CaseNews } from './news.ts'

export const mailKinds = [
  'mail.case_received',
  'mail.case_known',
  'mail.case_changed',
  'mail.case_closed',
  'mail.case_said',
  'mail.case_merged',
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

/** A mail of an event: to all who follow, to one report's follower alone, or to all but that one. */
interface EventMail {
  readonly kind: MailKind
  readonly only?: string
  readonly except?: string
}

type Told = Pick<CaseNews, 'kind' | 'visibility' | 'data'>

const publicMails: Readonly<
  Partial<Record<CaseNews['kind'], (data: CaseNews['data']) => EventMail | undefined>>
> = {
  opened: ({ report }) => toReporter('mail.case_received', report),
  report_joined: ({ report }) => toReporter('mail.case_known', report),
  // Whoever moved it by reporting was told of that already.
  moved: ({ to, report }) => ({
    kind: to === 'closed' ? 'mail.case_closed' : 'mail.case_changed',
    ...(report !== undefined && { except: report }),
  }),
  said: () => ({ kind: 'mail.case_said' }),
  merged: () => ({ kind: 'mail.case_merged' }),
  unmerged: () => ({ kind: 'mail.case_changed' }),
}

function toReporter(kind: MailKind, only: string | undefined): EventMail | undefined {
  return only === undefined ? undefined : { kind, only }
}

/** What is mailed of an event, and to whom; undefined for nothing and nobody. Pure. */
export function mailOf({ kind, visibility, data }: Told): EventMail | undefined {
  if (kind === 'said' && data.followers === true) return { kind: 'mail.case_said' }
  return visibility === 'public' ? publicMails[kind]?.(data) : undefined
}

/** Queues mails for those who follow the case, or one that was merged into it, and want them. */
export function mailsOf(enqueue: EnqueueMail): CaseListener {
  return async (work, news) => {
    const mail = mailOf(news)
    if (mail === undefined) return
    let followers = work.query
      .selectFrom('subscriber')
      .innerJoin('case', 'case.id', 'subscriber.case')
      .select('subscriber.report')
      .where('case.root', '=', news.case)
      .where('subscriber.wants_updates', '=', 1)
      .where('subscriber.ended_at', 'is', null)
      .where('subscriber.channel', '=', 'mail')
      .orderBy('subscriber.created_at')
      .limit(MAILS_PER_CHANGE_MAX)
    if (mail.only !== undefined) {
      followers = followers.where('subscriber.report', '=', mail.only)
    }
    for (const { report } of await followers.execute()) {
      if (report === mail.except) continue
      await enqueue(work, {
        id: derivedId('mail', mail.kind, news.event, report),
        kind: mail.kind,
        payload: { case: news.case, report, event: news.event },
        dueAt: news.at,
      })
    }
  }
}
