/** The names in InfluxDB, which dashboards of others rely on: add, but never rename. See docs/influx.md. */

export const measurements = { reading: 'reading', rolledUp: 'rolled_up' } as const

/** Every field of a reading that an answer must have, in any order. */
export const readingFields = [
  'kind',
  'number',
  'text',
  'boolean',
  'quality',
  'code',
  'native',
  'source',
  'server',
  'ingest',
  'given',
  'flags',
  'type_version',
  'epoch',
  'sequence',
  'idx',
] as const

/** Every field of a rolled-up window. */
export const windowFields = [
  'count',
  'sum',
  'min',
  'max',
  'last',
  'min_at',
  'max_at',
  'last_at',
  'until',
  'epoch',
  'sequence',
  'idx',
] as const

/**
 * Bits of `given`: which of the fields that a reading may leave out it has. A field that an earlier
 * reading of the same time had stays in InfluxDB when the later one does not write it.
 */
export const given = { source: 1, server: 2, native: 4 } as const
