import { flag, type Reading } from '../domain/reading.ts'
import type { ReadPoint } from './compile-type.ts'
import type { Decoded, DecodeProblem } from './decoder.ts'
import type { Source } from './source.ts'

/** A message that says nothing: every point of the device is bad as of now. */
export function unreadable(
  { envelope, device, version }: Source,
  points: readonly ReadPoint[],
  problem: DecodeProblem,
): Decoded {
  const readings: Reading[] = []
  for (const { key } of points) {
    const point = device.points.get(key)
    if (point === undefined) continue
    readings.push({
      point,
      value: null,
      quality: 'bad',
      code: 'decode_error',
      effective: envelope.ingest,
      ingest: envelope.ingest,
      flags: envelope.retained ? flag.replay : 0,
      typeVersion: version,
    })
  }
  return { readings, problems: [problem] }
}
