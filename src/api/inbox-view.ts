import { z } from 'zod'
import { toIso } from '../domain/time.ts'
import type { InboxGroup } from '../inbox/read.ts'

const time = z.iso.datetime()

/** Strangers of one kind on one connection. */
export const inboxGroupView = z.object({
  id: z.string(),
  connection: z.string(),
  /** Of their name and their messages, in words. */
  shape: z.string(),
  /** What the last of them called itself. */
  identity: z.string(),
  /** The last 20 names, the newest first. */
  identities: z.array(z.string()),
  /** Messages. */
  count: z.int(),
  /** Messages a minute between the first and the last; null while there is one. */
  perMinute: z.number().nullable(),
  firstAt: time,
  lastAt: time,
  /** Beginning of the last message, at most 4 KiB; `text` is null when it is not UTF-8. */
  sample: z.object({ text: z.string().nullable(), hex: z.string() }),
  dismissedAt: time.nullable(),
})
export type InboxGroupView = z.infer<typeof inboxGroupView>

export const inboxListView = z.object({ groups: z.array(inboxGroupView) })

export function inboxGroupViewOf(group: InboxGroup): InboxGroupView {
  const { id, connection, shape, identity, identities, count, perMinute = null } = group
  const { firstAt, lastAt, dismissedAt, sample } = group
  return {
    id,
    connection,
    shape,
    identity,
    identities: [...identities],
    count,
    perMinute,
    firstAt: toIso(firstAt),
    lastAt: toIso(lastAt),
    sample: { text: textOf(sample), hex: Buffer.from(sample).toString('hex') },
    dismissedAt: dismissedAt === undefined ? null : toIso(dismissedAt),
  }
}

/** A message that was cut off in the middle of a character is text all the same. */
function textOf(sample: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true })
  } catch {
    return null
  }
}
