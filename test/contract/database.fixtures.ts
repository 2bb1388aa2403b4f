import { plainAlarm, plainOccurrence } from '../support/alarm-rows.ts'
import { plainCase } from '../support/case-rows.ts'
import type { Insertable } from 'kysely'
import type { Database, UnitOfWork } from '../../src/database/database.ts'
import type { Tables } from '../../src/database/tables.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'

/** One kind of database, as the contract wants it. */
export interface Stores {
  /** A new place for data, which may have its tables already, but no rows. */
  create(): Promise<Store>
  /** A new place for data without tables. */
  createEmpty(): Promise<Store>
}

/** A place where data stay when the database is closed. */
export interface Store extends AsyncDisposable {
  open(): Promise<Database>
}

export const noon = timeUs(1_795_176_000_123_457)

export function alarmRow(
  organisation: OrganisationId,
  id: string,
): Insertable<Tables['alarm']> {
  return plainAlarm({
    organisation,
    id,
    asset: `lamp-${id}`,
    priority: 2,
    last_change_at: noon,
    last_position: `${organisation} 0`,
  })
}

export function occurrenceRow(
  organisation: OrganisationId,
  id: string,
  alarm: string,
): Insertable<Tables['occurrence']> {
  return plainOccurrence({ organisation, id, alarm, raised_at: noon })
}

export function caseRow(
  organisation: OrganisationId,
  id: string,
): Insertable<Tables['case']> {
  return plainCase({
    organisation,
    id,
    number: `2026-${id}`,
    state: 'new',
    category: 'lighting',
    join_class: 'dark',
    asset: `lamp-${id}`,
    lat: 55.6,
    lon: 13,
    opened_at: noon,
    search: 'lamp',
  })
}

/** Sets a counter, which is the smallest thing a test can write. */
export async function setCounter(
  { organisation, query }: UnitOfWork,
  name: string,
  value: number,
): Promise<void> {
  await query
    .insertInto('counter')
    .values({ organisation, name, value })
    .onConflict((conflict) =>
      conflict.columns(['organisation', 'name']).doUpdateSet({ value }),
    )
    .execute()
}

/** The value of a counter; undefined when there is none. */
export async function counter(
  database: Database,
  organisation: OrganisationId,
  name: string,
): Promise<number | undefined> {
  const row = await database
    .read(organisation)
    .selectFrom('counter')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}
