import type { PointId } from '../domain/ids.ts'
import type { Reading } from '../domain/reading.ts'
import type { Decoded } from './decoder.ts'

/**
 * Takes the word from the points whose fault points are true: a level is worth nothing while its sensor
 * says that it is broken. Looks at one message alone, and of several values of a fault at the last.
 */
export function spreadFaults(
  { readings, problems }: Decoded,
  makesBad: ReadonlyMap<string, readonly string[]>,
  points: ReadonlyMap<string, PointId>,
): Decoded {
  const faulty = new Map<PointId, string>()
  for (const [fault, victims] of makesBad) {
    const id = points.get(fault)
    const last = readings.findLast(({ point }) => point === id)
    if (last?.value !== true) continue
    for (const victim of victims) {
      const point = points.get(victim)
      if (point !== undefined) faulty.set(point, `${victim}: ${fault} is true`)
    }
  }
  if (faulty.size === 0) return { readings, problems }
  const hit = readings.filter(
    ({ point, quality }) => faulty.has(point) && quality !== 'bad',
  )
  const details = new Set(hit.map(({ point }) => faulty.get(point) ?? ''))
  return {
    readings: readings.map((reading) =>
      hit.includes(reading) ? deprived(reading) : reading,
    ),
    problems: [
      ...problems,
      ...[...details].map((detail) => ({ reason: 'device_fault', detail })),
    ],
  }
}

function deprived(reading: Reading): Reading {
  return { ...reading, value: null, quality: 'bad', code: 'device_fault' }
}
