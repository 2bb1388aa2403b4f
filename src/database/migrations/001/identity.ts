import type { TableMaker } from '../make-table.ts'

export async function makeIdentity(tables: TableMaker): Promise<void> {
  await makeUsers(tables)
  await tables.make('device_credential', {
    columns: {
      organisation: 'text',
      username: 'text',
      device: 'text',
      class: ['device', 'gateway', 'bridge'],
      secret_hash: 'text',
      created_at: 'whole',
      revoked_at: 'whole?',
    },
    key: ['organisation', 'username', 'secret_hash'],
    indexes: {
      one_valid: { columns: ['username'], unique: true, where: 'revoked_at is null' },
      by_device: { columns: ['organisation', 'device'] },
    },
  })
  await tables.make('audit', {
    columns: {
      organisation: 'text',
      number: 'whole',
      at: 'whole',
      actor: 'text',
      action: 'text',
      subject: 'text',
      detail: 'text',
    },
    key: ['organisation', 'number'],
    indexes: { by_subject: { columns: ['organisation', 'subject', 'number'] } },
  })
}

async function makeUsers(tables: TableMaker): Promise<void> {
  await tables.make('user', {
    columns: {
      organisation: 'text',
      id: 'text',
      email: 'text',
      name: 'text',
      roles: 'text',
      language: 'text',
      password_hash: 'text?',
      disabled: 'flag',
      created_at: 'whole',
    },
    key: ['organisation', 'id'],
    indexes: {
      by_email: { columns: ['organisation', 'email'], unique: true },
    },
  })
  await tables.make('session', {
    columns: {
      organisation: 'text',
      id_hash: 'text',
      user: 'text',
      created_at: 'whole',
      last_seen_at: 'whole',
      expires_at: 'whole',
    },
    // Looked up before the organisation is known.
    key: ['id_hash'],
    references: { user: 'user' },
    indexes: {
      by_user: { columns: ['organisation', 'user'] },
      by_end: { columns: ['expires_at'] },
    },
  })
  await tables.make('one_time_link', {
    columns: {
      organisation: 'text',
      token_hash: 'text',
      purpose: ['set_password'],
      user: 'text',
      expires_at: 'whole',
      used_at: 'whole?',
    },
    key: ['token_hash'],
    references: { user: 'user' },
    indexes: { by_user: { columns: ['organisation', 'user'] } },
  })
}
