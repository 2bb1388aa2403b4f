import { join } from 'node:path'
import type { FieldAdapter } from '../adapters/adapter.ts'
import type { HttpIntake } from '../adapters/http/intake.ts'
import type { FieldConnection } from '../devices/field-device.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { PortParts } from '../ports.ts'

/** What adapters are made with. */
export interface ProtocolParts extends Pick<PortParts, 'config' | 'random'> {
  /** The door for everybody who sends to us over HTTP. */
  readonly intake: HttpIntake
}

/**
 * The adapter of a connection, not started yet. Its libraries are loaded here: who has no such
 * connection does not pay for them. A new protocol is one more case.
 */
export async function openAdapter(
  { config: { data }, random, intake }: ProtocolParts,
  organisation: OrganisationId,
  connection: FieldConnection,
): Promise<FieldAdapter> {
  const { name, settings, devices } = connection
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
      return intake.connection(organisation, connection)
  }
}
