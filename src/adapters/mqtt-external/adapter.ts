import type { Adapter } from '../adapter.ts'
import type { ExternalHealth } from './health.ts'
import { Supervisor, type ExternalParts } from './supervisor.ts'

export interface ExternalMqttAdapter extends Adapter {
  health(): ExternalHealth
  /**
   * Asks for the filters again and tells the broker, without a new connection. Rejects when they
   * cannot be had; then the old ones stay.
   */
  reload(): Promise<void>
}

/**
 * Listens to a broker of somebody else. A message with QoS 1 is acknowledged only after
 * `context.append` resolved, in the order the messages came. `start` returns when the first attempt
 * has begun: it never fails because the broker is away, and neither does the service.
 */
export function createExternalMqttAdapter(parts: ExternalParts): ExternalMqttAdapter {
  let supervisor: Supervisor | undefined
  return {
    connection: parts.connection,

    async start(context) {
      if (supervisor !== undefined) throw new Error('started twice')
      supervisor = new Supervisor(parts, context)
      supervisor.start()
    },

    health() {
      if (supervisor !== undefined) return supervisor.health()
      return { state: 'connecting', detail: 'not started', pending: 0, lagSeconds: 0 }
    },

    async reload() {
      await supervisor?.reload()
    },

    async [Symbol.asyncDispose]() {
      await supervisor?.stop()
    },
  }
}
