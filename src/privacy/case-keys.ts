import type { Random } from '../domain/clock.ts'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { keyBytes, NONCE_BYTES, seal, unseal } from './envelope.ts'
import type { OrganisationKeys } from './keys.ts'

export interface KeyParts {
  readonly random: Random
  readonly keysOf: (organisation: OrganisationId) => OrganisationKeys
}

/** A wrapped key with whose it is. */
export interface WrappedKey {
  readonly organisation: OrganisationId
  readonly case: string
  readonly wrapped: string
}

/** Throws Problem invalid when the installation's secret is not the one it was wrapped with. */
export function unwrap({ keysOf }: KeyParts, row: WrappedKey): Uint8Array {
  const key = unseal(row.wrapped, {
    key: keysOf(row.organisation).wrapping,
    owner: ['sealing_key', row.organisation, row.case],
  })
  if (key?.length === keyBytes) return key
  throw unreadable(row.case)
}

/** The key of a case; made when it has none, or when it was destroyed and somebody says something new. */
export async function keyForWriting(
  parts: KeyParts,
  work: UnitOfWork,
  caseId: string,
): Promise<Uint8Array> {
  const { organisation } = work
  const row = await readKey(work.query, caseId)
  if (row !== undefined && row.wrapped !== null) {
    const { wrapped } = row
    // Somebody new: retention must look at the case again.
    if (row.contacts_erased_at !== null) {
      await work.query
        .updateTable('sealing_key')
        .set({ contacts_erased_at: null })
        .where('case', '=', caseId)
        .execute()
    }
    return unwrap(parts, { organisation, case: caseId, wrapped })
  }
  const key = parts.random.bytes(keyBytes)
  const wrapped = seal(key, {
    key: parts.keysOf(organisation).wrapping,
    nonce: parts.random.bytes(NONCE_BYTES),
    owner: ['sealing_key', organisation, caseId],
  })
  const fresh = { wrapped, contacts_erased_at: null }
  await (
    row === undefined
      ? work.query
          .insertInto('sealing_key')
          .values({ organisation, case: caseId, ...fresh, case_erased_at: null })
      : // That it was erased before stays known: a backup may still have what went then.
        work.query.updateTable('sealing_key').set(fresh).where('case', '=', caseId)
  ).execute()
  return key
}

async function readKey(query: ScopedQueries, caseId: string) {
  return await query
    .selectFrom('sealing_key')
    .select(['wrapped', 'contacts_erased_at'])
    .where('case', '=', caseId)
    .executeTakeFirst()
}

/** Says of which case, never what. */
export function unreadable(caseId: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'Personal data of a case cannot be read.',
    where: `case ${caseId}`,
    why: 'it was encrypted with another secret of this installation, or it was damaged',
    next: 'put secret.key back from the backup that belongs to this database',
  })
}
