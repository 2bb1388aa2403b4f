import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { until } from '../../support/until.ts'
import { bankOf, deviceAt, serverFor, startPolling, typeOf } from './polling.ts'

const type = typeOf({ level: { table: 'input', address: 0 } })
const bank = bankOf({ input: { 0: [250, 251] } })
const nobody = 1

describe('a line', () => {
  test('that nobody answers does not hold up the start, and each device hears of it', async () => {
    await using polling = await startPolling({
      port: nobody,
      devices: [deviceAt(1, type), deviceAt(2, type)],
    })
    await until(() => polling.stored.length >= 4)
    expect((await polling.polls('unit-2'))[0]).toEqual({ level: 'bad/comm_fault' })
    expect(polling.adapter.health()).toMatchObject({
      state: 'offline',
      lastError: expect.stringContaining('ECONNREFUSED') as string,
    })
    expect(polling.adapter.devices().get('unit-2')?.state).toBe('offline')
  })
  test('that nobody answers ends the start when told so, with a problem that says where', async () => {
    const options = {
      port: nobody,
      devices: [deviceAt(1, type)],
      settings: { startup: 'error' },
    }
    await expect(startPolling(options)).rejects.toMatchObject({
      details: { kind: 'unavailable', where: `127.0.0.1:${nobody}` },
    })
  })
  test('that nobody answers is left alone when told so, until its devices change', async () => {
    const devices = [deviceAt(1, type)]
    await using polling = await startPolling({
      port: nobody,
      devices,
      settings: { startup: 'ignore' },
    })
    expect(polling.adapter.health().state).toBe('offline')
    expect(polling.stored).toEqual([])
    await polling.adapter.reload(devices)
    await until(() => polling.stored.length > 0)
  })
  test('that comes back is online again, and nothing counts as left out', async () => {
    const gone = await serverFor(new Map([[1, bank]]))
    const { port } = gone
    await gone[Symbol.asyncDispose]()
    await using polling = await startPolling({ port, devices: [deviceAt(1, type)] })
    await until(() => polling.adapter.health().state === 'offline')
    await using server = await serverFor(new Map([[1, bank]]), { port })
    await until(() => polling.adapter.health().state === 'online')
    expect(server.connections).toBe(1)
    expect(polling.refusals).toEqual([])
  })
  test('is asked one question at a time, and nothing that writes', async () => {
    await using server = await serverFor(new Map([1, 2, 3].map((unit) => [unit, bank])), {
      fault: () => ({ kind: 'byte_by_byte' }),
    })
    await using polling = await startPolling({
      port: server.port,
      devices: [1, 2, 3].map((unit) => deviceAt(unit, type)),
    })
    await until(() => polling.stored.length >= 9)
    expect(server.connections).toBe(1)
    expect(new Set(server.asked.map(({ functionCode }) => functionCode))).toEqual(
      new Set([4]),
    )
    expect(polling.stored.slice(0, 6).map(({ device }) => device)).toEqual([
      'unit-1',
      'unit-2',
      'unit-3',
      'unit-1',
      'unit-2',
      'unit-3',
    ])
  })
})

describe('a unit', () => {
  test('that is dead costs one time-out for each wait, and one envelope', async () => {
    await using server = await serverFor(new Map([[1, bank]]))
    await using polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, type), deviceAt(2, type)],
      settings: { timeout: '60ms', firstRetry: '400ms', longestRetry: '60s' },
    })
    const of = (id: string): number =>
      polling.stored.filter(({ device }) => device === id).length
    await until(() => of('unit-1') >= 10)
    const questions = server.asked.filter(({ unit }) => unit === 1).length
    expect(of('unit-2')).toBeLessThanOrEqual(3)
    expect(of('unit-1')).toBe(questions)
    // Each time-out costs a connection, and nothing else does.
    expect(server.connections).toBeLessThanOrEqual(of('unit-2') + 1)
    expect(polling.adapter.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('1 of 2 devices do not answer: unit-2') as string,
    })
    expect(polling.adapter.devices().get('unit-2')).toMatchObject({ state: 'offline' })
    expect(polling.adapter.devices().get('unit-1')).toMatchObject({ state: 'online' })
  })
  test('has its second half at an offset', async () => {
    await using server = await serverFor(new Map([[1, bank]]))
    await using polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, type, 1)],
    })
    await until(() => polling.stored.length >= 1)
    expect(await polling.polls('unit-1')).toContainEqual({ level: 251 })
    expect(JSON.parse(Buffer.from(polling.stored[0]?.payload ?? []).toString())).toEqual({
      v: 1,
      unit: 1,
      offset: 1,
      blocks: [{ table: 'input', address: 0, words: '00fb' }],
    })
  })
  test('is read in two groups, each at its own pace', async () => {
    const both = typeOf({
      level: { table: 'input', address: 0 },
      hours: { table: 'input', address: 1, poll: 'slow' },
    })
    await using server = await serverFor(new Map([[1, bank]]))
    await using polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, both)],
    })
    await until(() => polling.stored.length >= 5)
    expect((await polling.polls('unit-1')).slice(0, 5)).toEqual([
      { level: 250, hours: 251 },
      { level: 250 },
      { level: 250, hours: 251 },
      { level: 250 },
      { level: 250, hours: 251 },
    ])
  })
  test('waits after each answer, and after the connection, where its type says so', async () => {
    const slow = typeOf(
      { a: { table: 'input', address: 0 }, b: { table: 'input', address: 1 } },
      {
        limits: {
          oneRequestPerField: true,
          pauseBetween: '60ms',
          pauseAfterConnect: '90ms',
        },
      },
    )
    await using server = await serverFor(new Map([[1, bank]]))
    const start = systemClock.now()
    await using polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, slow)],
    })
    await until(() => polling.stored.length >= 1)
    expect((systemClock.now() - start) / 1_000).toBeGreaterThan(200)
  })
})
