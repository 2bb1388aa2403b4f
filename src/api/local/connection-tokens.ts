import type { FieldConnection } from '../../devices/field-device.ts'
import { slug, type OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import type {
  ConnectionTokenList,
  IssuedConnectionToken,
  RevokedConnectionToken,
} from '../connection-token-view.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'
import { listed, notConfigured, ofOrganisation, secretId } from './shown-once.ts'

const body = ofOrganisation.extend({ connection: slug })
const revokeBody = body.extend({ token: secretId })

/** A new token for a connection that others send to, shown this once. */
export async function issueConnectionToken(
  parts: LocalParts,
  input: unknown,
): Promise<IssuedConnectionToken> {
  const { organisation: asked, connection } = body.parse(input)
  const organisation = await organisationOf(parts, asked)
  const { settings } = await connectionOf(parts, organisation, connection)
  if (settings.protocol !== 'http') throw nobodySends(connection, settings.protocol)
  const issued = await parts.identity.issueSourceToken(organisation, connection)
  const url = new URL(`/ingest/v1/${organisation}/${connection}`, parts.baseUrl())
  return {
    organisation,
    connection,
    ...issued,
    url: url.href,
    format: settings.format,
  }
}

/** The live tokens of a connection, without what they are. */
export async function listConnectionTokens(
  parts: LocalParts,
  input: unknown,
): Promise<ConnectionTokenList> {
  const { organisation: asked, connection } = body.parse(input)
  const organisation = await organisationOf(parts, asked)
  await connectionOf(parts, organisation, connection)
  const tokens = await parts.identity.sourceTokens(organisation, connection)
  return { organisation, connection, tokens: listed(tokens) }
}

/** Ends a token at once. */
export async function revokeConnectionToken(
  parts: LocalParts,
  input: unknown,
): Promise<RevokedConnectionToken> {
  const { organisation: asked, connection, token } = revokeBody.parse(input)
  const organisation = await organisationOf(parts, asked)
  await parts.identity.revokeSourceToken(organisation, { connection, token })
  return { organisation, connection, id: token }
}

/** Rejects with Problem not_found. */
async function connectionOf(
  { configurations }: Pick<LocalParts, 'configurations'>,
  organisation: OrganisationId,
  connection: string,
): Promise<FieldConnection> {
  const { connections = [] } = (await configurations.current(organisation)) ?? {}
  const found = connections.find(({ name }) => name === connection)
  if (found !== undefined) return found
  const names = connections.map(({ name }) => name)
  const asked = { what: 'connection', name: connection, key: 'connections', names }
  throw notConfigured(organisation, asked)
}

function nobodySends(connection: string, protocol: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `nobody sends to ${connection}`,
    why: `it speaks ${protocol}: there we go to the devices, and a token opens nothing`,
    next: 'tokens are for connections with protocol: http',
  })
}
