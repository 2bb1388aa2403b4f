import type { FieldAdapter } from '../adapter.ts'
import { Poller, type PollerParts } from './poller.ts'

export type ModbusParts = PollerParts

/**
 * Reads the devices of one Modbus line and writes every poll to the log as it came. `start` returns
 * when polling has begun; with `startup: error` it rejects when the line cannot be opened.
 */
export function createModbusAdapter(parts: ModbusParts): FieldAdapter {
  let poller: Poller | undefined
  let devices = parts.devices
  return {
    connection: parts.connection,

    async start(context) {
      if (poller !== undefined) throw new Error('started twice')
      poller = new Poller({ ...parts, devices }, context)
      await poller.start()
    },

    async reload(next) {
      devices = next
      poller?.reload(next)
    },

    health: () => poller?.health() ?? { state: 'connecting', detail: 'not started' },
    devices: () => poller?.devices() ?? new Map(),

    async [Symbol.asyncDispose]() {
      await poller?.stop()
    },
  }
}
