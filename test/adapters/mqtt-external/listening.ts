import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import pino from 'pino'
import type { Refusal } from '../../../src/adapters/adapter.ts'
import {
  createExternalMqttAdapter,
  type ExternalMqttAdapter,
} from '../../../src/adapters/mqtt-external/adapter.ts'
import { externalBroker } from '../../../src/adapters/mqtt-external/config.ts'
import type { DeviceFilter } from '../../../src/adapters/mqtt-external/filters.ts'
import type { ExternalHealth } from '../../../src/adapters/mqtt-external/health.ts'
import type { Remember } from '../../../src/adapters/mqtt-external/subscriptions.ts'
import { systemClock } from '../../../src/clock.ts'
import type { Clock, Random } from '../../../src/domain/clock.ts'
import type { Envelope } from '../../../src/domain/log-record.ts'
import { systemRandom } from '../../../src/random.ts'
import { until } from '../../support/until.ts'
import { taking } from '../../support/taking.ts'

/** Waits that suit a test; everything else is as a town has it. */
const quick = { firstRetry: '50ms', longestRetry: '400ms', stopWithin: '2s' }

export const lampFilter: DeviceFilter = { filter: 'gatuvakt/strandkoping/+/up' }
export const topicOf = (device: string): string => `gatuvakt/strandkoping/${device}/up`

export interface Listening extends AsyncDisposable {
  readonly adapter: ExternalMqttAdapter
  readonly stored: Envelope[]
  readonly refusals: Refusal[]
  /** Payloads that were stored, as text. */
  texts(): string[]
  /** Reasons of refusals, each once, in order. */
  reasons(): string[]
}

export interface ListeningOptions {
  /** `url` is made of it unless `settings` has one. */
  readonly port?: number
  readonly settings?: Readonly<Record<string, unknown>>
  readonly limits?: Readonly<Record<string, unknown>>
  readonly append?: (envelope: Envelope) => Promise<unknown>
  readonly filters?: () => Promise<readonly DeviceFilter[]>
  readonly remember?: Remember
  readonly clock?: Clock
  readonly random?: Random
}

/** What an installation remembers of its subscriptions, for as long as a test lives. */
export function createMemory(): Remember & { readonly saved: string[][] } {
  const saved: string[][] = []
  return {
    saved,
    load: async () => saved.at(-1) ?? [],
    save: async (subscriptions) => void saved.push([...subscriptions]),
  }
}

/** Starts the adapter; it may still be connecting. */
export async function startListening(options: ListeningOptions): Promise<Listening> {
  const stored: Envelope[] = []
  const refusals: Refusal[] = []
  const adapter = createExternalMqttAdapter({
    connection: 'region',
    config: externalBroker.parse({
      url: `mqtt://127.0.0.1:${options.port ?? 0}`,
      organisation: 'strandkoping',
      ...options.settings,
      limits: { ...quick, ...options.limits },
    }),
    filters: options.filters ?? (async () => [lampFilter]),
    remember: options.remember ?? createMemory(),
    random: options.random ?? systemRandom,
  })
  await adapter.start({
    ...taking(async (envelope) => {
      await options.append?.(envelope)
      stored.push(envelope)
    }),
    login: async () => undefined,
    unknown: ({ identity }) => {
      throw new Error(`nobody should be a stranger here: ${identity}`)
    },
    secret: () => undefined,
    refuse: (refusal) => refusals.push(refusal),
    log: pino({ level: process.env['LOG'] ?? 'silent' }),
    clock: options.clock ?? systemClock,
  })
  return {
    adapter,
    stored,
    refusals,
    texts: () => stored.map(({ payload }) => Buffer.from(payload).toString()),
    reasons: () => [...new Set(refusals.map(({ reason }) => reason))],
    [Symbol.asyncDispose]: () => adapter[Symbol.asyncDispose](),
  }
}

/** Starts the adapter and waits until it hears. */
export async function listenTo(options: ListeningOptions): Promise<Listening> {
  const listening = await startListening(options)
  await until(() => listening.adapter.health().state === 'online')
  return listening
}

/** A device of the town, or any other client of the broker. */
export async function connectTo(
  port: number,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const { protocol = 'mqtt' } = options
  const url = `${protocol}://127.0.0.1:${port}`
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options }, false)
  client.on('error', () => undefined)
  return client
}

/** Publishes with QoS 1 and resolves when the broker has everything. */
export async function publish(
  port: number,
  words: readonly (string | Buffer)[],
  { topic = topicOf('lamp-17'), ...options }: IClientOptions & { topic?: string } = {},
): Promise<void> {
  const client = await connectTo(port, options)
  await Promise.all(words.map((word) => client.publishAsync(topic, word, { qos: 1 })))
  await client.endAsync()
}

/** `m0`, `m1`, … */
export const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `m${from + index}`)

/** Waits for a state; answers with what is said then. */
export async function untilState(
  { adapter }: Listening,
  state: ExternalHealth['state'],
): Promise<ExternalHealth> {
  await until(() => adapter.health().state === state)
  return adapter.health()
}
