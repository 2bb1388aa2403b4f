import type { TableMaker } from './make-table.ts'

/** Cases as work that people share: more states, who has it, merging, what reporters add later. */
export async function makeCaseWork(tables: TableMaker): Promise<void> {
  await tables.grow('case', {
    matter: { kind: 'text', starts: 'fault' },
    priority: { kind: 'text', starts: 'normal' },
    assignee: { kind: 'text?' },
    contractor: { kind: 'text?' },
    root: { kind: 'text', starts: '' },
    prior_state: { kind: 'text?' },
    address: { kind: 'text?' },
    private: { kind: 'flag', starts: 0 },
    border: { kind: 'flag', starts: 0 },
    planned_for: { kind: 'whole?' },
    answer_by: { kind: 'whole?' },
    forwarded_to: { kind: 'text?' },
    forwarded_reference: { kind: 'text?' },
    policy: { kind: 'text?' },
    due_at: { kind: 'whole?' },
  })
  await tables.fill('update "case" set root = id')
  await tables.addIndexes('case', {
    by_root: { columns: ['organisation', 'root'] },
    due: { columns: ['organisation', 'due_at', 'id'], where: 'closed_at is null' },
    by_assignee: {
      columns: ['organisation', 'assignee'],
      where: 'closed_at is null and assignee is not null',
    },
  })
  await makeMerging(tables)
  await makeFollowUps(tables)
}

async function makeMerging(tables: TableMaker): Promise<void> {
  await tables.make('case_merge', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      into: 'text',
      at: 'whole',
      actor: 'text',
      undone_at: 'whole?',
      undone_by: 'text?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case', into: 'case' },
    indexes: {
      in_force: {
        columns: ['organisation', 'case'],
        unique: true,
        where: 'undone_at is null',
      },
      by_target: { columns: ['organisation', 'into'] },
    },
  })
}

async function makeFollowUps(tables: TableMaker): Promise<void> {
  await tables.grow('report', {
    source_detail: { kind: 'text?' },
    matter: { kind: 'text', starts: 'fault' },
    answers: { kind: 'text', starts: '{}' },
    address: { kind: 'text?' },
  })
  await tables.grow('subscriber', {
    channel: { kind: 'text', starts: 'mail' },
    ended_at: { kind: 'whole?' },
  })
  await tables.make('follow_up', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      report: 'text?',
      source: 'text',
      wish: ['none', 'fixed', 'reopen'],
      received_at: 'whole',
      idempotency_key: 'text?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case', report: 'report' },
    indexes: {
      by_case: { columns: ['organisation', 'case', 'received_at'] },
      once: {
        columns: ['organisation', 'idempotency_key'],
        unique: true,
        where: 'idempotency_key is not null',
      },
    },
  })
}
