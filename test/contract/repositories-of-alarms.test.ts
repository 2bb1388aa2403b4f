import { againOnPostgres } from '../support/both-databases.ts'

// What the suites ask of SQLite, asked of PostgreSQL.
await againOnPostgres([
  'alarms/commands',
  'alarms/floods-now',
  'alarms/kpis/read-kpis',
  'alarms/suppression',
  'alarms/take',
  'alarms/timers',
  'alarms/topology/groups',
  'alarms/why',
  'annunciation/desk-checks',
  'annunciation/messages',
  'gateway/acknowledgements',
  'gateway/broker-memory',
  'ingest/adopt',
  'ingest/adopt-shorter',
  'ingest/blindness',
  'ingest/checkpoint',
  'ingest/problems',
  'ingest/quarantine',
  'ingest/saved-cursor',
  'workshop/labels',
  'workshop/why-not-alarm',
])
