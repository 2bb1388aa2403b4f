import { codecs } from './adapters/codec.ts'
import { modbusLines } from './adapters/modbus.ts'
import { opcuaItems } from './adapters/opcua.ts'
import type { BenchResult } from './result.ts'

/** Many devices at once on the protocols that are not MQTT, and what a codec in its sandbox costs. */
export async function run(): Promise<BenchResult> {
  const codec = await codecs()
  const modbus = await modbusLines()
  const opcua = await opcuaItems()
  return {
    bench: 'adapters',
    figures: { ...codec, ...modbus, ...opcua },
    checks: [
      {
        name: 'OPC UA values sampled and not stored',
        most: 0,
        measured: opcua.opcuaLostValues,
      },
      { name: 'ms a codec in its sandbox', most: 0.2, measured: codec.codecWarmMs },
      { name: 'live Modbus units late', most: 0, measured: modbus.modbusLateUnits },
      {
        name: 'ms p99 from an OPC UA server to the log',
        most: 2_000,
        measured: opcua.opcuaLagP99Ms,
      },
    ],
  }
}
