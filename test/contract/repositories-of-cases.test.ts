import { againOnPostgres } from '../support/both-databases.ts'

// What the suites ask of SQLite, asked of PostgreSQL.
await againOnPostgres([
  'cases/accept-first',
  'cases/accepted-killed',
  'cases/answers',
  'cases/any-history',
  'cases/gathered-mails',
  'cases/group',
  'cases/interleaving',
  'cases/join',
  'cases/letters',
  'cases/list',
  'cases/mails',
  'cases/merge',
  'cases/merge-any-history',
  'cases/public-words',
  'cases/report',
  'cases/shared-work',
  'cases/staff-letters',
  'cases/staff-work',
  'cases/storm-any-history',
  'cases/storm-gathering',
  'cases/suggestions',
  'cases/workflow',
])
