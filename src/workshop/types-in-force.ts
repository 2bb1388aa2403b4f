import type { ActiveConfiguration } from '../configuration/active.ts'
import { wholeType } from '../configuration/extend-type.ts'
import { canonicalJson, type JsonObject } from '../configuration/json.ts'
import { storedDocument } from '../configuration/stored.ts'
import { currentObject } from '../database/current-object.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'

/** Texts of one type that are looked back at. */
const MOST_VERSIONS = 200

/** A text that a device type had. */
export interface TypeVersion {
  /** Version of the configuration that brought it. */
  readonly version: number
  readonly at: TimeUs
  readonly author: string
  readonly document: JsonObject
  readonly text: string
}

/** Every text a type had, the newest first; at most 200. */
export async function typeVersions(
  database: Database,
  organisation: OrganisationId,
  type: string,
): Promise<readonly TypeVersion[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('configuration_object')
    .select(['since_version', 'valid_from', 'author', 'document'])
    .where('kind', '=', 'deviceType')
    .where('slug', '=', type)
    .where('retired', '=', 0)
    .orderBy('since_version', 'desc')
    .limit(MOST_VERSIONS)
    .execute()
  return rows.map(
    ({ since_version: version, valid_from: at, author, document: stored }) => {
      const document = storedDocument(stored, { kind: 'deviceType', slug: type })
      return { version, at, author, document, text: canonicalJson(document) }
    },
  )
}

/** A device type that is in force. */
export interface TypeInForce {
  readonly type: string
  readonly protocol: string
  readonly description: string
  readonly points: number
  /** How many devices are of it. */
  readonly devices: number
  /** Version of the configuration that brought its text. */
  readonly version: number
  readonly at: TimeUs
  readonly author: string
  /** How many texts it had, this one counted; a rollback needs two. */
  readonly texts: number
}

/** The device types of an organisation by name, those without devices too. */
export async function typesInForce(
  database: Database,
  organisation: OrganisationId,
  configuration: ActiveConfiguration | undefined,
): Promise<readonly TypeInForce[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('configuration_object')
    .select(['slug', 'document', 'since_version', 'valid_from', 'author', 'until_version'])
    .where('kind', '=', 'deviceType')
    .where('retired', '=', 0)
    .orderBy('slug')
    .orderBy('since_version')
    .execute()
  const used = new Map<string, number>()
  for (const { type } of configuration?.decode.devices.values() ?? []) {
    used.set(type.type, (used.get(type.type) ?? 0) + 1)
  }
  const texts = Map.groupBy(rows, ({ slug }) => slug)
  const present = rows.filter(({ until_version }) => until_version === null)
  const documents = new Map(
    present.map(({ slug, document }): [string, JsonObject] => [
      slug,
      storedDocument(document, { kind: 'deviceType', slug }),
    ]),
  )
  return present.map((row): TypeInForce => {
    const { slug: type, since_version: version, valid_from: at, author } = row
    const { protocol, description, points } = factsOf(type, documents)
    return {
      type,
      protocol,
      description,
      points,
      devices: used.get(type) ?? 0,
      version,
      at,
      author,
      texts: texts.get(type)?.length ?? 1,
    }
  })
}

/** Read without the schema, so that a type that today's schema refuses is listed too. */
function factsOf(
  type: string,
  documents: ReadonlyMap<string, JsonObject>,
): Pick<TypeInForce, 'protocol' | 'description' | 'points'> {
  const own = documents.get(type) ?? {}
  const whole = wholeType(own, (name) => documents.get(name))
  const document = whole.ok ? whole.document : own
  const { protocol = 'mqtt', description = '', points = {} } = document
  const map = typeof points === 'object' && points !== null ? points : {}
  return {
    protocol: typeof protocol === 'string' ? protocol : '',
    description: typeof description === 'string' ? description : '',
    points: Object.keys(map).length,
  }
}

/** The id of the device with this slug. Rejects with Problem not_found. */
export async function deviceId(
  database: Database,
  organisation: OrganisationId,
  slug: string,
): Promise<string> {
  const row = await currentObject(database.read(organisation), 'device', { slug })
  if (row !== undefined) return row.id
  throw new Problem({
    kind: 'not_found',
    what: `${organisation} has no device ${slug}`,
    next: 'add it to devices.yaml and apply, or leave --device out',
  })
}
