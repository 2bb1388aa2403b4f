import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { simulateModbus } from '../../../src/adapters/modbus/simulate.ts'
import { systemClock } from '../../../src/clock.ts'
import { until } from '../../support/until.ts'
import { deviceAt, startPolling, typeOf } from './polling.ts'

const type = typeOf({ level: { table: 'input', address: 0 } })

test('a simulation is read as it was set, bits of one word beside each other', async () => {
  const station = typeOf({
    level: { table: 'input', address: 0, type: 'int16', scale: 0.01, nan: [0x7fff] },
    high: {
      table: 'holding',
      address: 0,
      type: 'uint32',
      order: 'CDAB',
      bit: 17,
      kind: 'state',
    },
    leak: {
      table: 'holding',
      address: 0,
      type: 'uint32',
      order: 'CDAB',
      bit: 2,
      kind: 'state',
    },
    mode: { table: 'holding', address: 4, enum: { '0': 'off', '2': 'manual' } },
    running: { table: 'discrete', address: 3, kind: 'state' },
    name: { table: 'holding', address: 6, type: 'string', length: 4, kind: 'text' },
  })
  const order = { type: station, address: { unit: 5 }, host: '127.0.0.1', port: 0 }
  await using simulation = await simulateModbus(order, systemClock)
  simulation.set('level', 1.42)
  simulation.set('high', true)
  simulation.set('leak', true)
  simulation.set('leak', false)
  simulation.set('mode', 'manual')
  simulation.set('running', true)
  simulation.set('name', 'PS-2')
  expect(() => simulation.set('nobody', 1)).toThrow('no point "nobody"')
  expect(() => simulation.set('mode', 'fast')).toThrow('cannot have this value')
  await using polling = await startPolling({
    port: simulation.port,
    devices: [deviceAt(5, station)],
  })
  await until(() => polling.stored.length >= 1)
  expect((await polling.polls('unit-5'))[0]).toEqual({
    level: 142,
    high: 0x20000,
    leak: 0x20000,
    mode: 2,
    running: true,
    name: 'PS-2',
  })
  simulation.set('level', null)
  simulation.silent(true)
  await until(() => polling.adapter.devices().get('unit-5')?.state === 'offline')
  simulation.silent(false)
  await until(() => polling.adapter.devices().get('unit-5')?.state === 'online')
  expect((await polling.polls('unit-5')).at(-1)).toMatchObject({
    level: 'bad/device_fault',
  })
})

test('a server refuses to write', async () => {
  const order = { type, address: { unit: 1 }, host: '127.0.0.1', port: 0 }
  await using simulation = await simulateModbus(order, systemClock)
  const socket = connect({ port: simulation.port, host: '127.0.0.1' })
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  socket.on('data', resolve)
  socket.write(Buffer.from('000100000006010600000001', 'hex'))
  expect((await promise).toString('hex')).toBe('000100000003018601')
  socket.destroy()
})
