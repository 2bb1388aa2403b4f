import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diagnose } from '../../../src/adapters/opcua/diagnose.ts'
import { openLook, type LookParts } from '../../../src/adapters/opcua/look.ts'
import { probeOpcua } from '../../../src/adapters/opcua/probe.ts'
import { simulateOpcua } from '../../../src/adapters/opcua/simulate.ts'
import { systemClock } from '../../../src/clock.ts'
import { opcuaConnection } from '../../../src/devices/opcua/connection.ts'
import { systemRandom } from '../../../src/random.ts'
import { pkiFolder, rootPath, startListening, station, stationType } from './town.ts'
import { until } from '../../support/until.ts'

async function all<T>(many: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const one of many) list.push(one)
  return list
}

async function simulated() {
  const type = stationType({
    points: {
      level: { path: 'p:WetWell/p:Level', unit: 'm', range: [0, 6], scale: 0.1 },
      mode: { path: 'p:Mode', kind: 'state', enum: { '0': 'off', '1': 'on' } },
      fault: { condition: 'p:Pump1/Fault', kind: 'state' },
    },
  })
  const address = { root: rootPath }
  const simulation = await simulateOpcua({ type, address, host: '127.0.0.1', port: 0 })
  const [, url = '', fingerprint = ''] =
    /^(opc\.tcp:\S+) \(certificate SHA-256 (\S+)\)$/.exec(simulation.where) ?? []
  const look: LookParts = {
    settings: opcuaConnection.parse({
      protocol: 'opcua',
      endpoint: url,
      trust: [fingerprint],
    }),
    password: undefined,
    folder: join(pkiFolder(), 'look'),
    clock: systemClock,
    random: systemRandom,
  }
  return { type, simulation, look, port: Number(new URL(url).port), fingerprint }
}

it('serves a type, says what it is told to, and falls silent', async () => {
  const { type, simulation, port, fingerprint } = await simulated()
  await using _ = simulation
  simulation.set('level', 1.5)
  simulation.set('mode', 'on')
  await using listening = await startListening({
    port,
    trust: [fingerprint],
    devices: [station(type)],
    limits: { connectWithin: '2s' },
  })
  await until(async () => (await listening.said('level')).at(-1)?.raw === 15)
  expect((await listening.said('mode')).at(-1)?.raw).toBe(1)
  expect(() => simulation.set('mode', 'asleep')).toThrow('mode cannot be "asleep"')
  simulation.silent(true)
  await until(() => listening.state() === 'offline')
  simulation.silent(false)
  await until(() => listening.state() === 'online')
})

it('lists what a server has, with a point for each', async () => {
  const { simulation, look } = await simulated()
  await using _ = simulation
  simulation.set('level', 1.5)
  const order = {
    from: '/0:Objects/p:Stations/p:*',
    namespaces: { p: 'urn:pumpwerk:station' },
    mostNodes: 1_000,
    depth: 5,
  }
  const found = await all(probeOpcua(look, { ...order, only: 'p:*/p:Lev*' }))
  expect(found).toEqual([
    {
      where: 'p:WetWell/p:Level',
      shows: [
        { as: 'Double', value: '15' },
        { as: 'EURange', value: '0 to 60' },
        { as: 'namespace p', value: 'urn:pumpwerk:station' },
      ],
      proposal: {
        key: 'wetWell.level',
        definition: { path: 'p:WetWell/p:Level', range: [0, 60] },
      },
    },
  ])
  const bounded = await all(probeOpcua(look, { ...order, mostNodes: 2 }))
  expect(bounded.length).toBeLessThan(2)
})

it.each([
  [
    { points: { level: { path: 'p:WetWel/p:Level' } } },
    'there is no p:WetWel at its first step: did you mean p:WetWell?',
  ],
  [
    { points: { level: { path: 'p:WetWell/p:Depth' } } },
    'there is no p:Depth below p:WetWell: there are Level',
  ],
  [
    { points: { level: { path: '0:WetWell/p:Level' } } },
    'WetWell is there in another namespace',
  ],
  [
    { opcua: { namespaces: { p: 'urn:pumpwerk:stations' } } },
    'the server has no namespace urn:pumpwerk:stations; did you mean urn:pumpwerk:station?',
  ],
  [{ points: { level: { path: 'p:*/p:*' } } }, 'and a point is one: write it closer'],
])('names the mistake of %j', async (changes, says) => {
  const { simulation, look } = await simulated()
  await using _ = simulation
  await using session = await openLook(look)
  const findings = await diagnose(session.space, station(stationType(changes)))
  expect(findings.map(({ why }) => why).join(' ')).toContain(says)
})
