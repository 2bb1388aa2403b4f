import {
  isFault,
  parseLines,
  type Line,
  type LineFault,
} from '../../../src/devices/http/line-protocol.ts'
import type { FieldValue } from '../../../src/devices/http/line-value.ts'

/** A line as a test writes it. */
export interface Plain {
  readonly measurement: string
  readonly tags: Record<string, string>
  readonly fields: Record<string, FieldValue>
  readonly timestamp: bigint | undefined
}

/** Everything that a body holds. */
export function read(text: string): (Line | LineFault)[] {
  return [...parseLines(text)]
}

/** A line that could be read. */
export function plain(line: Line | LineFault | undefined): Plain {
  if (line === undefined || isFault(line))
    throw new Error(JSON.stringify(line ?? 'no line'))
  return {
    measurement: line.measurement,
    tags: Object.fromEntries(line.tags),
    fields: Object.fromEntries(line.fields),
    timestamp: line.timestamp,
  }
}
