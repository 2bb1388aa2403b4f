import type { Calendar } from '../calendar/civil-time.ts'
import { createCalendar } from '../calendar/calendar.ts'
import type { Category, Unit } from '../cases/category.ts'
import type { AppendEvent } from '../cases/events.ts'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { Asset } from '../domain/asset.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { ServiceLevel } from './service-level.ts'

/** What deadlines must know of the configuration. The active configuration has this shape. */
export interface DeadlineCatalogue {
  /** By id, as are the others. */
  readonly serviceLevels: ReadonlyMap<string, ServiceLevel>
  readonly categories: ReadonlyMap<string, Pick<Category, 'serviceLevel'>>
  readonly units: ReadonlyMap<string, Pick<Unit, 'email' | 'members'>>
  readonly assets: ReadonlyMap<string, Asset>
  /** IANA name. */
  readonly zone: string
  readonly rules: { readonly holidays?: string }
}

/** What deadlines stand on. */
export interface DeadlineParts {
  readonly database: Database
  readonly clock: Clock
  readonly organisations: () => Promise<readonly OrganisationId[]>
  /** Asked before a transaction is opened. */
  readonly catalogue: (organisation: OrganisationId) => Promise<DeadlineCatalogue>
  /** Asked inside one, where only the database may be awaited. */
  readonly catalogueNow: (organisation: OrganisationId) => DeadlineCatalogue
  readonly append: AppendEvent
  /** Puts a letter into the outbox; the same id twice is one. */
  readonly enqueue: (
    work: UnitOfWork,
    row: {
      readonly id: string
      readonly kind: typeof DEADLINE_MAIL
      readonly payload: object
      readonly dueAt: TimeUs
    },
  ) => Promise<void>
}

/** Kind of the letters in the outbox. */
export const DEADLINE_MAIL = 'mail.case_deadline'

// A version of the configuration is loaded once and never changed.
const calendars = new WeakMap<object, Calendar>()

export function calendarOf(catalogue: Pick<DeadlineCatalogue, 'zone' | 'rules'>): Calendar {
  const known = calendars.get(catalogue)
  if (known !== undefined) return known
  const made = createCalendar(catalogue.zone, catalogue.rules.holidays)
  calendars.set(catalogue, made)
  return made
}
