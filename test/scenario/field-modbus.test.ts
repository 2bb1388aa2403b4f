import { describe, it } from 'vitest'
import {
  simulateModbus,
  type ModbusSimulation,
} from '../../src/adapters/modbus/simulate.ts'
import { systemClock } from '../../src/clock.ts'
import { expectLoop } from './field/story.ts'
import { shippedType, startTown, type Town, type TownPlan } from './field/town.ts'

const type = 'fjordtek-ps-2'
const address = { unit: 3, offset: 100 }

describe('Modbus: a pumping station', () => {
  it.each([
    ['tcp', { role: 'level', above: 3 }],
    ['rtu-over-tcp', { role: 'level', above: 3 }],
  ] as const)('whose level is high becomes a case (%s)', async (transport, watched) => {
    await using station = await startStation(transport)
    await using town = await startLine(station, transport, watched)
    await expectLoop(town, {
      well: () => station.set('level', 1.4),
      faulty: () => station.set('level', 3.5),
      isPolled: true,
    })
  })

  it('whose second pump trips, one bit among 32, becomes a case', async () => {
    await using station = await startStation('tcp')
    const watched = { role: 'alarm.p2Tripped', faultClass: 'pump_tripped' }
    await using town = await startLine(station, 'tcp', watched)
    await expectLoop(town, {
      well: () => station.set('alarm.p2Tripped', false),
      faulty: () => station.set('alarm.p2Tripped', true),
      isPolled: true,
    })
  })
})

type Transport = 'tcp' | 'rtu-over-tcp'

async function startStation(transport: Transport): Promise<ModbusSimulation> {
  return simulateModbus(
    {
      type: await shippedType(type),
      address,
      host: '127.0.0.1',
      port: 0,
      framing: transport === 'tcp' ? 'tcp' : 'rtu',
    },
    systemClock,
  )
}

function startLine(
  { port }: ModbusSimulation,
  transport: Transport,
  watched: Pick<TownPlan, 'role' | 'above' | 'faultClass'>,
): Promise<Town> {
  return startTown({
    type,
    address,
    ...watched,
    connection: {
      protocol: 'modbus',
      transport,
      host: '127.0.0.1',
      port,
      // The service's time runs faster here than that of the wire.
      timeout: '1h',
      connectWithin: '1h',
    },
  })
}
