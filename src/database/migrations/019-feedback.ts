import type { TableMaker } from './make-table.ts'

/** What those who follow a case answer when it is closed. */
export async function makeFeedback(tables: TableMaker): Promise<void> {
  await tables.make('survey_answer', {
    columns: {
      organisation: 'text',
      id: 'text',
      subscriber: 'text',
      case: 'text',
      satisfied: 'flag',
      topics: 'text',
      may_contact: 'flag',
      answered_at: 'whole',
    },
    key: ['organisation', 'id'],
    references: { subscriber: 'subscriber', case: 'case' },
    indexes: {
      once: { columns: ['organisation', 'subscriber'], unique: true },
      by_case: { columns: ['organisation', 'case'] },
    },
  })
}
