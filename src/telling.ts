import { join } from 'node:path'
import { startAnnunciator, type Annunciator } from './annunciation/annunciator.ts'
import type { DeskCatalogue } from './annunciation/catalogue.ts'
import { channelGone } from './annunciation/channel-state.ts'
import { createDesks, type Desks } from './annunciation/desks.ts'
import { heartbeatSeen } from './annunciation/heartbeat.ts'
import { createDeskCalls, createDeskRenderers } from './annunciation/renderers.ts'
import type { CaseWork } from './case-work.ts'
import { createCaseRenderers } from './cases/renderers.ts'
import { createStaffRenderers } from './cases/staff-renderers.ts'
import type { ActiveConfiguration, Configurations } from './configuration/active.ts'
import type { CurrentConfiguration } from './configuration/current.ts'
import type { Database } from './database/database.ts'
import type { Renderer } from './delivery/deliver.ts'
import { createFolderTransport, createSmtpTransport } from './delivery/mail.ts'
import { createOutbox, type Outbox } from './delivery/outbox.ts'
import { createCaller } from './delivery/webhook.ts'
import type { OrganisationId } from './domain/ids.ts'
import type { DetectionParts } from './ingest/detection.ts'
import type { ReadingLog } from './ingest/reading-log.ts'
import { replyAddress } from './mailbox/reply-token.ts'
import { takeRefused } from './mailbox/take-returned.ts'
import { createFetch } from './open311/fetch.ts'
import { createPushSenders } from './open311/push.ts'
import type { PortParts } from './ports.ts'
import { DEADLINE_MAIL } from './service-levels/parts.ts'
import { createDeadlineRenderers } from './service-levels/renderers.ts'
import { WEBHOOK_ROW } from './webhooks/listener.ts'
import { webhookRenderer } from './webhooks/renderer.ts'
import { createOrderLines, type OrderLetterParts } from './work-orders/letters.ts'
import { createCalendar } from './calendar/calendar.ts'
import type { Calendar } from './calendar/civil-time.ts'

export interface TellingParts {
  readonly database: Database
  readonly log: ReadingLog
  readonly current: CurrentConfiguration
  readonly secret: Uint8Array
  readonly caseWork: Pick<CaseWork, 'personal'>
  readonly configurations: Pick<Configurations, 'organisations'>
}

/** How what happens reaches people outside: desks, and the sign of life on its way to them. */
export interface Telling {
  readonly desks: Desks
  readonly beat: NonNullable<DetectionParts['beat']>
}

/** Makes it, and where this process delivers starts the outbox and the annunciator. */
export function startTelling(
  ports: PortParts,
  starting: AsyncDisposableStack,
  parts: TellingParts,
): Telling {
  const { clock } = ports
  const { database, current } = parts
  const delivers = ports.config.roles.includes('delivery')
  const outbox = delivers ? starting.use(startOutbox(ports, parts)) : undefined
  const catalogue = (organisation: OrganisationId): Promise<ActiveConfiguration> =>
    current.load(organisation)
  const wakeOutbox = (): void => outbox?.wake()
  const own = { database, clock, catalogue, calendar: calendarOf, wakeOutbox }
  if (delivers) starting.use(annunciator(ports, { ...parts, ...own }))
  return { desks: createDesks(own), beat: heartbeatSeen(own) }
}

function annunciator(
  { clock, random, logger }: PortParts,
  parts: TellingParts &
    Omit<Parameters<typeof startAnnunciator>[0], 'log' | 'random' | 'organisations'>,
): Annunciator {
  return startAnnunciator({
    ...parts,
    organisations: () => parts.configurations.organisations(),
    random,
    log: logger,
    async appendHeartbeat(organisation) {
      const ingest = clock.now()
      await parts.log.append({
        kind: 'control',
        control: 'heartbeat',
        organisation,
        ingest,
      })
    },
  })
}

/** Sends what the outbox holds. */
function startOutbox(
  { config, clock, random, logger, around }: PortParts,
  { database, current, secret, caseWork }: TellingParts,
): Outbox {
  const { url, from } = config.mail
  const ownTransport =
    url === undefined
      ? createFolderTransport({ folder: join(config.data, 'mail'), from })
      : createSmtpTransport({ url, from })
  const transport = around?.transport?.(ownTransport) ?? ownTransport
  const baseUrl = config.http.baseUrl ?? `http://localhost:${config.http.port}`
  const catalogue = (organisation: OrganisationId): Promise<ActiveConfiguration> =>
    current.load(organisation)
  const desks = { database, clock, catalogue, baseUrl }
  const { secrets, webhooks: calling } = config
  const fetch = createFetch({ clock, allow: calling.allow })
  const webhooks = async (
    organisation: OrganisationId,
  ): Promise<ActiveConfiguration['webhooks']> => (await current.load(organisation)).webhooks
  const outbox = createOutbox({
    database,
    clock,
    random,
    log: logger,
    transport,
    refused: takeRefused({ database, clock, people: caseWork.personal }),
    renderers: {
      ...createCaseRenderers({
        database,
        baseUrl,
        secret,
        catalogue,
        personal: caseWork.personal,
        replyTo: (organisation, report) => {
          const [box] = current.loaded(organisation).mailboxes.values()
          if (box === undefined) return undefined
          return replyAddress(secret, { address: box.address, organisation, report })
        },
      }),
      ...staffRenderers(desks),
      ...createDeskRenderers(desks),
    },
    calls: {
      renderers: {
        ...createDeskCalls(desks),
        [WEBHOOK_ROW]: webhookRenderer({ database, baseUrl, webhooks }),
      },
      caller: createCaller({ secrets, allow: calling.allow, clock }),
      gone: channelGone(desks),
    },
    senders: createPushSenders({ ...desks, fetch, secrets }),
  })
  outbox.start()
  return outbox
}

/** Letters to staff, and what stands in them. */
function staffRenderers(
  desks: Parameters<typeof createDeadlineRenderers>[0] & OrderLetterParts,
): Readonly<Record<string, Renderer>> {
  const deadlines = createDeadlineRenderers(desks)
  const orders = createOrderLines(desks)
  const deadline = deadlines[DEADLINE_MAIL]
  return { ...deadlines, ...createStaffRenderers({ ...desks, deadline, orders }) }
}

const calendars = new WeakMap<object, Calendar>()

/** The civil time of a configuration's organisation; made once for each. */
function calendarOf(
  catalogue: DeskCatalogue & Partial<Pick<ActiveConfiguration, 'rules'>>,
): Calendar {
  const known = calendars.get(catalogue)
  if (known !== undefined) return known
  const made = createCalendar(catalogue.zone, catalogue.rules?.holidays)
  calendars.set(catalogue, made)
  return made
}
