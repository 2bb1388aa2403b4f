import { z } from 'zod'
import { createDecoder } from '../devices/decode.ts'
import type { DecodableDevice, DecodeProblem } from '../devices/decoder.ts'
import type { DeviceType } from '../devices/device-type.ts'
import { organisationId, type PointId } from '../domain/ids.ts'
import type { Reading } from '../domain/reading.ts'
import type { TimeUs } from '../domain/time.ts'

/** A message to try a type on. */
export interface Message {
  readonly payload: Uint8Array
  /** Where it came from, if that matters to the type. */
  readonly topic?: string
  readonly ingest: TimeUs
}

/** What a type makes of a message. */
export interface Decoding {
  /** Point key → reading. */
  readonly readings: ReadonlyMap<string, Reading>
  readonly problems: readonly DecodeProblem[]
}

const anyPoint = z.custom<PointId>((id) => Number.isSafeInteger(id))
const organisation = organisationId.parse('workshop')
const device = 'device-1'

/** Decodes as the service does, with the very same decoder; nothing is kept. */
export async function decodeMessage(
  type: DeviceType,
  { payload, topic = '', ingest }: Message,
  speaker: Pick<DecodableDevice, 'firmware' | 'params'> = {},
): Promise<Decoding> {
  const keys = Object.keys(type.points)
  const points = new Map(
    keys.map((key, index): [string, PointId] => [key, pointId(index + 1)]),
  )
  const one = { type, points, ...speaker }
  const decode = createDecoder({ version: 1, devices: new Map([[device, one]]) })
  const decoded = await decode({
    kind: 'envelope',
    organisation,
    connection: 'workshop',
    device,
    topic,
    payload,
    ingest,
    retained: false,
  })
  const readings = new Map<string, Reading>()
  for (const reading of decoded.readings) {
    const key = keys[reading.point - 1]
    if (key === undefined) continue
    readings.set(key, reading)
  }
  return { readings, problems: decoded.problems }
}

/** A number that never leaves this file: the decoder only carries it through. */
function pointId(number: number): PointId {
  return anyPoint.parse(number)
}
