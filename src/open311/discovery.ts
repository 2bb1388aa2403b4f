import type { Database } from '../database/database.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import { whole } from './dates.ts'
import type { OpenDoor } from './jurisdictions.ts'
import type { Said } from './xml.ts'

/** Most requests in one answer, as FixMyStreet asks for it. */
const MOST = 1_000

export interface DiscoveryParts {
  readonly database: Database
  readonly baseUrl: string
}

/** What there is, whom to ask, and when it changed last. */
export async function discovery(
  { database, baseUrl }: DiscoveryParts,
  doors: readonly OpenDoor[],
): Promise<Said> {
  const changed = await changedAt(database, doors)
  const [one] = doors
  const changeset = whole(changed)
  return {
    changeset,
    contact: joined(doors.map(({ door }) => door.contact)),
    key_service: joined(doors.map(({ door }) => door.keyService)),
    max_requests: MOST,
    endpoints: [
      {
        specification: 'http://wiki.open311.org/GeoReport_v2',
        url: `${baseUrl}/open311/v2`,
        changeset,
        type: one?.door.type ?? 'test',
        formats: ['text/xml', 'application/json'],
      },
    ],
  }
}

/** When a configuration was applied last: services come from there alone. */
async function changedAt(database: Database, doors: readonly OpenDoor[]): Promise<TimeUs> {
  let newest = 0
  for (const { organisation } of doors) {
    const { at } = await database
      .read(organisation)
      .selectFrom('configuration_version')
      .select((eb) => eb.fn.max('created_at').as('at'))
      .executeTakeFirstOrThrow()
    newest = Math.max(newest, at ?? 0)
  }
  return timeUs(newest)
}

function joined(texts: readonly string[]): string {
  return [...new Set(texts)].join('; ')
}
