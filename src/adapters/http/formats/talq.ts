import { z } from 'zod'
import { parseBody } from '../../../devices/http/parse-body.ts'
import {
  encodeTalqMessage,
  talqEntry,
  talqSource,
  type TalqEntry,
} from '../../../devices/talq/message.ts'
import { Problem } from '../../../domain/problem.ts'
import { requireJson, textOf, type Answer, type Delivery } from '../delivery.ts'
import type { Heard, Source } from '../source.ts'
import { answerDevices, payloadError, takeDevices } from './talq-devices.ts'

/** Entries and bytes of one message; a message may be 64 KiB. */
const ENTRIES_EACH = 50
const BYTES_EACH = 48 * 1024
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const logReport = z.looseObject({
  address: z.string().max(200).optional(),
  entries: z.array(z.looseObject({ data: z.unknown().optional() })).default([]),
})

/** What a TALQ gateway asks of a CMS, as far as watching needs it. */
export async function takeTalq(
  delivery: Delivery,
  source: Source,
  { most }: { readonly most: number },
): Promise<Answer> {
  requireVersion(delivery)
  requireId(delivery, 'clientAddress')
  const { method } = delivery
  if (method === 'GET' || method === 'HEAD') return answerDevices(delivery.rest, source)
  requireId(delivery, 'talqRequestId')
  const [resource = ''] = delivery.rest.split('/')
  // What a gateway takes from its list stays registered here until somebody changes that.
  if (method === 'DELETE' && resource === 'devices') return { status: 200 }
  const done = `${method} ${resource}`
  if (!postings.has(done)) throw notHere(delivery)
  requireJson(delivery)
  const body = bodyOf(delivery)
  if (resource === 'log-reports') return takeReport(delivery, source, { body, most })
  if (resource === 'devices') return takeDevices(delivery, body, source)
  // Services and device classes say what the gateway can do; watching needs nothing of it.
  const status = method === 'POST' ? 201 : 200
  return resource === 'services' ? { status } : { status, body }
}

const postings: ReadonlySet<string> = new Set([
  'POST log-reports',
  'POST devices',
  'PUT devices',
  'PATCH devices',
  'POST services',
  'POST device-classes',
  'PUT device-classes',
])

/** A log report: the entries of each device become messages; an entry that is none is counted. */
async function takeReport(
  { ingest }: Delivery,
  source: Source,
  { body, most }: { readonly body: unknown; readonly most: number },
): Promise<Answer> {
  const report = logReport.safeParse(body)
  if (!report.success) throw payloadError(report.error)
  const { address, entries } = report.data
  if (entries.length > most) throw tooManyEntries(most)
  const { good, bad } = sorted(entries.map(({ data }) => data))
  if (good.length === 0 && bad.length > 0) throw noneGood(bad)
  const kept = await source.keep(messagesOf(good, address), ingest)
  if (bad.length > 0) {
    source.refuse('bad_entry', `${bad.length} entries, the first: ${bad[0]}`)
  }
  return {
    status: 201,
    headers: {
      'gatuvakt-stored': String(kept.stored),
      'gatuvakt-unknown': String(kept.unknown),
      'gatuvakt-refused': String(bad.length),
    },
  }
}

function sorted(entries: readonly unknown[]): {
  readonly good: readonly TalqEntry[]
  /** Where and why. */
  readonly bad: readonly string[]
} {
  const good: TalqEntry[] = []
  const bad: string[] = []
  for (const [index, data] of entries.entries()) {
    const entry = talqEntry.safeParse(data)
    if (entry.success && sizeOf(entry.data) <= BYTES_EACH) good.push(entry.data)
    else {
      const issue = entry.error?.issues[0]
      const where = ['entries', index, 'data', ...(issue?.path ?? [])].join('.')
      bad.push(`${where}: ${issue?.message ?? 'it is too large'}`)
    }
  }
  return { good, bad }
}

function messagesOf(entries: readonly TalqEntry[], logger: string | undefined): Heard[] {
  const byDevice = Map.groupBy(entries, ({ srcAddress }) => talqSource(srcAddress).device)
  return [...byDevice].flatMap(([device, all]) =>
    portions(all).map((portion): Heard => ({
      identity: device,
      topic: `talq/${device.slice(0, 200)}/log`,
      payload: encodeTalqMessage({
        v: 1,
        ...(logger !== undefined && { logger }),
        entries: portion,
      }),
    })),
  )
}

function portions(entries: readonly TalqEntry[]): TalqEntry[][] {
  const all: TalqEntry[][] = []
  let bytes = Infinity
  for (const entry of entries) {
    const size = sizeOf(entry)
    const last = all.at(-1)
    if (last === undefined || last.length >= ENTRIES_EACH || bytes + size > BYTES_EACH) {
      all.push([entry])
      bytes = size
    } else {
      last.push(entry)
      bytes += size
    }
  }
  return all
}

function sizeOf(entry: TalqEntry): number {
  return Buffer.byteLength(JSON.stringify(entry))
}

function bodyOf(delivery: Delivery): unknown {
  const parsed = parseBody(textOf(delivery))
  if (parsed.ok) return parsed.root
  throw new Problem({
    kind: 'invalid',
    what: `The body is not JSON (${parsed.why}); nothing was stored`,
    where: 'body',
    facts: { talq: 'payloadError' },
  })
}

function requireVersion({ headers }: Delivery): void {
  const version = headers['talq-api-version']
  if (typeof version === 'string' && /^2\.\d+(?:\.\d+)?$/.test(version)) return
  const missing = version === undefined
  throw new Problem({
    kind: 'invalid',
    what: missing
      ? 'The header talq-api-version is missing'
      : `The version ${JSON.stringify(String(version).slice(0, 20))} is not spoken here`,
    where: 'header talq-api-version',
    next: 'Speak TALQ 2',
    facts: { talq: missing ? 'headerMissing' : 'headerValueNotValid' },
  })
}

function requireId({ query }: Delivery, name: string): void {
  const value = query.get(name)
  if (value !== undefined && uuid.test(value)) return
  throw new Problem({
    kind: 'invalid',
    what: value === undefined ? `${name} is missing` : `${name} is no UUID`,
    where: `query.${name}`,
    facts: { talq: value === undefined ? 'parameterMissing' : 'parameterValueNotValid' },
  })
}

function tooManyEntries(most: number): Problem {
  return new Problem({
    kind: 'too_large',
    what: `There are more than ${most} entries; nothing was stored`,
    where: 'entries',
    next: 'Report more often',
  })
}

function noneGood(bad: readonly string[]): Problem {
  return new Problem({
    kind: 'invalid',
    what: `None of the ${bad.length} entries is as TALQ defines it; nothing was stored`,
    where: 'entries',
    why: bad.slice(0, 5).join('; '),
    facts: { talq: 'payloadError' },
  })
}

function notHere({ method, rest }: Delivery): Problem {
  return new Problem({
    kind: 'not_found',
    what: `${method} ${rest.slice(0, 80)} is not done here`,
    why: 'This service watches devices and does not control or configure them',
    facts: { talq: 'resourceNotFound' },
  })
}
