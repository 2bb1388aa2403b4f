import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { simulateModbus } from '../../../src/adapters/modbus/simulate.ts'
import { systemClock } from '../../../src/clock.ts'
import { until } from '../../support/until.ts'
import { describeWithService } from '../../support/services.ts'
import { findLibmodbus, findMbpoll, findPymodbus, type Peer } from './peers.ts'
import { deviceAt, startPolling, typeOf } from './polling.ts'

const run = promisify(execFile)

const points = {
  first: { table: 'holding', address: 0 },
  last: { table: 'holding', address: 9 },
  beyond: { table: 'holding', address: 12 },
  flow: { table: 'input', address: 0, type: 'float32' },
  coil: { table: 'coil', address: 2, kind: 'state' },
  contact: { table: 'discrete', address: 3, kind: 'state' },
}
const said = {
  first: 100,
  last: 109,
  beyond: 'bad/config_error 2',
  flow: 25,
  coil: true,
  contact: true,
}

/** What the adapter reads from a peer, and that the hole is found. */
async function readsAll(port: number, settings: Record<string, unknown>): Promise<void> {
  await using polling = await startPolling({
    port,
    devices: [deviceAt(1, typeOf(points))],
    // Python needs its time when the machine is busy.
    settings: { timeout: '5s', ...settings },
  })
  await until(() => polling.stored.length >= 2, 60_000)
  const [, second] = await polling.polls('unit-1')
  expect(second).toEqual(said)
  expect(polling.adapter.devices().get('unit-1')?.state).toBe('degraded')
}

const servers = [
  ['pymodbus-tcp', findPymodbus('tcp'), 'tcp'],
  ['pymodbus-rtu-over-tcp', findPymodbus('rtu'), 'rtu-over-tcp'],
  ['pymodbus-serial', findPymodbus('serial'), 'rtu'],
  ['libmodbus', findLibmodbus(), 'tcp'],
] as const

for (const [name, service, transport] of servers) {
  describeWithService(name, service, (start) => {
    let peer: Peer
    beforeAll(async () => {
      peer = await start()
    })
    afterAll(() => peer?.[Symbol.asyncDispose]())

    test('every table is read, and the hole between the registers is found', async () => {
      expect(peer.version).toMatch(/^\d+\.\d+/)
      const serial = { transport, path: peer.at, parity: 'none' }
      await readsAll(Number(peer.at) || 0, transport === 'rtu' ? serial : { transport })
    })
  })
}

describeWithService('pymodbus', findPymodbus('tcp'), (start) => {
  test('says nothing for a unit that is not there, and the others go on', async () => {
    await using peer = await start()
    const type = typeOf({ first: { table: 'holding', address: 0 } })
    await using polling = await startPolling({
      port: Number(peer.at),
      devices: [deviceAt(1, type), deviceAt(2, type)],
      settings: { timeout: '1s', longestRetry: '60s', firstRetry: '1s' },
    })
    const begin = performance.now()
    await until(() => polling.stored.length >= 8, 60_000)
    const silent = await polling.polls('unit-2')
    expect(silent.length).toBeGreaterThanOrEqual(1)
    expect(new Set(silent.map((said) => JSON.stringify(said)))).toEqual(
      new Set([JSON.stringify({ first: 'bad/comm_fault' })]),
    )
    // A wait is at least half of 1, 2, 4 … s, so the tries grow with the logarithm of the time.
    const seconds = (performance.now() - begin) / 1_000
    expect(silent.length).toBeLessThanOrEqual(2 + Math.log2(2 * seconds + 1))
    // The other one is asked again and again, whatever the first costs.
    expect((await polling.polls('unit-1')).length).toBeGreaterThan(silent.length)
  })
})

describeWithService('mbpoll', findMbpoll(), (start) => {
  test('reads our simulation as a client that nobody here wrote', async () => {
    const program = await start()
    const type = typeOf({
      count: { table: 'holding', address: 4 },
      flow: { table: 'input', address: 0, type: 'float32', order: 'CDAB' },
      open: { table: 'coil', address: 1, kind: 'state' },
    })
    const order = { type, address: { unit: 7 }, host: '127.0.0.1', port: 0 }
    await using simulation = await simulateModbus(order, systemClock)
    simulation.set('count', 4_711)
    simulation.set('flow', 12.5)
    simulation.set('open', true)
    const mbpoll = async (...args: string[]): Promise<string> => {
      const all = [
        '-m',
        'tcp',
        '-p',
        String(simulation.port),
        '-a',
        '7',
        '-0',
        '-1',
        ...args,
      ]
      return (await run(program, [...all, '127.0.0.1'], { timeout: 60_000 })).stdout
    }
    expect(await mbpoll('-t', '4', '-r', '4')).toMatch(/\[4\]:\s+4711/)
    // mbpoll has the low register first unless told otherwise.
    expect(await mbpoll('-t', '3:float', '-r', '0')).toMatch(/\[0\]:\s+12\.5/)
    expect(await mbpoll('-t', '0', '-r', '1')).toMatch(/\[1\]:\s+1/)
    expect(await mbpoll('-t', '4', '-r', '40').catch(String)).toMatch(
      /Illegal data address/,
    )
  })
})
