import { z } from 'zod'
import { categoryName, type CaseCatalogue } from '../cases/catalogue.ts'
import { longTime } from '../cases/local-time.ts'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { language, type Language } from '../domain/language.ts'
import type { ClockReading } from './clocks.ts'
import { standing } from './keep.ts'
import { DEADLINE_MAIL, type DeadlineCatalogue } from './parts.ts'
import { readHistory } from './read-history.ts'
import { deadlineTexts } from './texts.ts'

export interface DeadlineRendererParts {
  readonly database: Database
  readonly clock: Clock
  readonly catalogue: (
    organisation: OrganisationId,
  ) => Promise<
    DeadlineCatalogue & CaseCatalogue & { readonly languages: readonly Language[] }
  >
  /** Where people reach the console, without a slash at the end. */
  readonly baseUrl: string
}

const payload = z.object({
  case: z.string(),
  event: z.string(),
  person: z.string().optional(),
  unit: z.string().optional(),
})

interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Writes a letter when it is sent; undefined when there is nothing to tell any more, or nobody. */
type Render = (organisation: OrganisationId, raw: unknown) => Promise<Mail | undefined>

/** Writes the letters about deadlines. What the case is about stands in them, and nothing of people. */
export function createDeadlineRenderers(
  parts: DeadlineRendererParts,
): Record<typeof DEADLINE_MAIL, Render> {
  return { [DEADLINE_MAIL]: (organisation, raw) => render(parts, organisation, raw) }
}

async function render(
  { database, clock, catalogue, baseUrl }: DeadlineRendererParts,
  organisation: OrganisationId,
  raw: unknown,
): Promise<Mail | undefined> {
  const ids = payload.parse(raw)
  const known = await catalogue(organisation)
  const query = database.read(organisation)
  const row = await query
    .selectFrom('case')
    .select(['id', 'number', 'category', 'asset', 'priority'])
    .where('id', '=', ids.case)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  const receiver = await receiverOf(query, known, ids)
  const history = await readHistory(query, ids.case)
  const step = await stepOf(query, ids.event)
  if (row === undefined || receiver === undefined || history === undefined) return undefined
  const { readings } = standing(known, row, history, clock.now())
  const reading = readings.findLast(
    ({ clock: name, level }) => name === step?.clock && level === step.level,
  )
  if (reading === undefined || reading.state === 'met') return undefined
  const about = [
    categoryName(known, row.category)[receiver.language],
    row.asset === null ? undefined : known.assets.get(row.asset)?.name,
  ]
  const link = `${baseUrl}/console/cases/${encodeURIComponent(row.id)}`
  return {
    to: receiver.to,
    ...words(reading, {
      number: row.number,
      about,
      link,
      known,
      language: receiver.language,
    }),
  }
}

function words(
  { clock, level, due, breachedAt }: ClockReading,
  told: {
    readonly number: string
    readonly about: readonly (string | undefined)[]
    readonly link: string
    readonly known: Pick<DeadlineCatalogue, 'serviceLevels' | 'zone'>
    readonly language: Language
  },
): Pick<Mail, 'subject' | 'text'> {
  const { known, language: spoken } = told
  const texts = deadlineTexts[spoken]
  const time =
    due === null ? null : longTime(due, { timezone: known.zone, language: spoken })
  const name = known.serviceLevels.get(level)?.name ?? level
  const lines = [
    told.about.filter((part) => part !== undefined).join(', '),
    `${texts.clocks[clock]}.${time === null ? '' : ` ${texts.due(time)}.`}`,
    `${texts.level}: ${name}`,
    '',
    `${texts.open}: ${told.link}`,
    '',
  ]
  return {
    subject: breachedAt === null ? texts.near(told.number) : texts.passed(told.number),
    text: lines.join('\n'),
  }
}

async function stepOf(
  query: ScopedQueries,
  event: string,
): Promise<{ readonly clock: string; readonly level: string } | undefined> {
  const row = await query
    .selectFrom('case_event')
    .select('data')
    .where('id', '=', event)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { clock, reference } = told.parse(JSON.parse(row.data))
  return { clock, level: reference }
}

const told = z.object({ clock: z.string(), reference: z.string() })

async function receiverOf(
  query: ScopedQueries,
  { units, languages }: DeadlineCatalogue & { readonly languages: readonly Language[] },
  { person, unit }: z.infer<typeof payload>,
): Promise<{ readonly to: string; readonly language: Language } | undefined> {
  if (unit !== undefined) {
    const email = units.get(unit)?.email
    return email === undefined ? undefined : { to: email, language: languages[0] ?? 'en' }
  }
  const user = await query
    .selectFrom('user')
    .select(['email', 'language'])
    .where('id', '=', person ?? '')
    .where('disabled', '=', 0)
    .executeTakeFirst()
  return user && { to: user.email, language: language.catch('en').parse(user.language) }
}
