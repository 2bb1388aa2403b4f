import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { language, type Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Renderer } from '../delivery/deliver.ts'
import { categoryName, publicAsset, type CaseCatalogue } from './catalogue.ts'
import { foundBySensor } from './change.ts'
import { readEvents, type StoredEvent } from './events.ts'
import { followToken } from './ids.ts'
import { longTime } from './local-time.ts'
import type { MailKind } from './mails.ts'
import { mailTexts, reasonTexts, stateNames } from './texts.ts'
import { caseState } from './views.ts'

export interface RendererParts {
  readonly database: Database
  /** Where citizens reach the service, without a slash at the end: `https://fel.lysekil.se`. */
  readonly baseUrl: string
  /** The secret the follow links were made with. */
  readonly secret: Uint8Array
  readonly catalogue: (organisation: OrganisationId) => Promise<CaseCatalogue>
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
      return {
        subject: changed.subject,
        lines: [changed.body(stateNames[language][state]), event.data.text ?? ''],
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
    const follower = await followerOf(query, ids.report)
    if (follower === undefined) return undefined
    const events = await readEvents(query, ids.case, { publicOnly: true, limit: 500 })
    const event = events.find(({ id }) => id === ids.event)
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
      bySensor: await foundBySensor(query, ids.case),
    })
    const token = followToken(parts.secret, organisation, follower.subscriber)
    const about = aboutLine(await parts.catalogue(organisation), follower, told)
    return {
      to: follower.email,
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
}

async function followerOf(
  query: ReturnType<Database['read']>,
  report: string,
): Promise<Follower | undefined> {
  const row = await query
    .selectFrom('subscriber')
    .innerJoin('report_person', 'report_person.report', 'subscriber.report')
    .innerJoin('case', 'case.id', 'subscriber.case')
    .select(['subscriber.id as subscriber', 'subscriber.language', 'report_person.email'])
    .select(['case.number', 'case.category', 'case.asset', 'case.opened_at'])
    .where('subscriber.report', '=', report)
    .where('subscriber.wants_updates', '=', 1)
    .executeTakeFirst()
  return row === undefined || row.email === null ? undefined : { ...row, email: row.email }
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
