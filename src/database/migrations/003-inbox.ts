import type { TableMaker } from './make-table.ts'

/** Who talks on a known connection and is no device, folded by connection and shape. */
export async function makeInbox(tables: TableMaker): Promise<void> {
  await tables.make('inbox', {
    columns: {
      organisation: 'text',
      id: 'text',
      connection: 'text',
      shape: 'text',
      identity: 'text',
      identities: 'text',
      sample: 'text',
      count: 'whole',
      first_at: 'whole',
      last_at: 'whole',
      dismissed_at: 'whole?',
    },
    key: ['organisation', 'id'],
    indexes: { by_time: { columns: ['organisation', 'last_at', 'id'] } },
  })
}
