import type { TableMaker } from './make-table.ts'

/** The detector's state in pages, and the control records it has seen. */
export async function makeDetectorPages(tables: TableMaker): Promise<void> {
  await tables.make('detector_page', {
    columns: { organisation: 'text', page: 'text', state: 'text' },
    key: ['organisation', 'page'],
  })
  await tables.make('control_record', {
    columns: {
      organisation: 'text',
      epoch: 'text',
      partition: 'whole',
      sequence: 'whole',
      idx: 'whole',
      ingest: 'whole',
      kind: ['timer', 'blind', 'activation'],
      document: 'text',
    },
    key: ['organisation', 'epoch', 'partition', 'sequence', 'idx'],
    indexes: { by_time: { columns: ['organisation', 'ingest'] } },
  })
}
