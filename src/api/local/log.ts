import type { UnitOfWork } from '../../database/database.ts'
import { toIso } from '../../domain/time.ts'
import { writeAudit } from '../../identity/audit.ts'
import { adopt, planAdoption, type AdoptParts, type AdoptPlan } from '../../ingest/adopt.ts'
import type { LogRoom } from '../../ingest/log-retention.ts'
import type { Circuit } from '../../ingest/projector/circuit.ts'
import type { LogStatusAnswer } from './ingest-answers.ts'
import type { LocalParts } from './parts.ts'

/** What the reading log holds, and how far its readers are. */
export async function logStatus(parts: LocalParts): Promise<LogStatusAnswer> {
  const { log, consumers, logRoom } = parts
  const head = log.head()?.sequence ?? 0
  const [oldest] = await log.read({ limit: 1 })
  return {
    epoch: log.epoch,
    weakness: log.weakness ?? null,
    head,
    oldest: oldest === undefined ? null : toIso(oldest.record.ingest),
    room: roomAnswer(logRoom()),
    readers: Object.entries(consumers).map(([name, consumer]) => ({
      name,
      behind: head - (consumer.position()?.sequence ?? 0),
      failure: consumer.failure() ?? null,
    })),
    history: historyAnswer(consumers.projector?.circuit()),
  }
}

function roomAnswer(room: LogRoom | undefined): LogStatusAnswer['room'] {
  if (room === undefined) return null
  const { bytes = null, fullAt, disk, slowest = null } = room
  return { bytes, fullAt, diskFree: disk?.free ?? null, slowest }
}

function historyAnswer(circuit: Circuit | undefined): LogStatusAnswer['history'] {
  if (circuit === undefined) return null
  const { state, since, failures, fault } = circuit
  return { state, since: toIso(since), failures, lastError: fault?.why ?? null }
}

/**
 * Makes everybody follow the log that is here, or only says what that would mean. Not over the
 * socket: it is for a service that cannot start.
 */
export function adoptLog(
  parts: Omit<AdoptParts, 'noted'>,
  { dryRun }: { readonly dryRun: boolean },
): Promise<AdoptPlan> {
  const noted = (work: UnitOfWork, plan: AdoptPlan): Promise<void> =>
    writeAudit(work, {
      at: parts.clock.now(),
      actor: 'local',
      action: 'log.adopt',
      subject: plan.epoch,
      detail: {
        detector: standingText(plan.detector),
        history: standingText(plan.history),
      },
    })
  const all = { ...parts, noted }
  return dryRun ? planAdoption(all) : adopt(all)
}

function standingText({ state, cursor }: AdoptPlan['history']): string {
  return cursor === undefined ? state : `${state} ${cursor.epoch}/${cursor.sequence}`
}
