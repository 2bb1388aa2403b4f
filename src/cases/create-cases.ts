import type { CaseEffects } from '../alarms/alarms.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'
import { createPersonalData } from '../privacy/create-personal-data.ts'
import type { Cases } from './cases.ts'
import { closeExpired } from './close-expired.ts'
import { closeRecovered } from './close-recovered.ts'
import { alarmEffects } from './effects.ts'
import { appendTo, type AppendEvent } from './events.ts'
import { followUp } from './follow-up.ts'
import { placeAccepted, type Placing } from './intake/place-accepted.ts'
import { mailsOf } from './mails.ts'
import { mergeCases } from './merge/merge.ts'
import { unmergeCase } from './merge/unmerge.ts'
import { moveCase } from './move-case.ts'
import type { CasesParts, OwnParts } from './parts.ts'
import { readCases } from './read-cases.ts'
import { reroute } from './reroute.ts'
import { say } from './say.ts'
import { takeReport } from './take-report.ts'
import { waitNoLonger } from './wait-no-longer.ts'

/** Cases, what alarms do to them, and what time does to them. */
export interface CaseService extends Cases {
  readonly effects: CaseEffects
  /** Appends to a case's history, for folders that add events of their own; every listener hears it. */
  readonly append: AppendEvent
  /** Places the reports that were accepted before they were placed; see `startPlacing`. */
  placeAccepted(placing: Placing): Promise<number>
  /** Hears when this process has accepted one. Returns how to stop. */
  onAccepted(listener: () => void): () => void
  /** For a timer: closes what recovered by itself and stayed well for `grace` (24 h). */
  closeRecovered(now: TimeUs, grace?: DurationUs): Promise<number>
  /** For a timer: closes what nobody worked on for as long as its category says; returns how many. */
  closeExpired(now: TimeUs): Promise<number>
  /** For a timer: ends the waiting for answers that did not come; returns how many. */
  waitNoLonger(now: TimeUs): Promise<number>
}

/** One list of faults for alarms and citizens, on the database. */
export function createCases(given: CasesParts): CaseService {
  if (given.secret.length < 32) {
    throw new RangeError('the secret for follow links has less than 32 bytes')
  }
  const { enqueueMail, listeners = [] } = given
  const mails = enqueueMail === undefined ? [] : [mailsOf(enqueueMail)]
  const parts: OwnParts = {
    ...given,
    personal: given.personal ?? createPersonalData(given),
    append: appendTo([...mails, ...listeners], given.standsInFor),
  }
  const listening = new Set<() => void>()
  return {
    report: takeReport(parts, () => listening.forEach((hear) => hear())),
    placeAccepted: (placing) => placeAccepted(parts, placing),
    onAccepted(listener) {
      listening.add(listener)
      return () => listening.delete(listener)
    },
    move: moveCase(parts),
    followUp: followUp(parts),
    say: say(parts),
    merge: mergeCases(parts),
    unmerge: unmergeCase(parts),
    reroute: reroute(parts),
    ...readCases(parts),
    effects: alarmEffects(parts),
    append: parts.append,
    closeRecovered: (now, grace) => closeRecovered(parts, now, grace),
    closeExpired: (now) => closeExpired(parts, now),
    waitNoLonger: (now) => waitNoLonger(parts, now),
  }
}
