import type { TableMaker } from './make-table.ts'

/** What engineers keep of rules: the reports of backtests. */
export async function makeRuleWork(tables: TableMaker): Promise<void> {
  await tables.make('backtest', {
    columns: {
      organisation: 'text',
      id: 'text',
      rule: 'text',
      hash: 'text',
      from_at: 'whole',
      to_at: 'whole',
      report: 'text',
      author: 'text',
      at: 'whole',
    },
    key: ['organisation', 'id'],
    indexes: { by_time: { columns: ['organisation', 'at', 'id'] } },
  })
}
