import type { TableMaker } from './make-table.ts'

/** What could not be kept where it belongs: readings the store refused, log records that are damaged. */
export async function makeQuarantine(tables: TableMaker): Promise<void> {
  await tables.make('quarantine', {
    columns: {
      organisation: 'text',
      id: 'text',
      kind: ['reading', 'corrupt', 'more'],
      first_at: 'whole',
      last_at: 'whole',
      count: 'whole',
      reason: 'text',
      epoch: 'text?',
      sequence: 'whole?',
      idx: 'whole?',
      reading: 'text?',
    },
    key: ['organisation', 'id'],
    indexes: { by_time: { columns: ['organisation', 'last_at', 'id'] } },
  })
}
