import { z } from 'zod'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { timeUs, toIso } from '../domain/time.ts'
import { caseTree } from './case-tree.ts'
import { rowsOf } from './export-rows.ts'
import { mask } from './mask.ts'
import type { Person, PersonalData } from './personal-data.ts'
import type { PrivacyEffects } from './privacy.ts'

const fields = z.record(z.string(), z.unknown())

/** Everything about a case as plain JSON. Times are ISO 8601, names of fields those of the tables. */
export const caseExport = z.object({
  format: z.literal('gatuvakt case 1'),
  exportedAt: z.string(),
  masked: z.boolean(),
  case: z.string(),
  /** The case and those merged into it. */
  cases: z.array(fields),
  merges: z.array(fields),
  events: z.array(fields),
  /** With what the person said, unless it was erased. */
  reports: z.array(fields),
  followUps: z.array(fields),
  /** Answers to the survey, with what the person wrote. */
  surveys: z.array(fields),
  followers: z.array(fields),
  releasedTexts: z.array(fields),
  /** What was ordered to be done; the words are in the events. */
  orders: z.array(fields),
  /** Things that it is about beside the one it stands at. */
  assets: z.array(fields),
  /** Which contractor was allowed to see it, from when until when. */
  grants: z.array(fields),
  /** By what id a partner that sent it knows it, and one that has it now, with what it was told. */
  partners: z.array(fields),
  /** Ids. */
  photos: z.array(z.string()),
  holds: z.array(fields),
})
export type CaseExport = z.infer<typeof caseExport>

type Fields = Readonly<Record<string, unknown>>

export interface ExportParts {
  readonly database: Database
  readonly clock: Clock
  readonly personal: PersonalData
  readonly effects: Pick<PrivacyEffects, 'audit'>
  readonly photosOf?: (
    query: ScopedQueries,
    cases: readonly string[],
  ) => Promise<readonly { readonly id: string }[]>
}

/** Reads it all in one transaction, which also writes down who took it. */
export async function exportCase(
  parts: ExportParts,
  organisation: OrganisationId,
  { case: caseId, masked }: { readonly case: string; readonly masked: boolean },
  actor: string,
): Promise<CaseExport> {
  const at = parts.clock.now()
  return await parts.database.write(organisation, 'normal', async (work) => {
    const { query } = work
    const cases = await caseTree(query, caseId)
    const rows = await rowsOf(query, cases)
    const spoken = [rows.reports, rows.followUps, rows.surveys, rows.forwarded]
    const said = spoken.flatMap((all) => all.map(({ id }) => id))
    const people = await parts.personal.read(query, said)
    const photos = (await parts.photosOf?.(query, cases)) ?? []
    const action = 'case.export'
    await parts.effects.audit(work, {
      at,
      actor,
      action,
      subject: caseId,
      detail: { masked },
    })
    const shown = (all: readonly Fields[]) => all.map((row) => plain(row, masked))
    const withPerson = (all: readonly (Fields & { readonly id: string })[]) =>
      all.map((row) =>
        plain({ ...row, person: personOf(people.get(row.id), masked) }, masked),
      )
    return {
      format: 'gatuvakt case 1',
      exportedAt: toIso(at),
      masked,
      case: caseId,
      cases: shown(rows.cases),
      merges: shown(rows.merges),
      events: shown(rows.events),
      reports: withPerson(rows.reports),
      followUps: withPerson(rows.followUps),
      surveys: withPerson(rows.surveys),
      followers: shown(rows.followers),
      releasedTexts: shown(rows.releasedTexts),
      orders: shown(rows.orders),
      assets: shown(rows.assets),
      grants: shown(rows.grants),
      partners: [...shown(rows.received), ...withPerson(rows.forwarded)],
      photos: photos.map(({ id }) => id),
      holds: shown(rows.holds),
    }
  })
}

/** Null: erased. Masked, nothing is left but words without contacts. */
function personOf(person: Person | undefined, masked: boolean): Partial<Person> | null {
  if (person === undefined) return null
  return masked ? { text: person.text } : person
}

/** Columns of JSON, and those that hold a time. */
const json = new Set(['data', 'answers', 'topics'])
const times = new Set(
  'opened_at changed_at closed_at planned_for answer_by due_at at ordered_at undone_at received_at created_at ended_at since released_at answered_at made_at from_at until_at revoked_at'.split(
    ' ',
  ),
)

function plain(row: Fields, masked: boolean): Fields {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name !== 'idempotency_key')
      .map(([name, value]) => [
        name,
        masked ? maskedValue(shown(name, value), name) : shown(name, value),
      ]),
  )
}

function shown(name: string, value: unknown): unknown {
  if (times.has(name) && typeof value === 'number') return toIso(timeUs(value))
  if (json.has(name) && typeof value === 'string') return JSON.parse(value)
  return value
}

/** Where people's words stand, at any depth. */
const wordy = new Set(['text', 'closing_text', 'data', 'person', 'address', 'answers'])

function maskedValue(value: unknown, name: string): unknown {
  if (!wordy.has(name)) return value
  if (typeof value === 'string') return mask(value).text
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([inner, rest]) => [inner, maskedValue(rest, inner)]),
  )
}
