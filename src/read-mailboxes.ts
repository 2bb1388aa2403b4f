import type { CaseWork, CaseWorkParts } from './case-work.ts'
import { systemClock } from './clock.ts'
import type { MailboxOf } from './mailbox/intake.ts'
import { startMailboxes, type Mailboxes } from './mailbox/mailboxes.ts'
import type { PortParts } from './ports.ts'

/** Reads the mailboxes that the configurations name, for as long as the process runs. */
export async function readMailboxes(
  { clock, random, config, logger }: PortParts,
  {
    database,
    current,
    configurations,
    secret,
    caseWork,
  }: CaseWorkParts & { readonly caseWork: CaseWork },
): Promise<Mailboxes> {
  const { cases, photos, personal } = caseWork
  return await startMailboxes({
    database,
    cases,
    photos,
    people: personal,
    clock,
    realTime: systemClock,
    secret,
    random,
    async mailboxes() {
      const found: MailboxOf[] = []
      for (const organisation of await configurations.organisations()) {
        const { mailboxes } = await current.load(organisation)
        for (const [name, settings] of mailboxes)
          found.push({ organisation, name, settings })
      }
      return found
    },
    secretOf: (name) =>
      Object.hasOwn(config.secrets, name) ? config.secrets[name] : undefined,
    failed: ({ organisation, name }, error) =>
      logger.warn({ organisation, mailbox: name, err: error }, 'a mailbox cannot be read'),
    stale: (error) => logger.error({ err: error }, 'mailboxes could not be refreshed'),
  })
}
