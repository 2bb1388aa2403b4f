import { flag, type Reading } from '../domain/reading.ts'
import type { ReadPoint } from './compile-type.ts'
import type { Decoded } from './decoder.ts'
import type { Source } from './source.ts'

/**
 * A device that the broker lost: nothing is known of its points from now on. That is no mistake of
 * anybody's, so there is no problem. When a will was written says nothing of when it came true.
 */
export function gone(
  { envelope, device, version }: Source,
  points: readonly ReadPoint[],
): Decoded {
  const { ingest, retained, repeated } = envelope
  const flags = (retained ? flag.replay : 0) | (repeated === true ? flag.dupPossible : 0)
  const readings = points.flatMap(({ key }): Reading[] => {
    const point = device.points.get(key)
    if (point === undefined) return []
    return [
      {
        point,
        value: null,
        quality: 'bad',
        code: 'comm_fault',
        effective: ingest,
        ingest,
        flags,
        typeVersion: version,
      },
    ]
  })
  return { readings, problems: [] }
}
