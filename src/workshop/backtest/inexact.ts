import { toIso } from '../../domain/time.ts'
import type { JobRequest } from './job-of.ts'
import type { LoggedControls, Past, PastRange } from './past.ts'
import { mostVersions, type InForce } from './timeline.ts'

/** Why readings and rules of a range are not all there were; empty: they are. */
export async function inexactOf(
  past: Past,
  of: {
    readonly request: JobRequest
    readonly range: PastRange
    readonly logged: LoggedControls
    readonly timeline: readonly InForce[]
  },
): Promise<readonly string[]> {
  const { request, range, logged, timeline } = of
  const reasons: string[] = []
  if (request.source === 'log') {
    const since = await past.logSince()
    if (since === undefined || since > range.from) {
      reasons.push(
        `the log reaches back to ${since === undefined ? 'nothing' : toIso(since)} only`,
      )
    }
  } else if (!(await past.keepsArrivals(range))) {
    reasons.push('the reading store does not have every reading as it arrived')
  }
  const { since } = logged
  if (since === undefined || since > range.from) {
    reasons.push(
      `what the detector was told besides readings is known ${since === undefined ? 'of no time' : `since ${toIso(since)} only`}`,
    )
  }
  if (timeline.length >= mostVersions) {
    reasons.push(
      `only the first ${mostVersions} versions of the configuration were looked at`,
    )
  }
  return reasons
}
