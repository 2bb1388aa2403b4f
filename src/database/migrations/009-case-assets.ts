import type { TableMaker } from './make-table.ts'

/** The assets a group case is about, beside the one it stands at. */
export async function makeCaseAssets(tables: TableMaker): Promise<void> {
  await tables.make('case_asset', {
    columns: {
      organisation: 'text',
      case: 'text',
      asset: 'text',
      occurrence: 'text',
      since: 'whole',
    },
    key: ['organisation', 'case', 'asset'],
    references: { case: 'case' },
    indexes: { by_asset: { columns: ['organisation', 'asset'] } },
  })
}
