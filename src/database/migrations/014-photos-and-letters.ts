import type { TableMaker } from './make-table.ts'

/** Photos of cases, and the letters that came in by mail. */
export async function makePhotosAndLetters(tables: TableMaker): Promise<void> {
  await makePhotos(tables)
  await makeLetters(tables)
}

async function makePhotos(tables: TableMaker): Promise<void> {
  await tables.make('photo', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text?',
      report: 'text?',
      place: 'whole',
      width: 'whole',
      height: 'whole',
      bytes: 'whole',
      taken_at: 'whole',
      public: 'flag',
      reviewed_by: 'text?',
      reviewed_at: 'whole?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      by_case: { columns: ['organisation', 'case', 'taken_at'] },
      by_report: { columns: ['organisation', 'report'], where: 'report is not null' },
      waiting: {
        columns: ['organisation', 'taken_at'],
        where: '"case" is null',
      },
    },
  })
}

async function makeLetters(tables: TableMaker): Promise<void> {
  await tables.make('mailbox', {
    columns: {
      organisation: 'text',
      mailbox: 'text',
      uid_validity: 'whole',
      last_uid: 'whole',
      since: 'whole',
      changed_at: 'whole',
    },
    key: ['organisation', 'mailbox'],
  })
  await tables.make('letter', {
    columns: {
      organisation: 'text',
      id: 'text',
      thread: 'text',
      mailbox: 'text',
      outcome: ['report', 'follow_up', 'ignored'],
      reason: 'text?',
      case: 'text?',
      received_at: 'whole',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      by_thread: {
        columns: ['organisation', 'thread', 'received_at'],
        where: '"case" is not null',
      },
      by_time: { columns: ['organisation', 'received_at'] },
    },
  })
  await tables.make('letter_problem', {
    columns: {
      organisation: 'text',
      mailbox: 'text',
      uid_validity: 'whole',
      uid: 'whole',
      reason: 'text',
      at: 'whole',
    },
    key: ['organisation', 'mailbox', 'uid_validity', 'uid'],
    indexes: { by_time: { columns: ['organisation', 'at'] } },
  })
}
