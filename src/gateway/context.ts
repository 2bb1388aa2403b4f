import type { AdapterContext } from '../adapters/adapter.ts'
import type { Core } from '../core.ts'
import type { PortParts } from '../ports.ts'

/** What an adapter is given to work with, under the name of its connection. */
export function adapterContext(
  { logger, clock, config: { secrets } }: PortParts,
  core: Core,
  connection: string,
): AdapterContext {
  // Looking the label up for every message would cost more than the rest of this.
  const durable = core.metrics.messages.labels({ connection })
  return {
    append: async (envelope) => {
      const position = await core.log.append(envelope)
      durable.inc()
      return position
    },
    appendAll: async (envelopes) => {
      await core.log.appendAll(envelopes)
      durable.inc(envelopes.length)
    },
    login: (username, secret) => core.identity.deviceLogin(username, secret),
    refuse: (refusal) => core.problems.note(refusal),
    unknown: (stranger) => core.inbox.note(stranger),
    secret: (name) => secrets[name],
    log: logger.child({ adapter: connection }),
    clock,
  }
}
