import type { UnitOfWork } from '../database/database.ts'
import type { AlarmEffects } from './alarms.ts'
import { effectsIn } from './calls.ts'
import { recordsIn } from './database-records.ts'
import { Session, type SessionParts } from './session.ts'

/** What a session in the database is made of. */
export interface TransactionParts extends Omit<SessionParts, 'effects'> {
  readonly effects: AlarmEffects
}

/** A session whose records are the tables, inside one transaction. */
export function sessionIn(work: UnitOfWork, parts: TransactionParts): Session {
  return new Session(recordsIn(work), { ...parts, effects: effectsIn(work, parts.effects) })
}
