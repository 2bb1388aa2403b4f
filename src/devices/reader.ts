import type { ContextReader } from './context-reader.ts'
import type { DeviceType } from './device-type.ts'
import { jsonReader } from './json/reader.ts'
import { lorawanReader } from './lorawan/reader.ts'
import { modbusReader } from './modbus/reader.ts'
import { opcuaReader } from './opcua/reader.ts'
import type { Sandbox } from './sandbox/sandbox.ts'
import { talqReader } from './talq/reader.ts'

/** The reader of a type's protocol; undefined when its messages are JSON that need nothing but paths. */
export function readerOf(type: DeviceType, sandbox: Sandbox): ContextReader | undefined {
  switch (type.protocol) {
    case 'mqtt':
    case 'http':
      return jsonReader(type, sandbox)
    case 'lorawan':
      return lorawanReader(type, sandbox)
    case 'modbus':
      return modbusReader(type)
    case 'opcua':
      return opcuaReader(type)
    case 'talq':
      return talqReader(type)
  }
}
