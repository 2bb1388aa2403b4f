import type { TableMaker } from './make-table.ts'

/** What was ordered to be done about cases. */
export async function makeWorkOrders(tables: TableMaker): Promise<void> {
  await tables.make('work_order', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      ordinal: 'whole',
      unit: 'text',
      contractor: 'text?',
      state: ['ordered', 'accepted', 'done', 'approved', 'declined', 'cancelled'],
      due_at: 'whole?',
      ordered_at: 'whole',
      changed_at: 'whole',
      version: 'whole',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      by_case: { columns: ['organisation', 'case', 'ordinal'], unique: true },
      by_contractor: { columns: ['contractor', 'organisation', 'changed_at'] },
    },
  })
}
