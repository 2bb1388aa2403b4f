import type { Database } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Photos } from '../photos/photos.ts'
import type { PersonalData } from '../privacy/personal-data.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { AppendEvent } from './events.ts'
import type { Storms } from './join/storm.ts'
import type { EnqueueMail } from './mails.ts'
import type { CaseListener } from './news.ts'
import type { Assignments } from '../assignment/assignments.ts'

/** What cases stand on. */
export interface CasesParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  /** The installation's secret, at least 32 bytes; follow links are made with it. */
  readonly secret: Uint8Array
  /** Asked before a transaction is opened. */
  readonly catalogue: (organisation: OrganisationId) => Promise<CaseCatalogue>
  /** Asked inside the alarm's transaction, where only the database may be awaited. */
  readonly catalogueNow: (organisation: OrganisationId) => CaseCatalogue
  /** Left out: made from the secret. */
  readonly personal?: PersonalData
  /** Left out: reports carry no photos. */
  readonly photos?: Pick<Photos, 'attach' | 'of'>
  /** Left out: cases go to units, never to a person. */
  readonly assign?: Assignments['assign']
  /** Left out: whoever came through the door may act on every case. */
  readonly checkActs?: Assignments['checkActs']
  /** Left out: nobody stands in for anybody. */
  readonly standsInFor?: Assignments['standsInFor']
  /** Left out: no storm gathers anything. */
  readonly storms?: Storms
  /** Reports of one organisation that may wait to be placed. Left out: 20,000. */
  readonly waitingMax?: number
  /** Hear of every event, after the mails and in this order. */
  readonly listeners?: readonly CaseListener[]
  /** Left out: nobody gets mail. */
  readonly enqueueMail?: EnqueueMail
}

/** The same with everything that was left out, as the files of this folder have it. */
export interface OwnParts extends CasesParts {
  readonly personal: PersonalData
  readonly append: AppendEvent
}
