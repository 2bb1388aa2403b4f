import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import { toIso } from '../../domain/time.ts'
import { replayPart } from '../../ingest/replay.ts'
import { isoTime } from '../inputs.ts'
import { replayPlace, type ReplayAnswer } from './ingest-answers.ts'
import type { LocalParts } from './parts.ts'

const body = z.strictObject({
  deviceType: z.string().min(1).max(200),
  organisation: organisationId.optional(),
  since: isoTime,
  until: isoTime.optional(),
  dryRun: z.boolean().default(false),
  from: replayPlace.optional(),
})

/** Decodes a part of the log again; whoever asks goes on with `next`. */
export async function replay(parts: LocalParts, input: unknown): Promise<ReplayAnswer> {
  const { deviceType, organisation, since, until, dryRun, from } = body.parse(input)
  const { next, reachesBackTo, ...counts } = await replayPart(
    { ...parts, projector: parts.consumers.projector },
    {
      deviceType,
      since,
      dryRun,
      ...(organisation !== undefined && { organisation }),
      ...(until !== undefined && { until }),
      ...(from !== undefined && { from: { ...from, after: from.after ?? undefined } }),
    },
  )
  return {
    ...counts,
    next: next === undefined ? null : { ...next, after: next.after ?? null },
    reachesBackTo: reachesBackTo === undefined ? null : toIso(reachesBackTo),
  }
}
