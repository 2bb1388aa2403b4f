import type { FastifyPluginAsync } from 'fastify'
import type { CaseWork, CaseWorkParts } from './case-work.ts'
import type { ActiveConfiguration } from './configuration/active.ts'
import { every } from './domain/every.ts'
import type { OrganisationId } from './domain/ids.ts'
import { durationUs, MINUTE } from './domain/time.ts'
import { writeAudit } from './identity/audit.ts'
import { createFetch } from './open311/fetch.ts'
import { forwardCase, type Forward } from './open311/forward.ts'
import { createClientKeys, type ClientKeys } from './open311/keys.ts'
import { open311Routes } from './open311/plugin.ts'
import { pollPartners } from './open311/poll.ts'
import type { PortParts } from './ports.ts'

/** How long a partner that has cases of ours is left alone. */
const POLL = durationUs(5 * MINUTE)

export interface PartnersParts extends CaseWorkParts {
  readonly caseWork: CaseWork
}

/** Other organisations that speak Open311: their door, their keys, and the cases they have of ours. */
export interface Partners {
  readonly plugin: FastifyPluginAsync
  readonly keys: ClientKeys
  /** Hands a case to one of them. */
  readonly forward: Forward
  /** Asks every partner once what became of what was handed to it. */
  poll(): Promise<void>
}

export function createPartners(ports: PortParts, parts: PartnersParts): Partners {
  const { clock, random, config, logger } = ports
  const { database, current, configurations, caseWork } = parts
  const { cases, photos, assignments, personal } = caseWork
  const organisations = (): Promise<readonly OrganisationId[]> =>
    configurations.organisations()
  const catalogue = (organisation: OrganisationId): Promise<ActiveConfiguration> =>
    current.load(organisation)
  const fetch = createFetch({ clock, allow: config.webhooks.allow })
  const { secrets } = config
  const asking = { database, clock, cases, catalogue, fetch, secrets }
  const checkActs: typeof assignments.checkActs = (...asked) =>
    assignments.checkActs(...asked)
  return {
    plugin: open311Routes({
      database,
      clock,
      cases,
      photos,
      fetch,
      log: logger,
      baseUrl: config.http.baseUrl ?? `http://localhost:${config.http.port}`,
      organisations,
      catalogue,
    }),
    keys: createClientKeys({ database, clock, random, audit: writeAudit }),
    forward: (...asked) => forwardCase({ ...asking, personal, checkActs }, ...asked),
    async poll() {
      for (const organisation of await organisations()) {
        await pollPartners(asking, organisation, (partner, error) => {
          logger.warn({ partner, err: error }, 'a partner does not answer')
        })
      }
    },
  }
}

export function startPartners(
  { clock, logger }: Pick<PortParts, 'clock' | 'logger'>,
  starting: AsyncDisposableStack,
  partners: Partners,
): void {
  starting.use(
    every(
      POLL,
      clock,
      () => partners.poll(),
      (error) => logger.error({ err: error }, 'partners could not be asked'),
    ),
  )
}
