import type { TableMaker } from './make-table.ts'

/** Deadlines of cases as the index of what is due next. */
export async function makeServiceLevels(tables: TableMaker): Promise<void> {
  await tables.make('case_deadline', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      clock: 'text',
      level: 'text',
      since: 'whole',
      percent: 'whole',
      tell: ['assignee', 'unit', 'administrator'],
      due: 'whole',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      by_case: { columns: ['organisation', 'case'] },
      by_due: { columns: ['organisation', 'due', 'id'] },
    },
  })
}
