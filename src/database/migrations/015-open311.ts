import type { TableMaker } from './make-table.ts'

/** Clients of the Open311 door, what they sent and what they shall be told. */
export async function makeOpen311(tables: TableMaker): Promise<void> {
  await makeDoor(tables)
  await makeUpdates(tables)
  await makeForwards(tables)
}

async function makeDoor(tables: TableMaker): Promise<void> {
  await tables.make('open311_key', {
    columns: {
      organisation: 'text',
      id: 'text',
      client: 'text',
      secret_hash: 'text',
      created_at: 'whole',
      revoked_at: 'whole?',
    },
    key: ['organisation', 'id'],
    indexes: { by_client: { columns: ['organisation', 'client'] } },
  })
  await tables.make('open311_intake', {
    columns: {
      organisation: 'text',
      client: 'text',
      digest: 'text',
      key: 'text',
      link: 'text?',
      at: 'whole',
    },
    key: ['organisation', 'client', 'digest'],
    indexes: { old: { columns: ['organisation', 'at'], where: 'link is null' } },
  })
  await tables.make('open311_request', {
    columns: {
      organisation: 'text',
      id: 'text',
      client: 'text',
      case: 'text',
      report: 'text',
      made_at: 'whole',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      by_case: { columns: ['organisation', 'case'] },
      by_report: { columns: ['organisation', 'report'], unique: true },
    },
  })
}

async function makeUpdates(tables: TableMaker): Promise<void> {
  await tables.make('open311_update', {
    columns: {
      organisation: 'text',
      id: 'text',
      client: 'text',
      request: 'text',
      position: 'whole',
      event: 'text',
      state: 'text',
      reason: 'text?',
      category: 'text?',
      published_at: 'whole?',
      pushed_at: 'whole?',
    },
    key: ['organisation', 'id'],
    references: { request: 'open311_request' },
    indexes: {
      in_order: { columns: ['organisation', 'request', 'position'], unique: true },
      published: { columns: ['organisation', 'client', 'published_at'] },
      waiting: {
        columns: ['organisation', 'client', 'request', 'position'],
        where: 'published_at is null',
      },
    },
  })
  await tables.make('open311_reader', {
    columns: { organisation: 'text', client: 'text', read_to: 'whole' },
    key: ['organisation', 'client'],
  })
  await tables.make('open311_received', {
    columns: {
      organisation: 'text',
      client: 'text',
      request: 'text',
      update: 'text',
      id: 'text',
      at: 'whole',
    },
    key: ['organisation', 'client', 'request', 'update'],
  })
}

async function makeForwards(tables: TableMaker): Promise<void> {
  await tables.make('open311_forward', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      partner: 'text',
      reference: 'text',
      at: 'whole',
      status: 'text',
      ended_at: 'whole?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      by_reference: {
        columns: ['organisation', 'partner', 'reference'],
        unique: true,
      },
      by_case: { columns: ['organisation', 'case'] },
    },
  })
  await tables.make('open311_poll', {
    columns: { organisation: 'text', partner: 'text', read_to: 'whole' },
    key: ['organisation', 'partner'],
  })
  await tables.make('open311_heard', {
    columns: { organisation: 'text', partner: 'text', update: 'text', at: 'whole' },
    key: ['organisation', 'partner', 'update'],
    indexes: { old: { columns: ['organisation', 'at'] } },
  })
}
