import type { AlarmTaken, FieldAdapter } from '../adapter.ts'
import { acknowledge, acknowledgeAlarm, type Acknowledgement } from './acknowledge.ts'
import { Supervisor, type OpcuaParts } from './supervisor.ts'

export interface OpcuaAdapter extends FieldAdapter {
  /**
   * Acknowledges a condition on the server. Rejects with a Problem: `unavailable` without a session,
   * `conflict` when the condition has said something newer since, `invalid` when the server refuses.
   */
  acknowledge(what: Acknowledgement): Promise<void>
  acknowledgeAlarm(taken: AlarmTaken): Promise<void>
}

/**
 * Listens to one OPC UA server. Values are acknowledged after `context.append` resolved. `start`
 * resolves at once, whether the server is there or not, unless `startup` is `error`.
 */
export function createOpcuaAdapter(parts: OpcuaParts): OpcuaAdapter {
  let supervisor: Supervisor | undefined
  let devices = parts.devices
  return {
    connection: parts.connection,

    async start(context) {
      if (supervisor !== undefined) throw new Error('started twice')
      supervisor = new Supervisor({ ...parts, devices }, context)
      await supervisor.start()
    },

    health() {
      return supervisor?.health() ?? { state: 'connecting', detail: 'not started' }
    },

    devices() {
      return supervisor?.devices() ?? new Map()
    },

    async reload(changed) {
      devices = changed
      await supervisor?.reload(changed)
    },

    async acknowledge(what) {
      await acknowledge(supervisor?.link, what)
    },

    async acknowledgeAlarm(taken) {
      await acknowledgeAlarm(supervisor?.link, devices, taken)
    },

    async [Symbol.asyncDispose]() {
      await supervisor?.stop()
    },
  }
}
