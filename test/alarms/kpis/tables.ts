import type { Database } from '../../../src/database/database.ts'
import type { Tables } from '../../../src/database/tables.ts'
import { timeUs } from '../../../src/domain/time.ts'
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
        .values({
          organisation,
          id,
          rule: 'lamp-dark',
          asset: `asset-of-${id}`,
          discriminator: '',
          priority: 3,
          condition: 'normal',
          evidence_state: 'good',
          acknowledged: 1,
          occurrence: null,
          raise: 0,
          last_change_at: us(0),
          last_position: '',
          fault_class: 'light_out',
          level: 1,
          confirmed: 0,
          latched: 0,
          current: 0,
          told: 0,
          reached: 0,
          came_back: 0,
          re_alarms: 0,
          chattering: 0,
          activations: '[]',
          suppressed: 0,
          shelved: 0,
          raised_at: null,
          raised_by: null,
          last_occurrence: null,
          ...more,
        })
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
      .values({
        organisation,
        raised_at: us('12:00'),
        annunciated_at: null,
        acknowledged_at: null,
        acknowledged_by: null,
        cleared_at: null,
        closed_at: null,
        close_reason: null,
        historical: 0,
        rule_version: 1,
        case: null,
        outcome: null,
        confirmed_at: null,
        confirmed_by: null,
        reset_at: null,
        reset_by: null,
        reopen_count: 0,
        activations: 1,
        annunciations: 0,
        level: 1,
        chattering: 0,
        corrected: 0,
        late: 0,
        ...row,
      })
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
      .values({
        organisation,
        id: caseId,
        number: caseId,
        kind: 'single',
        state: 'received',
        closing_reason: null,
        closing_text: null,
        category: 'light',
        join_class: 'light_out',
        asset,
        lat: null,
        lon: null,
        unit: null,
        verify: 0,
        version: 1,
        opened_at: us(time),
        changed_at: us(time),
        closed_at: null,
        recurrence_of: null,
        search: '',
        matter: 'fault',
        priority: 'normal',
        root: caseId,
        private: 0,
        border: 0,
      })
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
