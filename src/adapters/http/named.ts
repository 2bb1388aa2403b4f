import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Problem } from '../../domain/problem.ts'
import type { Shown } from './credentials.ts'
import type { Face } from './refusals.ts'
import type { Source } from './source.ts'

/** Which connection a request is for. */
export interface Named {
  readonly organisation: string
  readonly connection: string
  /** What stands behind the address of the connection, without the slash. */
  readonly rest: string
}

/** Addresses at the root, for clients that let only host and port be set. */
export const rootRests = ['api/v2/write', 'write'] as const

/**
 * Reads it off the path `/ingest/v1/ORGANISATION/CONNECTION/REST`; off `org` and `bucket` for clients
 * of InfluxDB 2; off `db` for those of 1.x, as `ORGANISATION/CONNECTION`, or with the organisation as
 * the user name.
 */
export function named(
  request: FastifyRequest,
  query: ReadonlyMap<string, string>,
  shown: Shown | undefined,
): Named {
  const rest = rootRests.find((one) => pathOf(request) === `/${one}`)
  if (rest === undefined) return fromPath(request.params)
  if (rest === 'api/v2/write') {
    return {
      rest,
      organisation: query.get('org') ?? '',
      connection: query.get('bucket') ?? '',
    }
  }
  const [first = '', ...more] = (query.get('db') ?? '').split('/')
  if (more.length === 0) return { rest, organisation: shown?.user ?? '', connection: first }
  return { rest, organisation: first, connection: more.join('/') }
}

const path = z.object({
  organisation: z.string(),
  connection: z.string(),
  '*': z.string().default(''),
})

function fromPath(params: unknown): Named {
  const { organisation, connection, '*': rest } = path.parse(params)
  return { organisation, connection, rest }
}

/** Whose words a refusal of this request is told in. */
export function faceOf(request: FastifyRequest, source: Source | undefined): Face {
  const path = pathOf(request)
  if (path.endsWith('/api/v2/write')) return 'influx2'
  if (source !== undefined) {
    if (source.settings.format === 'talq') return 'talq'
    if (source.settings.format !== 'line') return 'problem'
    return 'influx1'
  }
  return path === '/write' || path === '/query' ? 'influx1' : 'problem'
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? ''
}

export function nothingHere(rest: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `There is nothing at ${JSON.stringify(rest.slice(0, 80))} of this connection`,
    next: 'Send lines to the address of the connection, to api/v2/write or to write behind it',
  })
}
