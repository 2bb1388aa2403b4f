import type { TableMaker } from '../make-table.ts'

export async function makeInstallation(tables: TableMaker): Promise<void> {
  await tables.make('installation', {
    columns: { key: 'text', value: 'text' },
    key: ['key'],
  })
  await tables.make('organisation', {
    columns: {
      organisation: 'text',
      name: 'text',
      timezone: 'text',
      languages: 'text',
      created_at: 'whole',
      last_feed: 'whole',
    },
    zero: ['last_feed'],
    key: ['organisation'],
  })
  await tables.make('checkpoint', {
    columns: { consumer: 'text', position: 'text', saved_at: 'whole' },
    key: ['consumer'],
  })
}
