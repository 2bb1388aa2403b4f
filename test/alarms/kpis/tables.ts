import type { Database } from '../../../src/database/database.ts'
import type { Tables } from '../../../src/database/tables.ts'
import { timeUs } from '../../../src/domain/time.ts'
import { plainAlarm, plainOccurrence } from '../../support/alarm-rows.ts'
import { plainCase } from '../../support/case-rows.ts'
import { north } from '../../support/database.ts'
import { at } from './facts.ts'

/** Rows as the life-cycle writes them, with what a test does not care about filled in. */

type Row<T extends keyof Tables> = Partial<Tables[T]>

/** As `at`, branded. */
export const us = (time: string | number) => timeUs(at(time))

export async function alarm(database: Database, id: string, more: Row<'alarm'> = {}) {
  await database.write(
    more.organisation ?? north,
    'normal',
    async ({ query, organisation }) => {
      await query
        .insertInto('alarm')
        .values(
          plainAlarm({
            organisation,
            id,
            rule: 'lamp-dark',
            asset: `asset-of-${id}`,
            last_change_at: us(0),
            ...more,
          }),
        )
        .execute()
    },
  )
}

let number = 0

export async function journal(
  database: Database,
  rows: readonly (Row<'transition'> & { alarm: string })[],
) {
  await database.write(
    rows[0]?.organisation ?? north,
    'normal',
    async ({ query, organisation }) => {
      for (const row of rows) {
        number += 1
        await query
          .insertInto('transition')
          .values({
            organisation,
            id: `t${number}`,
            occurrence: null,
            sequence: number,
            event: 'raised',
            from_state: 'normal',
            to_state: 'unacknowledged',
            at: us('12:00'),
            processed_at: row.at ?? us('12:00'),
            actor: 'detector',
            comment: null,
            historical: 0,
            rule_version: 1,
            evidence: '[]',
            annunciated: 0,
            suppression: '[]',
            level: 1,
            raise: 1,
            evidence_state: 'good',
            late: 0,
            reason: null,
            ...row,
          })
          .execute()
      }
    },
  )
}

export async function occurrence(
  database: Database,
  row: Row<'occurrence'> & { id: string; alarm: string },
) {
  await database.write(north, 'normal', async ({ query, organisation }) => {
    await query
      .insertInto('occurrence')
      .values(plainOccurrence({ organisation, raised_at: us('12:00'), ...row }))
      .execute()
  })
}

export async function report(
  database: Database,
  {
    id,
    caseId,
    asset,
    time,
    source = 'web',
  }: {
    id: string
    caseId: string
    asset: string | null
    time: string
    source?: string
  },
) {
  await database.write(north, 'normal', async ({ query, organisation }) => {
    await query
      .insertInto('case')
      .values(
        plainCase({
          organisation,
          id: caseId,
          category: 'light',
          join_class: 'light_out',
          asset,
          opened_at: us(time),
        }),
      )
      .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
      .execute()
    await query
      .insertInto('report')
      .values({
        organisation,
        id,
        case: caseId,
        source,
        category: 'light',
        asset,
        lat: null,
        lon: null,
        occurrence: null,
        language: 'sv',
        received_at: us(time),
        count: 1,
        idempotency_key: null,
        matter: 'fault',
        answers: '{}',
      })
      .execute()
  })
}
