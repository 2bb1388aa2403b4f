import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import { writeAudit } from '../../identity/audit.ts'
import { knownSenders } from '../../inbox/known.ts'
import { dismissGroup, getInboxGroup, listInbox } from '../../inbox/read.ts'
import { inboxGroupViewOf, type InboxGroupView, type inboxListView } from '../inbox-view.ts'
import { id, listLimit } from '../inputs.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

const listBody = z.strictObject({
  organisation: organisationId.optional(),
  limit: listLimit,
  all: z.boolean().default(false),
})

/** Who talks and is no device, those heard last first. */
export async function inboxList(
  parts: LocalParts,
  input: unknown,
): Promise<z.infer<typeof inboxListView>> {
  const { organisation: asked, ...page } = listBody.parse(input)
  const organisation = await organisationOf(parts, asked)
  const current = await parts.configurations.current(organisation)
  const known = current && knownSenders(current)
  const groups = await listInbox(parts.database, {
    organisation,
    ...page,
    ...(known && { known }),
  })
  return { groups: groups.map(inboxGroupViewOf) }
}

const oneBody = z.strictObject({ organisation: organisationId.optional(), id })

/** One group. */
export async function inboxShow(
  parts: LocalParts,
  input: unknown,
): Promise<InboxGroupView> {
  const { organisation, id } = oneBody.parse(input)
  const own = await organisationOf(parts, organisation)
  return inboxGroupViewOf(await getInboxGroup(parts.database, own, id))
}

/** Takes a group off the list. */
export async function inboxDismiss(
  parts: LocalParts,
  input: unknown,
): Promise<InboxGroupView> {
  const { organisation, id } = oneBody.parse(input)
  const at = parts.clock.now()
  const group = await dismissGroup(parts.database, {
    organisation: await organisationOf(parts, organisation),
    id,
    at,
    noted: (work) =>
      writeAudit(work, { at, actor: 'local', action: 'inbox.dismiss', subject: id }),
  })
  return inboxGroupViewOf(group)
}
