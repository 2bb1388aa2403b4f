import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import { issuedClientKey } from '../../src/api/open311-client-view.ts'
import { toIso } from '../../src/domain/time.ts'
import { strandkoping, type TestService } from '../support/service.ts'

/** An update as a partner's program reads it. */
const update = z.object({
  update_id: z.string(),
  service_request_id: z.string(),
  status: z.string(),
  updated_datetime: z.string(),
  description: z.string().min(1),
  external_status_code: z.string(),
})
export type Heard = z.infer<typeof update>

const answered = z.object({
  service_requests: z.object({ request: z.object({ service_request_id: z.string() }) }),
})
const heardList = z.object({
  service_request_updates: z.union([
    z.literal('').transform(() => ({ request_update: [] })),
    z.object({ request_update: z.array(update) }),
  ]),
})
const requests = z.tuple([
  z.object({ status: z.string(), status_notes: z.string().nullable() }),
])

const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => name === 'request_update',
})

/** A partner's program with a key of its own. */
export interface PartnerProgram {
  /** Sends a report and gives its id. */
  send(form: Readonly<Record<string, string>>): Promise<string>
  /** Everything that was told since the service began, as polls by the hour read it. */
  heard(): Promise<readonly Heard[]>
  /** The status of a report, and what is said about it. */
  statusOf(id: string): Promise<{ status: string; status_notes: string | null }>
  readonly key: string
}

const began = '2026-11-20T16:00:00Z'
const jurisdiction = 'strandkoping.example'

/** A partner of the demo municipality that was given a key. */
export async function partnerProgram(
  { local, http, clock }: TestService,
  client = 'fixamingata',
): Promise<PartnerProgram> {
  const given = await local.inject({
    method: 'POST',
    url: '/open311-client-add',
    payload: { organisation: strandkoping, client },
  })
  const { key } = issuedClientKey.parse(given.json())
  const endpoint = `${http}/open311/v2/`
  return {
    key,
    async send(form) {
      const answer = await fetch(`${endpoint}requests.xml`, {
        method: 'POST',
        body: new URLSearchParams({
          jurisdiction_id: jurisdiction,
          api_key: key,
          ...form,
        }),
      })
      const read: unknown = parser.parse(await answer.text())
      return answered.parse(read).service_requests.request.service_request_id
    },
    async heard() {
      const query = new URLSearchParams({
        jurisdiction_id: jurisdiction,
        api_key: key,
        start_date: began,
        end_date: toIso(clock.now()),
      })
      const url = `${endpoint}servicerequestupdates.xml?${query.toString()}`
      const read: unknown = parser.parse(await (await fetch(url)).text())
      return heardList.parse(read).service_request_updates.request_update
    },
    async statusOf(id) {
      const url = `${endpoint}requests/${id}.json?jurisdiction_id=${jurisdiction}&api_key=${key}`
      const [one] = requests.parse(await (await fetch(url)).json())
      return one
    },
  }
}

/** A description as FixaMinGata frames it, line ends as its program sends them. */
export function framed(report: number, title: string, text: string): string {
  const link = `https://fixamingata.example/report/${report}`
  return [
    `Titel: ${title}`,
    `Beskrivning: ${text}`,
    `Länk till ärendet: ${link}`,
    'Skickad via FixaMinGata\r\n',
  ].join('\r\n\r\n')
}
