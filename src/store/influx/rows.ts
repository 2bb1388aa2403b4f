import type { OrganisationId, PointId } from '../../domain/ids.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import type { Quality, QualityCode, Value } from '../../domain/reading.ts'
import { timeUs, type TimeUs } from '../../domain/time.ts'
import type { Sample, StoredReading } from '../reading-store.ts'
import type { AnswerSeries, Cell } from './influx-server.ts'
import { given } from './measurement.ts'
import { decodeText } from './text.ts'

/** A row of an answer by the names of its columns. */
export type Row = Readonly<Record<string, Cell>>

export function rowsOf({ columns, values }: AnswerSeries): Row[] {
  return values.map((cells) =>
    Object.fromEntries(columns.map((column, n) => [column, cells[n] ?? null])),
  )
}

export function pointOf({ tags }: AnswerSeries): PointId {
  return Number(tags['point']) as PointId
}

/** A column that holds a number; 0 where it holds none. */
export function numberIn(row: Row, column: string): number {
  const cell = row[column]
  return typeof cell === 'number' ? cell : 0
}

export function textIn(row: Row, column: string): string {
  const cell = row[column]
  return typeof cell === 'string' ? cell : ''
}

export function timeIn(row: Row, column = 'time'): TimeUs {
  return timeUs(numberIn(row, column))
}

const qualities = new Set<Cell>(['good', 'uncertain', 'bad'] satisfies readonly Quality[])

/** The partition follows from the organisation, so it is not stored. */
export function positionIn(row: Row, organisation: OrganisationId): Position {
  return {
    epoch: textIn(row, 'epoch'),
    partition: partitionOf(organisation),
    sequence: numberIn(row, 'sequence'),
    index: numberIn(row, 'idx'),
  }
}

/** A sample of a series from a row with kind, value and quality. */
export function sampleOf(row: Row): Sample {
  const quality = qualityOf(row)
  return {
    at: timeIn(row),
    value: quality === 'bad' ? null : valueOf(row),
    quality,
  }
}

/** A reading from a row with every field of a reading. */
export function storedReading(
  row: Row,
  organisation: OrganisationId,
  point: PointId,
): StoredReading {
  const has = numberIn(row, 'given')
  return {
    organisation,
    position: positionIn(row, organisation),
    point,
    value: valueOf(row),
    quality: qualityOf(row),
    code: textIn(row, 'code') as QualityCode,
    ...((has & given.native) !== 0 && { native: numberIn(row, 'native') }),
    effective: timeIn(row),
    ...((has & given.source) !== 0 && { source: timeIn(row, 'source') }),
    ...((has & given.server) !== 0 && { server: timeIn(row, 'server') }),
    ingest: timeIn(row, 'ingest'),
    flags: numberIn(row, 'flags'),
    typeVersion: numberIn(row, 'type_version'),
  }
}

/**
 * `kind` decides which field holds the value: InfluxDB keeps the fields of an earlier reading of the
 * same time beside those of the later one.
 */
function valueOf(row: Row): Value {
  const { kind = null } = row
  if (kind === 'number') return numberIn(row, 'number')
  if (kind === 'boolean') return row['boolean'] === true
  return kind === 'text' ? decodeText(textIn(row, 'text')) : null
}

/** A quality that is none of ours was written by somebody else, and is no evidence. */
function qualityOf(row: Row): Quality {
  const cell = row['quality'] ?? null
  return qualities.has(cell) ? (cell as Quality) : 'bad'
}
