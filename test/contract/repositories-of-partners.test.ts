import { againOnPostgres } from '../support/both-databases.ts'

// What the suites ask of SQLite, asked of PostgreSQL.
await againOnPostgres([
  'citizen/beforehand',
  'citizen/comments',
  'citizen/follow',
  'citizen/known-photos',
  'mailbox/answers',
  'mailbox/intake',
  'mailbox/refused',
  'mailbox/returned',
  'open311/extensions',
  'open311/forward',
  'open311/keys',
  'open311/push',
  'open311/requests',
  'open311/shown-photos',
  'open311/take-update',
  'open311/updates',
])
