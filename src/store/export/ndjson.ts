import { positionText } from '../../domain/position.ts'
import type { LineFormat } from './format.ts'
import { isoMicros } from './iso-micros.ts'

/** One JSON object a line, every one with the same names; null where there is nothing. */
export const ndjson: LineFormat = {
  head: '',
  row: ({ name, reading }) => {
    const { source, server, native } = reading
    const row = {
      organisation: reading.organisation,
      asset: name.asset,
      role: name.role,
      device: name.device,
      point: name.key,
      point_id: reading.point,
      effective: isoMicros(reading.effective),
      source: source === undefined ? null : isoMicros(source),
      server: server === undefined ? null : isoMicros(server),
      ingest: isoMicros(reading.ingest),
      value: reading.value,
      unit: name.unit,
      quality: reading.quality,
      code: reading.code,
      native: native ?? null,
      flags: reading.flags,
      type_version: reading.typeVersion,
      position: positionText(reading.position),
    }
    return `${JSON.stringify(row)}\n`
  },
}
