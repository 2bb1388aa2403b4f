import type { Database } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'

/** A bare case for photos and letters to belong to. */
export async function openCase(
  database: Database,
  organisation: OrganisationId,
  id: string,
): Promise<void> {
  await database.write(organisation, 'normal', async ({ query }) => {
    await query
      .insertInto('case')
      .values({
        organisation,
        id,
        number: `N-${id}`,
        kind: 'single',
        state: 'new',
        closing_reason: null,
        closing_text: null,
        category: 'light-out',
        join_class: 'light_out',
        asset: null,
        lat: null,
        lon: null,
        unit: null,
        verify: 0,
        version: 1,
        opened_at: timeUs(0),
        changed_at: timeUs(0),
        closed_at: null,
        recurrence_of: null,
        search: '',
        matter: 'fault',
        priority: 'normal',
        assignee: null,
        contractor: null,
        root: id,
        prior_state: null,
        address: null,
        private: 0,
        border: 0,
        planned_for: null,
        answer_by: null,
        forwarded_to: null,
        forwarded_reference: null,
        policy: null,
        due_at: null,
      })
      .execute()
  })
}
