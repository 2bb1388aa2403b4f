import { describe, it } from 'vitest'
import { simulateOpcua } from '../../src/adapters/opcua/simulate.ts'
import type { Simulation } from '../../src/adapters/workbench.ts'
import { expectLoop } from './field/story.ts'
import { shippedType, startTown, type Town, type TownPlan } from './field/town.ts'

const type = 'pumpwerk-station-ua'
const address = { root: '/0:Objects/p:Stations/p:Harbour' }

describe('OPC UA: a pumping station', () => {
  it('whose level is high becomes a case, and recovers', async () => {
    await using station = await startStation()
    await using town = await startScada(station, { role: 'level', above: 3 })
    await expectLoop(town, {
      isPolled: true,
      well: () => station.set('level', 1.4),
      faulty: () => station.set('level', 3.5),
    })
  })

  it('whose own alarm condition becomes active becomes a case, and recovers', async () => {
    await using station = await startStation()
    await using town = await startScada(station, {
      role: 'p1.fault',
      faultClass: 'pump_tripped',
    })
    await expectLoop(town, {
      isPolled: true,
      well: () => station.set('p1.fault', false),
      faulty: () => station.set('p1.fault', true),
    })
  })
})

async function startStation(): Promise<Simulation> {
  return simulateOpcua({
    type: await shippedType(type),
    address,
    host: '127.0.0.1',
    port: 0,
  })
}

/** Signed and encrypted, the certificate approved by its fingerprint. */
function startScada(
  { where }: Simulation,
  watched: Pick<TownPlan, 'role' | 'above' | 'faultClass'>,
): Promise<Town> {
  const [, endpoint, fingerprint = ''] =
    /^(opc\.tcp:\S+) .*SHA-256 ([0-9A-F:]+)/i.exec(where) ?? []
  return startTown({
    type,
    address,
    ...watched,
    connection: { protocol: 'opcua', endpoint, trust: [fingerprint] },
    wallClock: true,
  })
}
