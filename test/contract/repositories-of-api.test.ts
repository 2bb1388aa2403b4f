import { againOnPostgres } from '../support/both-databases.ts'

// What the suites ask of SQLite, asked of PostgreSQL.
await againOnPostgres([
  'api/alarm-commands',
  'api/assets',
  'api/case-choices',
  'api/case-templates',
  'api/contractor-stream',
  'api/desks',
  'api/forget-feed',
  'api/integration',
  'api/photos',
  'api/public-notices',
  'api/quarantine',
  'api/readings-export',
  'api/reviews',
  'api/rules',
  'api/rules-publish',
  'api/session',
  'api/statistics',
  'api/wrong-input',
])
