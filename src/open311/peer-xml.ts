import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'

/** An update as another organisation tells it. */
export interface PeerUpdate {
  readonly id: string
  readonly request: string
  readonly status: string
  readonly text: string
}

const LONGEST_TEXT = 2_000

// What a peer answers is read without entities of its own making; we write the usual five out ourselves.
const parser = new XMLParser({ processEntities: false, parseTagValue: false })

const word = z
  .union([z.string(), z.object({}).transform(() => '')])
  .default('')
  .transform((text) => unescaped(text).trim())

function listOf<T extends z.ZodType>(one: T) {
  return z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(one).max(10_000),
  )
}

const accepted = z.object({
  service_requests: z.object({
    request: listOf(z.object({ service_request_id: word, token: word })),
  }),
})

const LONGEST_ID = 200
/** A peer's token has to fit where its id will stand. */
const LONGEST_TOKEN = 190

/** What a peer calls a case; a peer that works in batches first gives a token for its id. */
export type Accepted = { readonly id: string } | { readonly token: string }

/** How a peer took a case; undefined for an answer without exactly one id or token. */
export function acceptedAs(body: Buffer): Accepted | undefined {
  const read = accepted.safeParse(parsed(body))
  const [one, ...others] = read.success ? read.data.service_requests.request : []
  if (one === undefined || others.length > 0) return undefined
  const { service_request_id: id, token } = one
  if (id !== '') return id.length <= LONGEST_ID ? { id } : undefined
  return token !== '' && token.length <= LONGEST_TOKEN ? { token } : undefined
}

const updates = z.object({
  service_request_updates: z.union([
    z.string().transform(() => ({ request_update: [] })),
    z.object({
      request_update: listOf(
        z.object({
          update_id: word,
          service_request_id: word,
          status: word,
          description: word,
        }),
      ),
    }),
  ]),
})

/** What a peer says of our cases; undefined for what is no such document. Updates without an id are left out. */
export function readPeerUpdates(body: Buffer): readonly PeerUpdate[] | undefined {
  const read = updates.safeParse(parsed(body))
  if (!read.success) return undefined
  return read.data.service_request_updates.request_update
    .map((one) => ({
      id: one.update_id,
      request: one.service_request_id,
      status: one.status.toLowerCase().replaceAll(' ', '_'),
      text: one.description.slice(0, LONGEST_TEXT),
    }))
    .filter(({ id, request }) => id !== '' && id.length <= 200 && request !== '')
}

function parsed(body: Buffer): unknown {
  try {
    return parser.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function unescaped(text: string): string {
  return text.replaceAll(
    /&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-z]{1,5});/g,
    (found, entity: string) => {
      if (!entity.startsWith('#')) return named[entity] ?? found
      const code = Number(entity.replace('#x', '0x').replace('#', ''))
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : ''
    },
  )
}
