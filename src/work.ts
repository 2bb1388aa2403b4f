import { join } from 'node:path'
import type { Alarms } from './alarms/alarms.ts'
import { createAlarms } from './alarms/create-alarms.ts'
import { createCases, type CaseService } from './cases/create-cases.ts'
import { createCaseRenderers } from './cases/renderers.ts'
import type { CurrentConfiguration } from './configuration/current.ts'
import type { Database } from './database/database.ts'
import { enqueue } from './delivery/enqueue.ts'
import { createFolderTransport, createSmtpTransport } from './delivery/mail.ts'
import { createOutbox } from './delivery/outbox.ts'
import { every } from './domain/every.ts'
import { MINUTE } from './domain/time.ts'
import type { PortParts } from './ports.ts'

export interface WorkParts {
  readonly database: Database
  readonly current: CurrentConfiguration
  readonly secret: Uint8Array
}

/** Alarms and cases know each other only through the effects that one hands the other. */
export function createWork(
  { clock, random }: PortParts,
  { database, current, secret }: WorkParts,
): { readonly alarms: Alarms; readonly cases: CaseService } {
  const cases = createCases({
    database,
    clock,
    random,
    secret,
    catalogue: (organisation) => current.load(organisation),
    catalogueNow: (organisation) => current.loaded(organisation),
    enqueueMail: enqueue,
  })
  const alarms = createAlarms({
    database,
    clock,
    effects: cases.effects,
    ruleFacts: async (organisation, rule) =>
      (await current.load(organisation)).ruleFacts.get(rule),
  })
  return {
    cases,
    alarms: {
      ...alarms,
      // A transaction awaits only the database, so the catalogue is loaded before it begins.
      async take(organisation, transitions, facts) {
        await current.load(organisation)
        await alarms.take(organisation, transitions, facts)
      },
      async openCase(organisation, alarm, actor) {
        await current.load(organisation)
        return await alarms.openCase(organisation, alarm, actor)
      },
    },
  }
}

/** Sends what the outbox holds. */
export function startDelivery(
  { config, clock, random, logger, around }: PortParts,
  { database, current, secret }: WorkParts,
): AsyncDisposable {
  const { url, from } = config.mail
  const ownTransport =
    url === undefined
      ? createFolderTransport({ folder: join(config.data, 'mail'), from })
      : createSmtpTransport({ url, from })
  const transport = around?.transport?.(ownTransport) ?? ownTransport
  const baseUrl = config.http.baseUrl ?? `http://localhost:${config.http.port}`
  const outbox = createOutbox({
    database,
    clock,
    random,
    log: logger,
    transport,
    renderers: createCaseRenderers({
      database,
      baseUrl,
      secret,
      catalogue: (organisation) => current.load(organisation),
    }),
  })
  outbox.start()
  return outbox
}

/** Cases that recovered by themselves end once a minute. */
export function closeRecovered(
  { clock, logger }: PortParts,
  cases: CaseService,
): AsyncDisposable {
  const job = async (): Promise<void> => {
    await cases.closeRecovered(clock.now())
  }
  return every(MINUTE, clock, job, (error) => {
    logger.error({ err: error }, 'recovered cases could not be closed')
  })
}
