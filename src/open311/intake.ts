import { createHash } from 'node:crypto'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../domain/time.ts'
import { all, first, type Parameters } from './parameters.ts'

/** The same words at the same place are the same report for so long. */
const SAME_FOR = durationUs(24 * HOUR)
/** Rows that are too old, taken away at once. */
const SWEPT = 500

/** What makes a report the same when it is sent again. */
export interface Sameness {
  readonly digest: string
  /** `known`: the client said where the report stands at its place. */
  readonly link: 'known' | null
}

/** Fields that a client repeats when it sends a report again; no photos, no key. */
const repeated = [
  'service_code',
  'lat',
  'long',
  'address_string',
  'address_id',
  'description',
  'email',
  'phone',
]

/**
 * Clients send no id of their own. Whoever gives the address of the report is known by that for
 * ever; of others the same words at the same place by the same person are the same for a day.
 */
export function samenessOf(parameters: Parameters, link: string | undefined): Sameness {
  const parts =
    link === undefined
      ? ['words', ...repeated.map((name) => first(parameters, name) ?? '')]
      : ['link', link]
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return { digest, link: link === undefined ? null : 'known' }
}

/**
 * The idempotency key of this report: the one it got when it came before, else a new one. Two at
 * the same time get the same.
 */
export async function claimKey(
  database: Database,
  organisation: OrganisationId,
  claim: Sameness & { readonly client: string; readonly now: TimeUs },
): Promise<string> {
  const { client, digest, link, now } = claim
  return await database.write(organisation, 'normal', async ({ query }) => {
    await sweep(query, earlier(now, SAME_FOR))
    const known = await query
      .selectFrom('open311_intake')
      .select(['key', 'at'])
      .where('client', '=', client)
      .where('digest', '=', digest)
      .executeTakeFirst()
    if (known !== undefined && (link !== null || known.at > earlier(now, SAME_FOR))) {
      return known.key
    }
    const key = `o311-${createHash('sha256')
      .update(JSON.stringify([client, digest, now]))
      .digest('hex')
      .slice(0, 48)}`
    await query
      .insertInto('open311_intake')
      .values({ organisation, client, digest, key, link, at: now })
      .onConflict((conflict) =>
        conflict
          .columns(['organisation', 'client', 'digest'])
          .doUpdateSet({ key, at: now }),
      )
      .execute()
    return key
  })
}

async function sweep(query: ReturnType<Database['read']>, before: TimeUs): Promise<void> {
  const old = await query
    .selectFrom('open311_intake')
    .select('digest')
    .where('at', '<=', before)
    .where('link', 'is', null)
    .limit(SWEPT)
    .execute()
  if (old.length === 0) return
  await query
    .deleteFrom('open311_intake')
    .where('at', '<=', before)
    .where('link', 'is', null)
    .where(
      'digest',
      'in',
      old.map(({ digest }) => digest),
    )
    .execute()
}

/** The id that a report with this key was given; undefined while it has not come in. */
export async function requestOfKey(
  database: Database,
  organisation: OrganisationId,
  key: string,
): Promise<string | undefined> {
  const row = await database
    .read(organisation)
    .selectFrom('report')
    .innerJoin('open311_request', 'open311_request.report', 'report.id')
    .select('open311_request.id')
    .where('report.idempotency_key', '=', key)
    .executeTakeFirst()
  return row?.id
}

/** Addresses of photos that came with a report. */
export function mediaUrls(parameters: Parameters): readonly string[] {
  return [...new Set(all(parameters, 'media_url', 'media_url[]'))]
}
