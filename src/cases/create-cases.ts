import type { CaseEffects } from '../alarms/alarms.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'
import type { Cases } from './cases.ts'
import { closeRecovered } from './close-recovered.ts'
import { alarmEffects } from './effects.ts'
import { moveCase } from './move-case.ts'
import type { CasesParts } from './parts.ts'
import { readCases } from './read-cases.ts'
import { takeReport } from './take-report.ts'

/** Cases, what alarms do to them, and what time does to them. */
export interface CaseService extends Cases {
  readonly effects: CaseEffects
  /** For a timer: closes what recovered by itself and stayed well for `grace` (24 h). */
  closeRecovered(now: TimeUs, grace?: DurationUs): Promise<number>
}

/** One list of faults for alarms and citizens, on the database. */
export function createCases(parts: CasesParts): CaseService {
  if (parts.secret.length < 32) {
    throw new RangeError('the secret for follow links has less than 32 bytes')
  }
  return {
    report: takeReport(parts),
    move: moveCase(parts),
    ...readCases(parts),
    effects: alarmEffects(parts),
    closeRecovered: (now, grace) => closeRecovered(parts.database, now, grace),
  }
}
