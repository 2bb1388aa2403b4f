import { join } from 'node:path'
import type { FieldAdapter } from '../adapters/adapter.ts'
import type { FieldConnection } from '../devices/field-device.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { PortParts } from '../ports.ts'

/**
 * The adapter of a connection that we go to, not started yet. Its libraries are loaded here: who has
 * no such connection does not pay for them. A new protocol is one more case.
 */
export async function openAdapter(
  { config: { data }, random }: Pick<PortParts, 'config' | 'random'>,
  organisation: OrganisationId,
  { name, settings, devices }: FieldConnection,
): Promise<FieldAdapter> {
  const parts = { connection: name, organisation, random, devices }
  switch (settings.protocol) {
    case 'modbus': {
      const { createModbusAdapter } = await import('../adapters/modbus/adapter.ts')
      return createModbusAdapter({ ...parts, config: settings })
    }
    case 'opcua': {
      const { createOpcuaAdapter } = await import('../adapters/opcua/adapter.ts')
      return createOpcuaAdapter({ ...parts, config: settings, folder: join(data, 'opcua') })
    }
    case 'http':
      throw new Error(`${name}: nobody goes to who sends to us`)
  }
}
