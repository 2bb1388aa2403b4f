import { z } from 'zod'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { language, type Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Renderer } from '../delivery/deliver.ts'
import type { PersonalData } from '../privacy/personal-data.ts'
import { categoryName, publicAsset, type CaseCatalogue } from './catalogue.ts'
import { readEvents, type StoredEvent } from './events.ts'
import { followToken } from './ids.ts'
import { longTime } from './local-time.ts'
import type { MailKind } from './mails.ts'
import { mailTexts, reasonTexts, stateNames } from './texts.ts'
import { foundBySensor } from './tree.ts'
import { caseState } from './views.ts'

export interface RendererParts {
  readonly database: Database
  /** Where citizens reach the service, without a slash at the end: `https://fel.lysekil.se`. */
  readonly baseUrl: string
  /** The secret the follow links were made with. */
  readonly secret: Uint8Array
  readonly catalogue: (organisation: OrganisationId) => Promise<CaseCatalogue>
  readonly personal: Pick<PersonalData, 'read'>
  /** Where answers to a letter about this report go; left out: nowhere. */
  readonly replyTo?: (organisation: OrganisationId, report: string) => string | undefined
}

const payload = z.object({ case: z.string(), report: z.string(), event: z.string() })

/** Writes the mails of cases when they are sent, in the language of the person who gets them. */
export function createCaseRenderers(parts: RendererParts): Record<MailKind, Renderer> {
  return {
    'mail.case_received': renderer(parts, ({ language }) => {
      const { subject, body } = mailTexts[language].received
      return { subject, lines: [body] }
    }),
    'mail.case_known': renderer(parts, ({ language, since, bySensor }) => {
      const { known } = mailTexts[language]
      const fact = bySensor ? known.bySensor(since) : known.reported(since)
      return { subject: known.subject, lines: [fact, known.body] }
    }),
    'mail.case_changed': renderer(parts, ({ language, event }) => {
      const { changed } = mailTexts[language]
      const state = caseState.parse(event.data.to)
      const asked = state === 'waiting_reporter' ? changed.answer : ''
      return {
        subject: changed.subject,
        lines: [changed.body(stateNames[language][state]), event.data.text ?? '', asked],
      }
    }),
    'mail.case_closed': renderer(parts, ({ language, event }) => {
      const reason = event.data.reason
      return {
        subject: mailTexts[language].closed.subject,
        lines: [
          reason === undefined ? '' : reasonTexts[language][reason],
          event.data.text ?? '',
        ],
      }
    }),
    'mail.case_said': renderer(parts, ({ language, event }) => {
      const { said } = mailTexts[language]
      return { subject: said.subject, lines: [event.data.text ?? ''] }
    }),
    'mail.case_merged': renderer(parts, ({ language }) => {
      const { merged } = mailTexts[language]
      return { subject: merged.subject, lines: [merged.body] }
    }),
  }
}

/** What the words of one mail may depend on. */
interface Facts {
  readonly language: Language
  readonly event: StoredEvent
  /** When the case was opened, in words. */
  readonly since: string
  readonly bySensor: boolean
}

interface Words {
  readonly subject: string
  /** Empty ones are left out. */
  readonly lines: readonly string[]
}

function renderer(parts: RendererParts, words: (facts: Facts) => Words): Renderer {
  return async (organisation, raw) => {
    const ids = payload.parse(raw)
    const query = parts.database.read(organisation)
    const follower = await followerOf(parts, query, ids.report)
    if (follower === undefined) return undefined
    const event = await eventFor(query, ids)
    if (event === undefined) return undefined
    const told = mailLanguage(follower.language)
    const { name, timezone } = await query
      .selectFrom('organisation')
      .select(['name', 'timezone'])
      .executeTakeFirstOrThrow()
    const { subject, lines } = words({
      language: told,
      event,
      since: longTime(follower.opened_at, { timezone, language: told }),
      bySensor: await foundBySensor(query, follower.root),
    })
    const token = followToken(parts.secret, organisation, follower.subscriber)
    const about = aboutLine(await parts.catalogue(organisation), follower, told)
    const replyTo = parts.replyTo?.(organisation, ids.report)
    return {
      to: follower.email,
      ...(replyTo !== undefined && { replyTo }),
      subject: `${subject} (${follower.number})`,
      text: layOut(told, {
        lines,
        about,
        number: follower.number,
        link: `${parts.baseUrl}/f/${token}?lang=${told}`,
        when: longTime(event.at, { timezone, language: told }),
        from: name,
      }),
    }
  }
}

interface Follower {
  readonly subscriber: string
  readonly language: string
  readonly email: string
  readonly number: string
  readonly category: string
  readonly asset: string | null
  readonly opened_at: TimeUs
  readonly root: string
}

/** The event a mail is about, unless followers are not told of it. */
async function eventFor(
  query: ScopedQueries,
  ids: z.infer<typeof payload>,
): Promise<StoredEvent | undefined> {
  const events = await readEvents(query, ids.case, { publicOnly: false, limit: 500 })
  return events.find(
    ({ id, visibility, data }) =>
      id === ids.event && (visibility === 'public' || data.followers === true),
  )
}

/** Undefined for one who was erased, or wants no more mail. */
async function followerOf(
  { personal }: Pick<RendererParts, 'personal'>,
  query: ScopedQueries,
  report: string,
): Promise<Follower | undefined> {
  const row = await query
    .selectFrom('subscriber')
    .innerJoin('case', 'case.id', 'subscriber.case')
    .select(['subscriber.id as subscriber', 'subscriber.language'])
    .select(['case.number', 'case.category', 'case.asset', 'case.opened_at', 'case.root'])
    .where('subscriber.report', '=', report)
    .where('subscriber.wants_updates', '=', 1)
    .where('subscriber.ended_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const person = (await personal.read(query, [report])).get(report)
  const email = person?.email ?? null
  return email === null ? undefined : { ...row, email }
}

function mailLanguage(stored: string): Language {
  const known = language.safeParse(stored)
  return known.success ? known.data : 'en'
}

function aboutLine(
  catalogue: CaseCatalogue,
  { category, asset }: Follower,
  told: Language,
): string {
  const what = categoryName(catalogue, category)[told]
  const where = asset === null ? undefined : publicAsset(catalogue, asset)?.name
  return where === undefined ? what : `${what}, ${where}`
}

interface Parts {
  readonly lines: readonly string[]
  readonly about: string
  readonly number: string
  readonly link: string
  readonly when: string
  readonly from: string
}

function layOut(told: Language, mail: Parts): string {
  const { about, number, follow, noReply } = mailTexts[told]
  return [
    ...mail.lines.filter((line) => line !== ''),
    '',
    `${about}: ${mail.about}`,
    `${number}: ${mail.number}`,
    mail.when,
    '',
    `${follow}: ${mail.link}`,
    '',
    mail.from,
    noReply,
    '',
  ].join('\n')
}
