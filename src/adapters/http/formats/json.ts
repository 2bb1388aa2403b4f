import type { HttpConnectionOf } from '../../../devices/http/connection.ts'
import { splitList } from '../../../devices/http/split-list.ts'
import {
  createMessageParser,
  MAX_PAYLOAD_BYTES,
} from '../../../devices/json/parse-message.ts'
import { compilePath } from '../../../devices/json/path.ts'
import { Problem } from '../../../domain/problem.ts'
import {
  requireJson,
  requirePost,
  textOf,
  type Answer,
  type Delivery,
} from '../delivery.ts'
import type { Heard, Kept, Source } from '../source.ts'

const parse = createMessageParser()

/**
 * One JSON object, or a list of them: each is a message and is kept exactly as it came. All are
 * looked at before any is stored.
 */
export async function takeJson(
  delivery: Delivery,
  source: Source,
  given: { readonly settings: HttpConnectionOf<'json'>; readonly most: number },
): Promise<Answer> {
  requirePost(delivery)
  requireJson(delivery)
  const split = splitList(textOf(delivery), given.most)
  if (!split.ok) throw wrong('body', `The list cannot be read: ${split.why}`)
  const { list, items } = split
  const identify = identifier(delivery, given.settings)
  const messages = items.map((text, index): Heard => {
    const where = list ? `item ${index + 1} of ${items.length}` : 'body'
    try {
      return messageOf(text, where, identify)
    } catch (error) {
      if (error instanceof Problem) {
        source.refuse(
          'not_taken',
          error.details.what,
          new TextEncoder().encode(text.slice(0, 200)),
        )
      }
      throw error
    }
  })
  return counted(await source.keep(messages, delivery.ingest))
}

/** 200 with what became of it. A device that is not known is no reason to send it again. */
export function counted(kept: Kept): Answer {
  return { status: 200, body: kept }
}

type Identify = (root: unknown, where: string) => string

function messageOf(text: string, where: string, identify: Identify): Heard {
  const payload = new TextEncoder().encode(text)
  const parsed = parse(payload)
  if (!parsed.ok) {
    if (payload.length > MAX_PAYLOAD_BYTES) throw messageTooLarge(where)
    throw wrong(where, `A message cannot be read: ${parsed.problem.detail}`)
  }
  const identity = identify(parsed.root, where)
  return { identity, topic: `http/${identity}`, payload }
}

function identifier(
  { rest, headers }: Delivery,
  { identity }: HttpConnectionOf<'json'>,
): Identify {
  if (identity === 'url') {
    return (_root, where) =>
      usable(rest, where, 'Put the name of the device behind the address of the connection')
  }
  if ('header' in identity) {
    const value = headers[identity.header]
    return (_root, where) =>
      usable(value, where, `Put the name of the device into the header ${identity.header}`)
  }
  const path = compilePath(identity.path)
  return (root, where) =>
    usable(path.read(root), where, `Put the name of the device at ${identity.path}`)
}

function usable(value: unknown, where: string, next: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= 200) return value
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  throw wrong(where, 'It does not say which device it is of', next)
}

export function messageTooLarge(where: string): Problem {
  return new Problem({
    kind: 'too_large',
    what: `A message is longer than ${MAX_PAYLOAD_BYTES} bytes; nothing was stored`,
    where,
    next: 'Send smaller messages; several may stand in one list',
  })
}

function wrong(where: string, what: string, next?: string): Problem {
  return new Problem({
    kind: 'invalid',
    what,
    where,
    why: 'Nothing of this request was stored',
    next: next ?? 'Send one JSON object, or a list of them, and correct what is named here',
  })
}
