import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import type { Clock } from '../../../src/domain/clock.ts'
import { timeUs, type TimeUs } from '../../../src/domain/time.ts'
import { until } from '../../support/until.ts'
import { adapterFor, bankOf, deviceAt, serverFor, startPolling, typeOf } from './polling.ts'

const type = typeOf({ level: { table: 'input', address: 0 } })
const bank = bankOf({ input: { 0: [250, 251] } })
const nobody = 1

describe('the log', () => {
  test('that is slow costs polls of the same unit, which are counted, and holds nobody up', async () => {
    await using server = await serverFor(new Map([1, 2].map((unit) => [unit, bank])))
    const { promise, resolve } = Promise.withResolvers<void>()
    await using polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, type), deviceAt(2, type)],
      append: async ({ device }) => {
        if (device === 'unit-1') await promise
      },
    })
    await until(() => polling.refusals.length >= 3)
    expect(polling.refusals[0]).toMatchObject({
      reason: 'poll_overrun',
      source: 'modbus:line-1',
    })
    expect(await polling.polls('unit-1')).toEqual([])
    expect((await polling.polls('unit-2')).length).toBeGreaterThanOrEqual(3)
    // A poll that is left out is not even asked for.
    expect(server.asked.filter(({ unit }) => unit === 1)).toHaveLength(1)
    resolve()
    await until(() => polling.stored.some(({ device }) => device === 'unit-1'))
  })
  test('that refuses makes the line degraded until it takes again', async () => {
    await using server = await serverFor(new Map([[1, bank]]))
    let full = true
    await using polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, type)],
      append: async () => {
        if (full) throw new Error('the disk is full')
      },
    })
    await until(() => polling.refusals.some(({ reason }) => reason === 'not_stored'))
    await until(() => polling.adapter.health().state === 'degraded')
    expect(polling.adapter.health().detail).toContain('the disk is full')
    full = false
    await until(() => polling.adapter.health().state === 'online')
  })
})

describe('a change of devices', () => {
  test('takes effect on the same connection, and keeps what was learnt', async () => {
    const holey = typeOf({
      a: { table: 'input', address: 0 },
      b: { table: 'input', address: 9 },
    })
    const other = bankOf({ input: { 0: [1], 9: [2] } })
    await using server = await serverFor(new Map([1, 2].map((unit) => [unit, other])))
    await using polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, holey), deviceAt(2, holey)],
    })
    await until(() => polling.stored.length >= 2)
    await polling.adapter.reload([deviceAt(1, holey)])
    const asked = server.asked.length
    await until(() => server.asked.length >= asked + 6)
    expect(server.connections).toBe(1)
    const after = server.asked.slice(asked + 1)
    expect(after.every(({ unit, count }) => unit === 1 && count === 1)).toBe(true)
    expect([...polling.adapter.devices().keys()]).toEqual(['unit-1'])
  })
  test('refuses a device of another protocol', async () => {
    await using adapter = adapterFor({ port: nobody, devices: [] })
    expect(adapter.health()).toMatchObject({ state: 'connecting' })
    await expect(
      startPolling({
        port: nobody,
        devices: [{ ...deviceAt(1, type), type: { ...type, protocol: 'http' } as never }],
      }),
    ).rejects.toMatchObject({ details: { kind: 'invalid', where: 'devices.unit-1' } })
  })
})

describe('the end', () => {
  test('comes at once although a unit is silent and the log hangs', async () => {
    await using server = await serverFor(new Map([[1, bank]]), {
      fault: () => ({ kind: 'silent' }),
    })
    const polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, type)],
      settings: { timeout: '60s' },
    })
    await until(() => server.asked.length > 0)
    await polling[Symbol.asyncDispose]()
    expect(polling.stored).toEqual([])
    expect(polling.adapter.health()).toMatchObject({ state: 'offline', detail: 'stopped' })
  })
})

describe('the clock', () => {
  test('set back by a day stops nothing', async () => {
    const day = 86_400_000_000
    let shift = 0
    const clock: Clock = {
      now: (): TimeUs => timeUs(systemClock.now() - shift),
      after: (delay, task) => systemClock.after(delay, task),
    }
    await using server = await serverFor(new Map([[1, bank]]))
    await using polling = await startPolling({
      port: server.port,
      devices: [deviceAt(1, type), deviceAt(2, type)],
      clock,
    })
    await until(() => polling.stored.length >= 4)
    shift = day
    const stored = polling.stored.length
    await until(() => polling.stored.length >= stored + 4)
    expect(clock.now()).toBeLessThan(systemClock.now() - day / 2)
  })
})
