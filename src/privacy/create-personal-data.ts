import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { keyForWriting, unreadable, unwrap, type KeyParts } from './case-keys.ts'
import { normalisedEmail, normalisedPhone } from './contact.ts'
import { NONCE_BYTES, seal, unseal } from './envelope.ts'
import { eraseCase, erasePerson } from './erase.ts'
import { blindHash, organisationKeys } from './keys.ts'
import { personFromBytes, personToBytes } from './person.ts'
import type { Person, PersonalData } from './personal-data.ts'

/** Ids in one statement. */
const idsAtOnce = 1_000
const foundAtMost = 1_000

export interface PersonalDataParts {
  /** The installation's secret, at least 32 bytes. */
  readonly secret: Uint8Array
  readonly random: Random
  readonly clock: Clock
  /** Where a number without a country belongs (ISO 3166-1: `SE`); answers without waiting. Left out: SE. */
  readonly countryOf?: (organisation: OrganisationId) => string
}

/** What reads and writes one sealed person. */
export interface Sealer extends KeyParts {
  readonly clock: Clock
  readonly countryOf: (organisation: OrganisationId) => string
}

export function createPersonalData(given: PersonalDataParts): PersonalData {
  const parts = sealer(given)
  return {
    keep: (work, said) => keep(parts, work, said),
    read: (query, ids) => read(parts, query, ids),
    find: (query, contact) => find(parts, query, contact),
    erase: (work, what) => {
      const at = parts.clock.now()
      return 'id' in what
        ? erasePerson(work, { id: what.id, at })
        : eraseCase(work, { case: what.case, at })
    },
  }
}

export function sealer({ secret, random, clock, countryOf }: PersonalDataParts): Sealer {
  return {
    random,
    clock,
    keysOf: organisationKeys(secret),
    countryOf: countryOf ?? (() => 'SE'),
  }
}

interface Said {
  readonly id: string
  readonly case: string
  readonly person: Person
}

async function keep(parts: Sealer, work: UnitOfWork, said: Said): Promise<void> {
  const { organisation } = work
  const key = await keyForWriting(parts, work, said.case)
  const sealed = sealPerson(parts, organisation, said, key)
  await work.query
    .insertInto('personal')
    .values({
      organisation,
      id: said.id,
      case: said.case,
      sealed,
      kept_at: parts.clock.now(),
      contact_erased_at: null,
      erased_at: null,
    })
    .execute()
  const hashes = hashesOf(parts, organisation, said.person)
  if (hashes.length === 0) return
  await work.query
    .insertInto('personal_index')
    .values(
      hashes.map(({ kind, hash }) => ({
        organisation,
        kind,
        hash,
        id: said.id,
        case: said.case,
      })),
    )
    .execute()
}

/** One person's part under the key of the case; a new nonce every time. */
export function sealPerson(
  { random }: Pick<Sealer, 'random'>,
  organisation: OrganisationId,
  said: Said,
  key: Uint8Array,
): string {
  return seal(personToBytes(said.person), {
    key,
    nonce: random.bytes(NONCE_BYTES),
    owner: ['personal', organisation, said.case, said.id],
  })
}

interface Hash {
  readonly kind: 'email' | 'phone'
  readonly hash: string
}

function hashesOf(
  { keysOf, countryOf }: Sealer,
  organisation: OrganisationId,
  { email, phone }: Pick<Person, 'email' | 'phone'>,
): readonly Hash[] {
  const { index } = keysOf(organisation)
  const plain = {
    email: email === null ? undefined : normalisedEmail(email),
    phone: phone === null ? undefined : normalisedPhone(phone, countryOf(organisation)),
  }
  return (['email', 'phone'] as const).flatMap((kind) => {
    const text = plain[kind]
    return text === undefined ? [] : [{ kind, hash: blindHash(index, kind, text) }]
  })
}

async function read(
  parts: Sealer,
  query: ScopedQueries,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  const people = new Map<string, Person>()
  const keys = new Map<string, Uint8Array>()
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    const rows = await query
      .selectFrom('personal')
      .innerJoin('sealing_key', 'sealing_key.case', 'personal.case')
      .select(['personal.organisation', 'personal.id', 'personal.case', 'personal.sealed'])
      .select('sealing_key.wrapped')
      .where('personal.id', 'in', ids.slice(start, start + idsAtOnce))
      .where('personal.sealed', 'is not', null)
      .where('sealing_key.wrapped', 'is not', null)
      .execute()
    for (const { sealed, wrapped, ...row } of rows) {
      if (sealed === null || wrapped === null) continue
      const key = keys.get(row.case) ?? unwrap(parts, { ...row, wrapped })
      keys.set(row.case, key)
      people.set(row.id, unsealPerson({ ...row, sealed }, key))
    }
  }
  return people
}

/** Throws Problem invalid for what was sealed with another key, or for somebody else. */
export function unsealPerson(
  row: {
    readonly organisation: OrganisationId
    readonly id: string
    readonly case: string
    readonly sealed: string
  },
  key: Uint8Array,
): Person {
  const owner = ['personal', row.organisation, row.case, row.id]
  const plain = unseal(row.sealed, { key, owner })
  if (plain === undefined) throw unreadable(row.case)
  return personFromBytes(plain)
}

async function find(
  parts: Sealer,
  query: ScopedQueries,
  contact: { readonly email: string } | { readonly phone: string },
): Promise<readonly { readonly id: string; readonly case: string }[]> {
  // The scope leaves one row of this table: whose queries these are.
  const own = await query
    .selectFrom('organisation')
    .select('organisation')
    .executeTakeFirst()
  if (own === undefined) return []
  const person = { email: null, phone: null, ...contact }
  const [wanted] = hashesOf(parts, own.organisation, person)
  if (wanted === undefined) return []
  return await query
    .selectFrom('personal_index')
    .select(['id', 'case'])
    .where('kind', '=', wanted.kind)
    .where('hash', '=', wanted.hash)
    .orderBy('id')
    .limit(foundAtMost)
    .execute()
}
