import { slug, type OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import type {
  ClientList,
  IssuedClientKey,
  RevokedClientKey,
} from '../open311-client-view.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'
import { listed, notConfigured, ofOrganisation, secretId } from './shown-once.ts'

const clientBody = ofOrganisation.extend({ client: slug })
const revokeBody = clientBody.extend({ key: secretId })

/** A new key for a client, shown this once. */
export async function addOpen311Client(
  parts: LocalParts,
  input: unknown,
): Promise<IssuedClientKey> {
  const { organisation: asked, client } = clientBody.parse(input)
  const organisation = await organisationOf(parts, asked)
  const { door } = await partnersOf(parts, organisation, client)
  const issued = await parts.clientKeys.issue(organisation, client)
  const endpoint = new URL('/open311/v2/', parts.baseUrl()).href
  return { organisation, client, ...issued, endpoint, jurisdiction: door }
}

/** Every partner, with the keys that are live. */
export async function listOpen311Clients(
  parts: LocalParts,
  input: unknown,
): Promise<ClientList> {
  const organisation = await organisationOf(parts, ofOrganisation.parse(input).organisation)
  const { partners = new Map() } = (await parts.configurations.current(organisation)) ?? {}
  const clients = await Promise.all(
    [...partners].map(async ([client, { name }]) => {
      const keys = await parts.clientKeys.list(organisation, client)
      return { client, name, keys: listed(keys) }
    }),
  )
  return { organisation, clients }
}

/** Ends a key at once. */
export async function revokeOpen311Client(
  parts: LocalParts,
  input: unknown,
): Promise<RevokedClientKey> {
  const { organisation: asked, client, key } = revokeBody.parse(input)
  const organisation = await organisationOf(parts, asked)
  await parts.clientKeys.revoke(organisation, { client, key })
  return { organisation, client, id: key }
}

/** Rejects with Problem not_found for an unknown partner, invalid where there is no door. */
async function partnersOf(
  { configurations }: Pick<LocalParts, 'configurations'>,
  organisation: OrganisationId,
  client: string,
): Promise<{ readonly door: string }> {
  const configuration = await configurations.current(organisation)
  const names = [...(configuration?.partners.keys() ?? [])]
  if (!names.includes(client)) {
    const asked = { what: 'partner', name: client, key: 'partners', names }
    throw notConfigured(organisation, { ...asked, where: 'client' })
  }
  const [door] = configuration?.open311?.jurisdictions ?? []
  if (door !== undefined) return { door }
  throw new Problem({
    kind: 'invalid',
    what: `${organisation} has no door for partners`,
    where: 'client',
    next: 'add open311: with jurisdictions, contact and keyService to organisation: and apply',
  })
}
