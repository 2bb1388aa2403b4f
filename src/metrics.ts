import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'

/** What the service counts about itself. Labels have few values, all known beforehand. */
export interface Metrics {
  readonly registry: Registry
  readonly messages: Counter<'connection'>
  readonly refused: Counter<'reason'>
  /** Shows how many commits of the log `consumer` has yet to handle, asked when somebody looks. */
  follow(consumer: string, behind: () => number): void
  /** Shows how writing to the reading store goes. */
  followHistory(state: () => 'closed' | 'open' | 'half_open'): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'gatuvakt_' })
  const followed = new Map<string, () => number>()
  const lag = new Gauge({
    name: 'gatuvakt_consumer_commits_behind',
    help: 'Commits of the reading log that a consumer has yet to handle',
    labelNames: ['consumer'],
    registers: [registry],
    collect: () => {
      for (const [consumer, behind] of followed) lag.set({ consumer }, behind())
    },
  })
  return {
    registry,
    messages: new Counter({
      name: 'gatuvakt_ingest_messages_total',
      help: 'Raw messages that are durable in the reading log',
      labelNames: ['connection'],
      registers: [registry],
    }),
    refused: new Counter({
      name: 'gatuvakt_ingest_refused_total',
      help: 'Messages and connections that were refused or could not be understood',
      labelNames: ['reason'],
      registers: [registry],
    }),
    follow: (consumer, behind) => void followed.set(consumer, behind),
    followHistory(state) {
      const circuit = new Gauge({
        name: 'gatuvakt_history_circuit',
        help: 'State of the circuit to the reading store: 1 for the one it is in',
        labelNames: ['state'],
        registers: [registry],
        collect: () => {
          for (const one of ['closed', 'open', 'half_open'] as const)
            circuit.set({ state: one }, state() === one ? 1 : 0)
        },
      })
    },
  }
}
