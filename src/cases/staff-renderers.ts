import type { z } from 'zod'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { Renderer } from '../delivery/deliver.ts'
import type { Mail } from '../delivery/letter.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { language, type Language } from '../domain/language.ts'
import { categoryName, type CaseCatalogue } from './catalogue.ts'
import {
  STAFF_MAIL,
  staffPayload,
  type StaffItem,
  type StaffReceiver,
} from './staff-letters.ts'
import { staffTexts } from './staff-texts.ts'

export interface StaffRendererParts {
  readonly database: Database
  readonly catalogue: (
    organisation: OrganisationId,
  ) => Promise<CaseCatalogue & { readonly languages: readonly Language[] }>
  /** Where people reach the console, without a slash at the end. */
  readonly baseUrl: string
  /** Writes what is said of one deadline; undefined when there is nothing to say any more. */
  readonly deadline: Renderer
  /** Left out: nothing is ordered. */
  readonly orders?: OrderLines
}

/** How far work orders have come, a line each, of those of these events that are still news to the receiver. */
export type OrderLines = (
  organisation: OrganisationId,
  asked: {
    readonly items: readonly Pick<StaffItem, 'case' | 'event' | 'for'>[]
    readonly to: StaffReceiver
    readonly language: Language
  },
) => Promise<readonly string[]>

/** Writes the letters to staff when they are sent: what is done by then is left out. */
export function createStaffRenderers(
  parts: StaffRendererParts,
): Record<typeof STAFF_MAIL, Renderer> {
  return { [STAFF_MAIL]: (organisation, raw) => render(parts, organisation, raw) }
}

async function render(
  parts: StaffRendererParts,
  organisation: OrganisationId,
  raw: unknown,
): Promise<Mail | undefined> {
  const { person, unit, items, more } = staffPayload.parse(raw)
  const known = await parts.catalogue(organisation)
  const query = parts.database.read(organisation)
  const to =
    person === undefined ? ofUnit(known, unit ?? '') : await ofPerson(query, person)
  if (to === undefined) return undefined
  const given = await givenTo(query, person, items)
  const late = await lateOnes(parts, organisation, { person, unit, items })
  const ordered = items.filter(({ kind }) => kind === 'order')
  const orders =
    (await parts.orders?.(organisation, {
      items: ordered,
      to: person === undefined ? { unit: unit ?? '' } : { person },
      language: to.language,
    })) ?? []
  const [only] = late
  const others = given.length + orders.length
  if (only !== undefined && late.length === 1 && others + more === 0) return only
  if (others + late.length === 0) return undefined
  const lines = given.map((row) =>
    caseLine(row, known, { baseUrl: parts.baseUrl, language: to.language }),
  )
  return { to: to.email, ...layOut(to.language, { lines, late, orders, more }) }
}

/** What is said of the deadlines that are still to be kept. */
async function lateOnes(
  { deadline }: StaffRendererParts,
  organisation: OrganisationId,
  { person, unit, items }: Omit<z.infer<typeof staffPayload>, 'more'>,
): Promise<readonly Mail[]> {
  const late: Mail[] = []
  for (const { kind, ...of } of items) {
    if (kind !== 'deadline') continue
    const mail = await deadline(organisation, { ...of, person, unit })
    if (mail !== undefined) late.push(mail)
  }
  return late
}

function layOut(
  told: Language,
  {
    lines,
    late,
    orders,
    more,
  }: {
    readonly lines: readonly string[]
    readonly late: readonly Mail[]
    readonly orders: readonly string[]
    readonly more: number
  },
): Pick<Mail, 'subject' | 'text'> {
  const texts = staffTexts[told]
  const others = lines.length + late.length
  return {
    subject:
      others === 0
        ? texts.orderSubject(orders.length + more)
        : texts.subject(others + orders.length + more),
    text: [
      ...(lines.length === 0 ? [] : [`${texts.given}:`, ...lines, '']),
      ...(orders.length === 0 ? [] : [`${texts.orders}:`, ...orders, '']),
      ...late.flatMap(({ subject, text }) => [subject, text]),
      more === 0 ? '' : texts.more(more),
      '',
    ].join('\n'),
  }
}

interface GivenCase {
  readonly id: string
  readonly number: string
  readonly category: string
  readonly asset: string | null
}

/** Cases that this person was given and still has. */
async function givenTo(
  query: ScopedQueries,
  person: string | undefined,
  items: readonly StaffItem[],
): Promise<readonly GivenCase[]> {
  const ids = items.flatMap((one) => (one.kind === 'assigned' ? [one.case] : []))
  if (person === undefined || ids.length === 0) return []
  return await query
    .selectFrom('case')
    .select(['id', 'number', 'category', 'asset'])
    .where('id', 'in', ids)
    .where('assignee', '=', person)
    .where('closed_at', 'is', null)
    .orderBy('number')
    .execute()
}

function caseLine(
  { id, number, category, asset }: GivenCase,
  catalogue: CaseCatalogue,
  { baseUrl, language: told }: { readonly baseUrl: string; readonly language: Language },
): string {
  const what = categoryName(catalogue, category)[told]
  const where = asset === null ? undefined : catalogue.assets.get(asset)?.name
  const about = where === undefined ? what : `${what}, ${where}`
  return `${number} ${about}\n  ${baseUrl}/console/cases/${encodeURIComponent(id)}`
}

interface Address {
  readonly email: string
  readonly language: Language
}

function ofUnit(
  { units, languages }: CaseCatalogue & { readonly languages: readonly Language[] },
  unit: string,
): Address | undefined {
  const email = units.get(unit)?.email
  return email === undefined ? undefined : { email, language: languages[0] ?? 'en' }
}

async function ofPerson(
  query: ScopedQueries,
  person: string,
): Promise<Address | undefined> {
  const user = await query
    .selectFrom('user')
    .select(['email', 'language'])
    .where('id', '=', person)
    .where('disabled', '=', 0)
    .executeTakeFirst()
  return user && { email: user.email, language: language.catch('en').parse(user.language) }
}
