import { deviceType, type TypeOf } from '../../src/devices/device-type.ts'

/** Stations of the bench, and values of each. */
export const STATIONS = 100
export const VALUES = 100

/** What the server of the bench has done since it started. */
export interface ServerCount {
  /** Values set. */
  changed: number
  /** Values put into the queues of watched items, first values included. */
  sampled: number
  /** Of those values. Each is another whole number, so that no two can be mistaken for each other. */
  sum: number
}

/** One station: a hundred values, sampled and published each second. */
export function stationType(): TypeOf<'opcua'> {
  const points = Object.fromEntries(
    Array.from({ length: VALUES }, (_, index) => [
      `value${index}`,
      { path: `p:Value${index}` },
    ]),
  )
  const type = deviceType.parse({
    type: 'bench/station@1.0.0',
    description: 'A hundred values',
    protocol: 'opcua',
    interval: '1m',
    opcua: {
      namespaces: { p: 'urn:bench' },
      subscription: { publishing: '1s' },
      item: { sampling: '1s', queue: 10 },
      backfill: { historyRead: 'never' },
    },
    points,
  })
  if (type.protocol !== 'opcua') throw new Error('not OPC UA')
  return type
}

export const rootOf = (station: number): string => `/0:Objects/p:Station${station}`
