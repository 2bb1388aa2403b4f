import type { TableMaker } from './make-table.ts'

/** Reports that were answered before they were placed, and the cases of storms. */
export async function makeIntake(tables: TableMaker): Promise<void> {
  await tables.make('intake', {
    columns: {
      organisation: 'text',
      case: 'text',
      sequence: 'whole',
      report: 'text',
      actor: 'text',
      follows: 'text?',
      accepted_at: 'whole',
      attempts: 'whole',
      due_at: 'whole',
    },
    key: ['organisation', 'case'],
    references: { case: 'case', report: 'report' },
    indexes: { in_order: { columns: ['organisation', 'sequence'], unique: true } },
  })
  await tables.make('storm_case', {
    columns: { organisation: 'text', notice: 'text', area: 'text', case: 'text' },
    key: ['organisation', 'notice', 'area'],
    references: { case: 'case' },
    indexes: { by_case: { columns: ['organisation', 'case'] } },
  })
}
