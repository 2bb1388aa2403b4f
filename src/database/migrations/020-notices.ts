import type { TableMaker } from './make-table.ts'

/** What the public is told before it reports: planned work, known and accepted faults, storms. */
export async function makeNotices(tables: TableMaker): Promise<void> {
  await tables.make('notice', {
    columns: {
      organisation: 'text',
      id: 'text',
      kind: ['planned', 'known', 'accepted', 'storm'],
      from_at: 'whole',
      to_at: 'whole',
      text: 'text',
      actor: 'text',
      published_at: 'whole',
      version: 'whole',
    },
    key: ['organisation', 'id'],
    indexes: { by_end: { columns: ['organisation', 'to_at'] } },
  })
}
