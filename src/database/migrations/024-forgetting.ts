import type { TableMaker } from './make-table.ts'

/**
 * What a person said later, and by what its report is known again, are found by the report; where a
 * report stands at a partner is no longer written down.
 */
export async function makeForgetting(tables: TableMaker): Promise<void> {
  await tables.addIndexes('subscriber', {
    by_report: { columns: ['organisation', 'report'] },
  })
  await tables.addIndexes('follow_up', {
    by_report: { columns: ['organisation', 'report'], where: 'report is not null' },
  })
  await tables.addIndexes('open311_intake', {
    by_key: { columns: ['organisation', 'key'] },
  })
  await tables.fill(`update open311_intake set link = 'known' where link is not null`)
}
