import type { Database, ScopedQueries } from '../database/database.ts'
import { firstLetter } from '../delivery/gather.ts'
import type { Mail } from '../delivery/letter.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { language, type Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'
import type { PersonalData } from '../privacy/personal-data.ts'
import { categoryName, publicAsset, type CaseCatalogue } from './catalogue.ts'
import { followToken } from './ids.ts'
import { longTime } from './local-time.ts'
import type { Words } from './news-letter.ts'
import { mailTexts } from './texts.ts'

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

/** Who gets a letter, and which case it is that this one reported. */
export interface Follower {
  readonly subscriber: string
  readonly language: Language
  readonly email: string
  readonly report: string
  readonly number: string
  readonly category: string
  readonly asset: string | null
  readonly opened_at: TimeUs
  readonly root: string
}

/** Undefined for one who was erased, or wants no more mail, or whose case nobody may see. */
export async function followerOf(
  { personal }: Pick<RendererParts, 'personal'>,
  query: ScopedQueries,
  report: string,
): Promise<Follower | undefined> {
  const row = await query
    .selectFrom('subscriber')
    .innerJoin('case', 'case.id', 'subscriber.case')
    .innerJoin('case as root', 'root.id', 'case.root')
    .select(['subscriber.id as subscriber', 'subscriber.language', 'subscriber.report'])
    .select(['case.number', 'case.category', 'case.asset', 'case.opened_at', 'case.root'])
    .where('subscriber.report', '=', report)
    .where('subscriber.wants_updates', '=', 1)
    .where('subscriber.ended_at', 'is', null)
    .where('case.state', '<>', 'hidden')
    .where('root.state', '<>', 'hidden')
    .executeTakeFirst()
  if (row === undefined) return undefined
  const person = (await personal.read(query, [report])).get(report)
  const email = person?.email ?? null
  if (email === null) return undefined
  return { ...row, email, language: language.catch('en').parse(row.language) }
}

/** The letter with everything that stands around its words. */
export async function letterTo(
  parts: RendererParts,
  organisation: OrganisationId,
  letter: {
    readonly follower: Follower
    readonly words: Words
    /** When what it tells of happened. */
    readonly at: TimeUs
  },
): Promise<Mail> {
  const { follower, words, at } = letter
  const { language: told, number, subscriber } = follower
  const query = parts.database.read(organisation)
  const { name, timezone } = await query
    .selectFrom('organisation')
    .select(['name', 'timezone'])
    .executeTakeFirstOrThrow()
  const page = `${parts.baseUrl}/f/${followToken(parts.secret, organisation, subscriber)}`
  const replyTo = parts.replyTo?.(organisation, follower.report)
  const thread = await firstLetter(query, subscriber)
  return {
    to: follower.email,
    ...(replyTo !== undefined && { replyTo }),
    ...(thread !== undefined && { thread }),
    unsubscribe: `${page}/letters`,
    subject: `${words.subject} (${number})`,
    text: layOut(told, {
      lines: words.lines,
      about: aboutLine(await parts.catalogue(organisation), follower),
      number,
      link: `${page}?lang=${told}`,
      when: longTime(at, { timezone, language: told }),
      from: name,
      answered: replyTo !== undefined,
    }),
  }
}

function aboutLine(catalogue: CaseCatalogue, follower: Follower): string {
  const { category, asset, language: told } = follower
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
  readonly answered: boolean
}

function layOut(told: Language, mail: Parts): string {
  const { about, number, follow, reply, noReply, stop } = mailTexts[told]
  return [
    ...mail.lines.filter((line) => line !== ''),
    '',
    `${about}: ${mail.about}`,
    `${number}: ${mail.number}`,
    mail.when,
    '',
    `${follow}: ${mail.link}`,
    stop,
    '',
    mail.from,
    mail.answered ? reply : noReply,
    '',
  ].join('\n')
}
