import type { UnitOfWork } from '../database/database.ts'
import type { NewEvent } from './events.ts'

/** An event of a case as those hear it who must do something about it. */
export interface CaseNews extends NewEvent {
  readonly case: string
  /** The event's id. */
  readonly event: string
}

/**
 * Hears of every event in the transaction that appends it, in the order of the events: puts letters
 * into the outbox, stamps updates for partners, moves the next deadline. Awaits nothing but the
 * database; what it throws undoes the event.
 */
export type CaseListener = (work: UnitOfWork, news: CaseNews) => Promise<void>
