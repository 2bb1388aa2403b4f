import type { UnitOfWork } from '../database/database.ts'
import { endOtherLetters, gather, tellNow, type Enqueue } from '../delivery/gather.ts'
import type { CaseListener, CaseNews } from './news.ts'

/** Everything that happened since the last letter. */
const NEWS = 'mail.case_news'

export const mailKinds = ['mail.case_received', 'mail.case_known', NEWS] as const
export type MailKind = (typeof mailKinds)[number]

/** Puts something into the outbox in the same transaction; the same id twice is one. */
export type EnqueueMail = Enqueue

/** One change of a case is mailed to at most so many subscribers; the rest have the follow page. */
const MAILS_PER_CHANGE_MAX = 5_000

/** Who is told of an event: one report's follower at once, or all (but one) in their next letter. */
type EventMail =
  | { readonly kind: Exclude<MailKind, typeof NEWS>; readonly only: string }
  | { readonly kind: typeof NEWS; readonly except?: string }

type Told = Pick<CaseNews, 'visibility' | 'data'> & { readonly kind: string }

const publicMails: Readonly<
  Record<string, (data: CaseNews['data']) => EventMail | undefined>
> = {
  opened: ({ report }) => toReporter('mail.case_received', report),
  report_joined: ({ report }) => toReporter('mail.case_known', report),
  // Whoever moved it by reporting was told of that already.
  moved: ({ report }) => ({ kind: NEWS, ...(report !== undefined && { except: report }) }),
  said: () => ({ kind: NEWS }),
  merged: () => ({ kind: NEWS }),
  unmerged: () => ({ kind: NEWS }),
}

/** Kinds of events that letters of news may tell of. */
export const newsKinds = ['moved', 'said', 'merged', 'unmerged'] as const

function toReporter(
  kind: Exclude<MailKind, typeof NEWS>,
  only: string | undefined,
): EventMail | undefined {
  return only === undefined ? undefined : { kind, only }
}

/** What is mailed of an event, and to whom; undefined for nothing and nobody. Pure. */
export function mailOf({ kind, visibility, data }: Told): EventMail | undefined {
  if (kind === 'said' && data.followers === true) return { kind: NEWS }
  if (visibility !== 'public') return undefined
  return Object.hasOwn(publicMails, kind) ? publicMails[kind]?.(data) : undefined
}

/** Is this event news to the follower with this report? Pure. */
export function isNewsTo(event: Told, report: string): boolean {
  const mail = mailOf(event)
  return mail !== undefined && !('only' in mail) && mail.except !== report
}

/**
 * Sees to it that those are told who follow the case, or one that was merged into it, and want
 * mail: what came in is confirmed at once, everything else is gathered, so that nobody hears more
 * often than once in ten minutes.
 */
export function mailsOf(enqueue: EnqueueMail): CaseListener {
  return async (work, news) => {
    const mail = mailOf(news)
    if (mail === undefined) return
    const followers = await followersOf(work, news.case, mail)
    if (followers.length === 0) return
    const sequence = await sequenceOf(work, news.event)
    const { case: about, event, at } = news
    const told = { kind: mail.kind, case: about, sequence, at }
    const now = 'only' in mail
    if (news.kind === 'unmerged') {
      const left = followers.map(({ id }) => id)
      await endOtherLetters(work, { receivers: left, stays: about, at })
    }
    const receivers = followers.map(({ id, report }) => ({
      id,
      payload: now
        ? { case: about, report, event }
        : { case: about, report, from: sequence },
    }))
    await (now ? tellNow : gather)(work, enqueue, { ...told, receivers })
  }
}

async function followersOf(
  work: UnitOfWork,
  root: string,
  mail: EventMail,
): Promise<readonly { readonly id: string; readonly report: string }[]> {
  let followers = work.query
    .selectFrom('subscriber')
    .innerJoin('case', 'case.id', 'subscriber.case')
    .select(['subscriber.id', 'subscriber.report'])
    .where('case.root', '=', root)
    .where('subscriber.wants_updates', '=', 1)
    .where('subscriber.ended_at', 'is', null)
    .where('subscriber.channel', '=', 'mail')
    .orderBy('subscriber.created_at')
    .limit(MAILS_PER_CHANGE_MAX)
  if ('only' in mail) followers = followers.where('subscriber.report', '=', mail.only)
  else if (mail.except !== undefined)
    followers = followers.where('subscriber.report', '<>', mail.except)
  return await followers.execute()
}

async function sequenceOf(work: UnitOfWork, event: string): Promise<number> {
  const { sequence } = await work.query
    .selectFrom('case_event')
    .select('sequence')
    .where('id', '=', event)
    .executeTakeFirstOrThrow()
  return sequence
}
