import type { TableMaker } from './make-table.ts'

/** Letters that gather what happens until they are sent. */
export async function makeLetterWindows(tables: TableMaker): Promise<void> {
  await tables.make('letter_window', {
    columns: {
      organisation: 'text',
      id: 'text',
      receiver: 'text',
      case: 'text',
      from_sequence: 'whole',
      opened_at: 'whole',
    },
    key: ['organisation', 'id'],
    indexes: {
      by_receiver: { columns: ['organisation', 'receiver', 'opened_at'] },
      by_case: { columns: ['organisation', 'case', 'opened_at'] },
    },
  })
}
