import type { TableMaker } from './make-table.ts'

/** Who is away and who stands in; what contractors may see. */
export async function makeAssignment(tables: TableMaker): Promise<void> {
  await makeAbsences(tables)
  await makeGrants(tables)
}

async function makeAbsences(tables: TableMaker): Promise<void> {
  await tables.make('absence', {
    columns: {
      organisation: 'text',
      id: 'text',
      person: 'text',
      from_at: 'whole',
      until_at: 'whole',
      deputies: 'text',
      scope: ['incoming', 'also_open'],
      hand_back: 'flag',
      phase: ['planned', 'running', 'over'],
      due_at: 'whole?',
      cursor: 'text',
      created_at: 'whole',
      created_by: 'text',
      ended_by: 'text?',
    },
    key: ['organisation', 'id'],
    references: { person: 'user' },
    indexes: {
      by_person: { columns: ['organisation', 'person', 'until_at'] },
      in_force: {
        columns: ['organisation', 'until_at'],
        where: "phase <> 'over'",
      },
      // Looked at across organisations, by the one timer of the installation.
      due: { columns: ['due_at', 'id'], where: 'due_at is not null' },
    },
  })
}

async function makeGrants(tables: TableMaker): Promise<void> {
  await tables.make('delegated_grant', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      person: 'text',
      for_person: 'text',
      absence: 'text',
      from_at: 'whole',
      until_at: 'whole',
      revoked_at: 'whole?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case', absence: 'absence' },
    indexes: {
      // Of one case at most one person acts for somebody at a time.
      in_force: {
        columns: ['organisation', 'case'],
        unique: true,
        where: 'revoked_at is null',
      },
      by_absence: { columns: ['organisation', 'absence', 'id'] },
      by_for: {
        columns: ['organisation', 'for_person', 'id'],
        where: 'revoked_at is null',
      },
    },
  })
  await tables.make('case_grant', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      contractor: 'text',
      contract: 'text',
      from_at: 'whole',
      until_at: 'whole?',
      identity: 'flag',
      revoked_at: 'whole?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      in_force: {
        columns: ['organisation', 'case'],
        unique: true,
        where: 'revoked_at is null',
      },
      // A contractor looks for what was granted to it by whomever.
      by_contractor: {
        columns: ['contractor', 'organisation', 'case'],
        where: 'revoked_at is null',
      },
    },
  })
}
