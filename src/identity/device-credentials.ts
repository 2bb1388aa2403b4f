import type { DeviceLogin } from '../adapters/adapter.ts'
import { currentObject } from '../database/current-object.ts'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import { organisationId, slug, type OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { writeAudit } from './audit.ts'
import { newToken, sameHash, tokenHash } from './tokens.ts'

/** Topic filters a device's credential may publish to, its own identity put in. */
export type TopicsOf = (
  organisation: OrganisationId,
  device: string,
  as: DeviceLogin['class'],
) => Promise<readonly string[]>

export interface CredentialParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly topicsOf: TopicsOf
  /** Told when a user name has a new secret, so that connections with an earlier one can be ended. */
  readonly secretIssued: (username: string) => void
}

/** A secret is 43 characters; a longer one is not worth hashing. */
const LONGEST_SECRET = 200

/** Gives a device a new secret and ends the earlier ones. Throws Problem not_found. */
export async function issueSecret(
  { database, clock, random, secretIssued }: CredentialParts,
  organisation: OrganisationId,
  device: string,
  as: DeviceLogin['class'],
): Promise<{ readonly username: string; readonly secret: string }> {
  const secret = newToken(random)
  const username = `${organisation}/${device}`
  const now = clock.now()
  await database.write(organisation, 'normal', async (work) => {
    if (!(await isDevice(work.query, device))) throw unknownDevice(device)
    await work.query
      .updateTable('device_credential')
      .set({ revoked_at: now })
      .where('username', '=', username)
      .where('revoked_at', 'is', null)
      .execute()
    await work.query
      .insertInto('device_credential')
      .values({
        organisation,
        username,
        device,
        class: as,
        secret_hash: tokenHash(secret),
        created_at: now,
        revoked_at: null,
      })
      .execute()
    await writeAudit(work, {
      at: now,
      actor: 'local',
      action: 'device.secret.issue',
      subject: device,
      detail: { class: as },
    })
  })
  secretIssued(username)
  return { username, secret }
}

/** Checks what a device shows; undefined when it proves nothing. */
export async function checkSecret(
  { database, topicsOf }: CredentialParts,
  username: string,
  secret: string,
): Promise<DeviceLogin | undefined> {
  const named = splitUsername(username)
  if (named === undefined || secret.length > LONGEST_SECRET) return undefined
  const row = await database
    .read(named.organisation)
    .selectFrom('device_credential')
    .select(['device', 'class', 'secret_hash'])
    .where('username', '=', username)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined || !sameHash(row.secret_hash, tokenHash(secret))) return undefined
  return {
    organisation: named.organisation,
    device: row.device,
    class: row.class,
    publish: await topicsOf(named.organisation, row.device, row.class),
  }
}

/**
 * The login of a device whose certificate names it: what its credential is, or a device of the
 * configuration that speaks for itself. Undefined when there is none.
 */
export async function certifiedDevice(
  { database, topicsOf }: Pick<CredentialParts, 'database' | 'topicsOf'>,
  username: string,
): Promise<DeviceLogin | undefined> {
  const named = splitUsername(username)
  if (named === undefined) return undefined
  const { organisation, device } = named
  if (!(await isDevice(database.read(organisation), device))) return undefined
  const row = await database
    .read(organisation)
    .selectFrom('device_credential')
    .select('class')
    .where('username', '=', username)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  const as = row?.class ?? 'device'
  return {
    organisation,
    device,
    class: as,
    publish: await topicsOf(organisation, device, as),
  }
}

async function isDevice(query: ScopedQueries, device: string): Promise<boolean> {
  return (await currentObject(query, 'device', { id: device })) !== undefined
}

function splitUsername(
  username: string,
): { readonly organisation: OrganisationId; readonly device: string } | undefined {
  const [first, second, ...rest] = username.split('/', 3)
  const organisation = organisationId.safeParse(first)
  const device = slug.safeParse(second)
  if (!organisation.success || !device.success || rest.length > 0) return undefined
  return { organisation: organisation.data, device: device.data }
}

function unknownDevice(device: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `There is no device ${device}`,
    where: 'device',
    next: 'Add the device to the configuration and apply it, then ask for a secret again',
  })
}
