import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import pino from 'pino'
import type { FieldAdapter, Refusal, Stranger } from '../../../src/adapters/adapter.ts'
import { createHttpIntake } from '../../../src/adapters/http/intake.ts'
import type { HttpLimits } from '../../../src/adapters/http/limits.ts'
import { systemClock } from '../../../src/clock.ts'
import { deviceType } from '../../../src/devices/device-type.ts'
import type { FieldDevice } from '../../../src/devices/field-device.ts'
import { httpConnection } from '../../../src/devices/http/connection.ts'
import type { Clock } from '../../../src/domain/clock.ts'
import { organisationId } from '../../../src/domain/ids.ts'
import type { Envelope } from '../../../src/domain/log-record.ts'

export const strandkoping = organisationId.parse('strandkoping')
export const token = 'Yq3kYJ2bS9m0w5e7v1u4t6r8p0o2n4l6k8j0h2g4f6d'

/** What a test sends. */
export type Body = string | Uint8Array<ArrayBuffer> | ReadableStream | null

export interface Intaking extends AsyncDisposable {
  readonly url: string
  /** Where the connection `field` is sent to. */
  readonly address: string
  readonly adapter: FieldAdapter
  readonly stored: Envelope[]
  readonly refusals: Refusal[]
  readonly strangers: Stranger[]
  /** Payloads that were stored, as text. */
  texts(): string[]
  /** Payloads that were stored, as JSON. */
  messages(): unknown[]
  /** Sends to the connection with the right token unless `init` has headers of its own. */
  post(body: Body, init?: RequestInit & { rest?: string }): Promise<Response>
}

export interface IntakingOptions {
  readonly settings: Readonly<Record<string, unknown>>
  readonly devices?: readonly FieldDevice[]
  readonly append?: (envelopes: readonly Envelope[]) => Promise<void>
  readonly login?: (shown: { readonly token: string }) => Promise<boolean>
  readonly limits?: Partial<HttpLimits>
  readonly clock?: Clock
}

/** The intake on a real port, with one connection `field` of the organisation strandkoping. */
export async function startIntake(options: IntakingOptions): Promise<Intaking> {
  const stored: Envelope[] = []
  const refusals: Refusal[] = []
  const strangers: Stranger[] = []
  const intake = createHttpIntake({
    clock: options.clock ?? systemClock,
    login: options.login ?? (async (shown) => shown.token === token),
    limits: options.limits ?? {},
  })
  // As the service's own server is made: it reads JSON and no text, and its bodies are small.
  const app = Fastify({
    bodyLimit: 256 * 1024,
    requestTimeout: 30_000,
    // Clients keep connections open on which a refused upload never ended.
    forceCloseConnections: true,
  })
  app.removeContentTypeParser('text/plain')
  await app.register(intake.plugin)
  const adapter = intake.connection(strandkoping, {
    name: 'field',
    settings: httpConnection.parse({ protocol: 'http', ...options.settings }),
    devices: options.devices ?? [],
  })
  const appendAll = async (envelopes: readonly Envelope[]): Promise<void> => {
    await options.append?.(envelopes)
    stored.push(...envelopes)
  }
  await adapter.start({
    append: (envelope) => appendAll([envelope]),
    appendAll,
    login: async () => undefined,
    refuse: (refusal) => refusals.push(refusal),
    unknown: (stranger) => strangers.push(stranger),
    secret: () => undefined,
    log: pino({ level: process.env['LOG'] ?? 'silent' }),
    clock: options.clock ?? systemClock,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const address = `${url}/ingest/v1/strandkoping/field`
  const texts = (): string[] => stored.map(({ payload }) => Buffer.from(payload).toString())
  return {
    url,
    address,
    adapter,
    stored,
    refusals,
    strangers,
    texts,
    messages: () => texts().map((text): unknown => JSON.parse(text)),
    post: (body, { rest = '', headers, ...init } = {}) =>
      fetch(`${address}${rest}`, {
        method: 'POST',
        body,
        headers: headers ?? {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
        ...init,
      }),
    async [Symbol.asyncDispose]() {
      await app.close()
      await adapter[Symbol.asyncDispose]()
    },
  }
}

const types = {
  http: deviceType.parse({
    type: 'example/pressure@1.0.0',
    description: 'Water pressure',
    protocol: 'http',
    interval: '60s',
    points: { pressure: { path: '$.pressure', unit: 'bar' } },
  }),
  lorawan: deviceType.parse({
    type: 'example/lora@1.0.0',
    description: 'A LoRaWAN luminaire',
    protocol: 'lorawan',
    lorawan: { payload: 'object' },
    interval: '1h',
    points: { power: { path: '$.power', unit: 'W' } },
  }),
  talq: deviceType.parse({
    type: 'example/talq-lamp@1.0.0',
    description: 'A TALQ luminaire',
    protocol: 'talq',
    interval: '1h',
    points: { lampFailure: { function: 'lampMonitor', attribute: 'event:lampFailure' } },
  }),
} as const

/** A registered device; `address` is what its sender calls it. */
export function deviceOf(
  protocol: keyof typeof types,
  slug: string,
  address: FieldDevice['address'] = {},
): FieldDevice {
  return { id: `${slug}-id`, slug, type: types[protocol], address, params: {} }
}
