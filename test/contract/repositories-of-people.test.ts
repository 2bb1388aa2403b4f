import { againOnPostgres } from '../support/both-databases.ts'

// What the suites ask of SQLite, asked of PostgreSQL.
await againOnPostgres([
  'assignment/forget-absences',
  'configuration/apply',
  'configuration/apply-changes',
  'configuration/apply-together',
  'configuration/configurations',
  'identity/links-and-devices',
  'identity/source-tokens',
  'privacy/local',
])
