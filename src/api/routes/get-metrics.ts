import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { Problem } from '../../domain/problem.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Counters for Prometheus; from the machine itself unless the configuration says anywhere. */
export function getMetrics(
  api: Api,
  { metrics, metricsFrom = 'loopback' }: Pick<ApiParts, 'metrics' | 'metricsFrom'>,
): void {
  api.route({
    method: 'GET',
    url: '/metrics',
    config: { permission: 'public' },
    schema: { tags: ['service'], summary: 'Counters in the Prometheus text format' },
    handler: async (request, reply) => {
      if (metricsFrom === 'loopback' && !isLocal(request)) throw refusal()
      return reply.type(metrics.contentType).send(await metrics.metrics())
    },
  })
}

/** From this machine and not passed on for somebody else by a proxy that we do not know of. */
function isLocal({ ip, headers }: FastifyRequest): boolean {
  const passedOn = headers['x-forwarded-for'] ?? headers['forwarded']
  return passedOn === undefined && isLoopback(ip)
}

function isLoopback(ip: string): boolean {
  return isIP(ip) !== 0 && /^(?:::ffff:)?127\.|^::1$/.test(ip)
}

function refusal(): Problem {
  return new Problem({
    kind: 'forbidden',
    what: 'Counters are only told to the machine the service runs on',
    next: 'Ask from there, or open them in the configuration of the service',
  })
}
