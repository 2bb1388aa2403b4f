import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import type { Renderer } from '../delivery/deliver.ts'
import { nextSequence } from '../delivery/gather.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { automaticTexts } from './automatic-text.ts'
import { caseRow, type CaseRow } from './case-row.ts'
import type { CaseCatalogue } from './catalogue.ts'
import { storedEvent, type StoredEvent } from './events.ts'
import { followerOf, letterTo, type Follower, type RendererParts } from './letter-parts.ts'
import { longTime } from './local-time.ts'
import { isNewsTo, newsKinds, type MailKind } from './mails.ts'
import { newsWords, TOLD_AT_MOST, type Words } from './news-letter.ts'
import { mailTexts } from './texts.ts'
import { foundBySensor } from './tree.ts'

/** Writes the mails of cases when they are sent, in the language of the person who gets them. */
export function createCaseRenderers(parts: RendererParts): Record<MailKind, Renderer> {
  return {
    'mail.case_received': receipt(parts, async ({ follower }, own) => {
      const { subject, body } = mailTexts[follower.language].received
      return { subject, lines: [own ?? body] }
    }),
    'mail.case_known': receipt(parts, async ({ follower, query, timezone }, own) => {
      const { known } = mailTexts[follower.language]
      const since = longTime(follower.opened_at, { timezone, language: follower.language })
      const bySensor = await foundBySensor(query, follower.root)
      const fact = bySensor ? known.bySensor(since) : known.reported(since)
      return { subject: known.subject, lines: [fact, own ?? '', known.body] }
    }),
    'mail.case_news': (organisation, raw) => newsLetter(parts, organisation, raw),
  }
}

const receiptPayload = z.object({ case: z.string(), report: z.string(), event: z.string() })

interface ReceiptFacts {
  readonly query: ScopedQueries
  readonly follower: Follower
  readonly timezone: string
}

/** Says that a report came in. */
function receipt(
  parts: RendererParts,
  words: (facts: ReceiptFacts, own: string | undefined) => Promise<Words>,
): Renderer {
  return async (organisation, raw) => {
    const ids = receiptPayload.parse(raw)
    const query = parts.database.read(organisation)
    const follower = await followerOf(parts, query, ids.report)
    const event = await query
      .selectFrom('case_event')
      .select('at')
      .where('id', '=', ids.event)
      .executeTakeFirst()
    if (follower === undefined || event === undefined) return undefined
    const facts = { query, follower, timezone: await zoneOf(query) }
    const own = await ownWords(query, await parts.catalogue(organisation), {
      case: ids.case,
      follower,
      of: { state: 'received', reason: null },
    })
    const written = await words(facts, own)
    return letterTo(parts, organisation, { follower, words: written, at: event.at })
  }
}

const newsPayload = z.object({ case: z.string(), report: z.string(), from: z.int() })

/** Everything that happened from one event on until the next letter begins. */
async function newsLetter(
  parts: RendererParts,
  organisation: OrganisationId,
  raw: unknown,
): ReturnType<Renderer> {
  const { case: about, report, from } = newsPayload.parse(raw)
  const query = parts.database.read(organisation)
  const follower = await followerOf(parts, query, report)
  if (follower === undefined) return undefined
  const found = await untoldEvents(query, { about, receiver: follower.subscriber, from })
  const events = found.filter((event) => isNewsTo(event, report))
  const newest = events.at(-1)
  if (newest === undefined) return undefined
  const words = newsWords({
    events,
    more: found.length === READ_AT_MOST,
    language: follower.language,
    timezone: await zoneOf(query),
    numbers: await numbersOf(query, events),
    own: await ownNews(query, await parts.catalogue(organisation), {
      case: about,
      follower,
      events,
    }),
  })
  return words && letterTo(parts, organisation, { follower, words, at: newest.at })
}

/** Events that are read for one letter, more than it tells of. */
const READ_AT_MOST = 5 * TOLD_AT_MOST

/**
 * Events of the case from `from` on until the next letter to this receiver begins, the newest of
 * them, oldest first. An event that a new letter begins with is committed together with that letter:
 * so where none was there before the events are read, one looks again afterwards.
 */
async function untoldEvents(
  query: ScopedQueries,
  {
    about,
    receiver,
    from,
  }: { readonly about: string; readonly receiver: string; readonly from: number },
): Promise<readonly StoredEvent[]> {
  const of = { receiver, case: about, sequence: from }
  const before = await nextSequence(query, of)
  const rows = await query
    .selectFrom('case_event')
    .selectAll()
    .where('case', '=', about)
    .where('kind', 'in', newsKinds)
    .where('sequence', '>=', from)
    .where('sequence', '<', before ?? Number.MAX_SAFE_INTEGER)
    .orderBy('sequence', 'desc')
    .limit(READ_AT_MOST)
    .execute()
  const after = before ?? (await nextSequence(query, of)) ?? Number.MAX_SAFE_INTEGER
  return rows
    .filter(({ sequence }) => sequence < after)
    .map(storedEvent)
    .toReversed()
}

async function ownNews(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  of: {
    readonly case: string
    readonly follower: Follower
    readonly events: readonly StoredEvent[]
  },
): Promise<string | undefined> {
  const last = of.events.findLast(({ kind }) => kind !== 'said')
  const state = last?.data.to
  if (last?.kind !== 'moved' || state === undefined) return undefined
  return await ownWords(query, catalogue, {
    ...of,
    of: { state, reason: last.data.reason ?? null },
  })
}

/** What the organisation says in its own words when a case comes into a state. */
async function ownWords(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  asked: {
    readonly case: string
    readonly follower: Follower
    readonly of: {
      readonly state: CaseRow['state']
      readonly reason: CaseRow['closing_reason']
    }
  },
): Promise<string | undefined> {
  const stored = await query
    .selectFrom('case')
    .selectAll()
    .where('id', '=', asked.case)
    .executeTakeFirstOrThrow()
  const { language } = asked.follower
  const texts = await automaticTexts(query, catalogue, {
    row: caseRow(stored),
    languages: [language],
    of: asked.of,
    medium: 'mail',
  })
  return texts[language]
}

async function zoneOf(query: ScopedQueries): Promise<string> {
  const { timezone } = await query
    .selectFrom('organisation')
    .select('timezone')
    .executeTakeFirstOrThrow()
  return timezone
}

/** Numbers of the other cases that events name. */
async function numbersOf(
  query: ScopedQueries,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(events.flatMap(({ data: { into } }) => into ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await query
    .selectFrom('case')
    .select(['id', 'number'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map(({ id, number }) => [id, number]))
}
