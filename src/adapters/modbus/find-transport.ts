import type { ModbusConnection } from '../../devices/modbus/connection.ts'
import { durationUs } from '../../domain/time.ts'
import { Line, type LineParts } from './line.ts'

/** What a server at an address speaks. */
export interface Spoken {
  readonly transport: 'tcp' | 'rtu-over-tcp'
  /** For people: what was asked and what came. */
  readonly said: string
}

/**
 * Whether a server speaks Modbus TCP or passes a serial line on, which a port does not show. Asks one
 * harmless question (holding register 0) in each of the two. Undefined when it answers neither.
 */
export async function findTransport(
  parts: Omit<LineParts, 'settings'>,
  settings: Extract<ModbusConnection, { readonly host: string }>,
  unit: number,
): Promise<Spoken | undefined> {
  for (const transport of ['tcp', 'rtu-over-tcp'] as const) {
    const line = new Line({ ...parts, settings: { ...settings, transport } })
    try {
      if ((await line.open(durationUs(0))) !== undefined) continue
      const reply = await line.request({ unit, functionCode: 3, address: 0, count: 1 })
      if (reply.ok) return { transport, said: `unit ${unit} answers` }
      if (reply.why === 'exception') {
        return { transport, said: `unit ${unit} answers with exception ${reply.code}` }
      }
    } finally {
      line.close()
    }
  }
  return undefined
}
