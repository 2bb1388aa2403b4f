import { comparePositions, partitionOf } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import { qualities } from '../../domain/reading.ts'
import { durationUs, earlier, HOUR } from '../../domain/time.ts'
import type { ColumnScanRequest, StoredColumns, StoredReading } from '../reading-store.ts'
import type { Asks } from './points.ts'
import { scanReadings } from './scan.ts'

/** Nothing in a server is in the order of arrival, so all of a range is sorted here. */
const maxReadings = 2_000_000
const pieceRows = 65_536
/** What was measured longer than this before the range is not looked for. */
const latest = durationUs(7 * 24 * HOUR)

/**
 * What is left of the arrivals of the range, in the order of the log. Rejects with Problem too_large
 * for more than 2,000,000 of them.
 */
export async function* scanColumns(
  server: Asks,
  request: ColumnScanRequest,
): AsyncGenerator<StoredColumns> {
  const { organisation, points, from, to } = request
  const found: StoredReading[] = []
  const range = { from: earlier(from, latest), to, ...(points !== undefined && { points }) }
  for await (const page of scanReadings(server, { organisation, ...range })) {
    for (const reading of page) {
      if (reading.ingest >= from && reading.ingest < to) found.push(reading)
    }
    if (found.length > maxReadings) throw tooMany()
  }
  for (const readings of logsOf(found)) {
    readings.sort((a, b) => comparePositions(a.position, b.position))
    for (let first = 0; first < readings.length; first += pieceRows) {
      yield columnsOf(readings.slice(first, first + pieceRows), request)
    }
  }
}

/** By log, the one that was heard first before the others. */
function logsOf(found: readonly StoredReading[]): StoredReading[][] {
  const logs = [...Map.groupBy(found, ({ position }) => position.epoch).values()]
  return logs.toSorted((a, b) => beginOf(a) - beginOf(b))
}

function beginOf(log: readonly StoredReading[]): number {
  return log.reduce((least, { ingest }) => Math.min(least, ingest), Infinity)
}

function columnsOf(
  readings: readonly StoredReading[],
  { organisation }: ColumnScanRequest,
): StoredColumns {
  const texts = new Map<number, string>()
  for (const [row, { value }] of readings.entries()) {
    if (typeof value === 'string') texts.set(row, value)
  }
  return {
    epoch: readings[0]?.position.epoch ?? '',
    partition: partitionOf(organisation),
    length: readings.length,
    sequence: Float64Array.from(readings, ({ position }) => position.sequence),
    index: Uint32Array.from(readings, ({ position }) => position.index),
    point: Uint32Array.from(readings, ({ point }) => point),
    value: Float64Array.from(readings, ({ value }) =>
      typeof value === 'number' || typeof value === 'boolean' ? Number(value) : Number.NaN,
    ),
    texts,
    boolean: Uint8Array.from(readings, ({ value }) => (typeof value === 'boolean' ? 1 : 0)),
    quality: Uint8Array.from(readings, ({ quality }) => qualities.indexOf(quality)),
    effective: Float64Array.from(readings, ({ effective }) => effective),
    ingest: Float64Array.from(readings, ({ ingest }) => ingest),
    flags: Uint8Array.from(readings, ({ flags }) => flags),
  }
}

function tooMany(): Problem {
  return new Problem({
    kind: 'too_large',
    what: 'There are too many readings to put in the order in which they came',
    why: `InfluxDB keeps them in another order, so at most ${maxReadings} are sorted at a time`,
    next: 'Ask for a shorter time or fewer assets',
  })
}
