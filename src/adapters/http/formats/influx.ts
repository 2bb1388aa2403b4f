import { Problem } from '../../../domain/problem.ts'
import type { Answer, Delivery } from '../delivery.ts'

/** What clients look at to see which InfluxDB they talk to. */
export const influxHeaders = {
  'x-influxdb-build': 'OSS',
  'x-influxdb-version': '2.0-gatuvakt',
} as const

/** `/ping`: somebody is here. */
export const ping: Answer = { status: 204, headers: influxHeaders }

/** `/health`, as clients of InfluxDB 2 ask before they write. */
export const health: Answer = {
  status: 200,
  headers: influxHeaders,
  body: {
    name: 'influxdb',
    message: 'ready for writes',
    status: 'pass',
    checks: [],
    version: '2.0-gatuvakt',
    commit: 'none',
  },
}

/**
 * `/query`: clients of InfluxDB 1 make their database before they write, and some ask which there
 * are. Nothing else is answered: what was written is not read here.
 */
export function query({
  query: parameters,
  body,
  headers,
}: Pick<Delivery, 'query' | 'body' | 'headers'>): Answer {
  const form = /^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '')
  const q = parameters.get('q') ?? (form ? fromForm(body) : undefined) ?? ''
  if (/^\s*create\s+(?:database|retention\s+policy)\b/i.test(q)) return results({})
  if (/^\s*show\s+databases\b/i.test(q)) {
    return results({ series: [{ name: 'databases', columns: ['name'] }] })
  }
  throw new Problem({
    kind: 'invalid',
    what: 'This is no database: it takes lines and answers no queries',
    where: 'query.q',
    next: 'Read the values in the service itself; clients may ask for CREATE DATABASE and SHOW DATABASES',
  })
}

function fromForm(body: Uint8Array): string | undefined {
  return new URLSearchParams(new TextDecoder().decode(body)).get('q') ?? undefined
}

function results(result: Readonly<Record<string, unknown>>): Answer {
  return {
    status: 200,
    headers: influxHeaders,
    body: { results: [{ statement_id: 0, ...result }] },
  }
}
