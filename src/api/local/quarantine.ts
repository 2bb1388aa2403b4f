import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import { writeAudit } from '../../identity/audit.ts'
import {
  getQuarantined,
  listQuarantine,
  replayQuarantined,
} from '../../ingest/quarantine.ts'
import { id, listLimit } from '../inputs.ts'
import {
  quarantinedViewOf,
  type QuarantinedView,
  type quarantineListView,
  type ReplayedView,
} from '../quarantine-view.ts'
import type { LocalParts } from './parts.ts'

const listBody = z.strictObject({
  organisation: organisationId.optional(),
  limit: listLimit,
  before: id.optional(),
})

/** What is in quarantine, of everybody unless an organisation is named, the newest first. */
export async function quarantineList(
  { database }: LocalParts,
  input: unknown,
): Promise<z.infer<typeof quarantineListView>> {
  const { organisation, limit, before } = listBody.parse(input)
  const { rows, next = null } = await listQuarantine(database, {
    limit,
    ...(organisation !== undefined && { organisation }),
    ...(before !== undefined && { before }),
  })
  return { rows: rows.map(quarantinedViewOf), next }
}

const oneBody = z.strictObject({ id })

/** One thing in quarantine. */
export async function quarantineShow(
  { database }: LocalParts,
  input: unknown,
): Promise<QuarantinedView> {
  return quarantinedViewOf(await getQuarantined(database, oneBody.parse(input).id))
}

/** Writes one reading to the store once more; it leaves the quarantine when it lands. */
export async function quarantineReplay(
  { database, store, clock }: LocalParts,
  input: unknown,
): Promise<ReplayedView> {
  const row = await getQuarantined(database, oneBody.parse(input).id)
  const replayed = await replayQuarantined(
    {
      database,
      store,
      removed: (work, { id: subject }) =>
        writeAudit(work, {
          at: clock.now(),
          actor: 'local',
          action: 'quarantine.replay',
          subject,
        }),
    },
    row,
  )
  return { reason: null, ...replayed }
}
