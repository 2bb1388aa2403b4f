import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { Sender } from '../delivery/deliver.ts'
import { RetryLaterError, UndeliverableError } from '../delivery/letter.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, elapsed, SECOND } from '../domain/time.ts'
import type { Open311Catalogue, Partner } from './config.ts'
import type { Answered, Fetch } from './fetch.ts'
import { publish } from './publish.ts'
import { pushKind, pushPayload } from './push-payload.ts'
import { readUnpushed, type ToldUpdate } from './updates.ts'

/** Updates sent in one try; the rest goes with the next. */
const SENT_AT_ONCE = 20
/** No other update is begun after so long; with the one under way a try stays within the outbox's. */
const BEGUN_WITHIN = durationUs(30 * SECOND)
/** When what is left goes. */
const SOON = durationUs(SECOND)
const ANSWER_BYTES = 64 * 1024

export interface PushParts {
  readonly database: Database
  readonly clock: Clock
  readonly catalogue: (organisation: OrganisationId) => Promise<Open311Catalogue>
  readonly fetch: Fetch
  /** Where people reach the service, without a slash at the end. */
  readonly baseUrl: string
  /** By name, from the settings of the process. */
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * Sends a client what it has not had of one report, the oldest first: what comes later waits for
 * what is before it, whichever row of the outbox gets there. Each is noted as soon as the client has
 * it; what goes wrong is thrown, so that the row is tried again and goes on from there.
 */
export function createPushSenders(parts: PushParts): Record<string, Sender> {
  return {
    [pushKind]: async (organisation, payload) => {
      const { client, request } = pushPayload.parse(payload)
      const catalogue = await parts.catalogue(organisation)
      const push = catalogue.partners.get(client)?.push
      // It asks by itself now.
      if (push === undefined) return false
      const now = parts.clock.now()
      const { database, baseUrl } = parts
      await database.write(organisation, 'normal', (work) =>
        publish(work, { client, now, until: now }),
      )
      const waiting = await readUnpushed(
        database.read(organisation),
        { catalogue, client, request, baseUrl },
        SENT_AT_ONCE,
      )
      for (const { id, told } of waiting) {
        if (elapsed(now, parts.clock.now()) > BEGUN_WITHIN) throw moreWait()
        if (told !== undefined) await send(parts, push, told)
        await database.write(organisation, 'normal', async ({ query }) => {
          await query
            .updateTable('open311_update')
            .set({ pushed_at: now })
            .where('id', '=', id)
            .execute()
        })
      }
      if (waiting.length === SENT_AT_ONCE) throw moreWait()
      return true
    },
  }
}

function moreWait(): Error {
  return new RetryLaterError('more updates wait', SOON)
}

async function send(
  { fetch, secrets }: PushParts,
  { url, jurisdiction, secret }: NonNullable<Partner['push']>,
  told: ToldUpdate,
): Promise<void> {
  const key = Object.hasOwn(secrets, secret) ? secrets[secret] : undefined
  if (key === undefined) {
    throw new Error(`the settings of this process have no secret "${secret}"`)
  }
  const form = [
    ['jurisdiction_id', jurisdiction],
    ['api_key', key],
    ['update_id', told.update_id],
    ['service_request_id', told.service_request_id],
    ['status', told.status.toUpperCase()],
    ['updated_datetime', told.updated_datetime],
    ['description', told.description],
    ['external_status_code', told.external_status_code],
    ...[told.media_url ?? []].flat().map((address) => ['media_url', address] as const),
  ] as const
  const answer = await fetch({
    method: 'POST',
    url: `${url}servicerequestupdates.xml`,
    form,
    most: ANSWER_BYTES,
  })
  if (isTaken(answer)) return
  const words = `the partner answered ${answer.status}`
  // Its mistake or ours, somebody must look; but later updates must not overtake this one.
  throw answer.status === 410 ? new UndeliverableError(words) : new Error(words)
}

/** Taken now, or taken before. */
function isTaken({ status, body }: Answered): boolean {
  if (status >= 200 && status < 300) return true
  return status === 400 && errorsIn(body).some((text) => /already exists/i.test(text))
}

const parser = new XMLParser({ processEntities: false, parseTagValue: false })

const errors = z.object({
  errors: z.object({
    error: z.preprocess(
      (one) => (Array.isArray(one) ? one : [one]),
      z.array(z.object({ description: z.string().default('') })),
    ),
  }),
})

/** What a partner says went wrong; nothing for what is no such document. */
export function errorsIn(body: Buffer): readonly string[] {
  const text = body.toString('utf8')
  // FixMyStreet says some refusals in plain words.
  if (!text.trimStart().startsWith('<')) return [text.slice(0, 500)]
  try {
    const read = errors.safeParse(parser.parse(text))
    return read.success ? read.data.errors.error.map((one) => one.description) : []
  } catch {
    return []
  }
}
