import type { TableMaker } from './make-table.ts'

/** What shows that a sender may use a connection. */
export async function makeSourceTokens(tables: TableMaker): Promise<void> {
  await tables.make('source_token', {
    columns: {
      organisation: 'text',
      id: 'text',
      connection: 'text',
      secret_hash: 'text',
      created_at: 'whole',
      revoked_at: 'whole?',
    },
    key: ['organisation', 'id'],
    indexes: { by_connection: { columns: ['organisation', 'connection'] } },
  })
}
