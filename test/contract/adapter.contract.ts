import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Adapter, FieldAdapter, Health } from '../../src/adapters/adapter.ts'
import type { FieldDevice } from '../../src/devices/field-device.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import { patience, until } from '../support/until.ts'
import { ToldLog } from './adapter.log.ts'

/** One adapter with somebody at the other end, over real sockets. */
export interface AdapterRig extends AsyncDisposable {
  readonly adapter: Adapter
  /**
   * The peer says a number from 1 to 1,000: true when it was acknowledged, false when it was turned
   * away, undefined where peers are never told. Asked after the start.
   */
  say(number: number): Promise<boolean | undefined>
  /** The numbers in an envelope. */
  numbers(envelope: Envelope): readonly number[]
  /** Messages that the peer has sent and has no acknowledgement of, where it is not the peer of `say`. */
  readonly owed?: () => number
  /** Envelopes that wait for the log at one time, at most, as the rig is configured. */
  readonly bound: number
  /** An adapter that goes to its peer. */
  readonly away?: Away
  /** An adapter that knows its devices. */
  readonly field?: Field
  /** Somebody says a number and is no device of ours. */
  readonly stranger?: (number: number) => Promise<void>
}

interface Away {
  leave(): Promise<void>
  comeBack(): Promise<void>
}

interface Field {
  readonly adapter: FieldAdapter
  /** The device that speaks in `say`, and a second one that the adapter does not know at first. */
  readonly devices: readonly [FieldDevice, FieldDevice]
  /** The second one says a number. */
  saySecond(number: number): Promise<unknown>
  /** Connections so far, where the adapter makes them. */
  connections(): number
}

/** What every adapter keeps to, whatever it speaks. */
export function adapterContract(
  name: string,
  make: () => Promise<AdapterRig>,
  { tellsPeers }: { readonly tellsPeers: boolean },
): void {
  describe(`${name} keeps the contract of adapters`, () => {
    let rig: AdapterRig
    let log: ToldLog
    beforeEach(async () => {
      log = new ToldLog()
      rig = await make()
    })
    afterEach(async () => {
      log.take()
      await rig.adapter[Symbol.asyncDispose]()
      await rig[Symbol.asyncDispose]()
    })

    const state = (): Health['state'] => rig.adapter.health().state
    const has = (number: number, device?: string): boolean =>
      log.stored.some(
        (one) => rig.numbers(one).includes(number) && one.device === (device ?? one.device),
      )
    async function start(): Promise<void> {
      await rig.adapter.start(log.context)
      await until(() => state() === 'online')
    }
    /** Again until it is acknowledged, as a peer that keeps its word does. */
    async function sayUntilTaken(number: number): Promise<void> {
      while ((await rig.say(number)) === false) await until(() => true)
    }

    it('is connecting, then online, at the end offline, and says since when', async () => {
      expect(state()).toBe('connecting')
      await start()
      const { since = 0 } = rig.adapter.health()
      expect(since).toBeGreaterThan(0)
      expect(since).toBeLessThanOrEqual(log.context.clock.now())
      await rig.adapter[Symbol.asyncDispose]()
      expect(state()).toBe('offline')
    })

    it('starts once', async () => {
      await start()
      await expect(rig.adapter.start(log.context)).rejects.toThrow('started twice')
      await sayUntilTaken(7)
      await until(() => has(7))
    })

    it.runIf(tellsPeers)('acknowledges nothing before it is durable', async () => {
      await start()
      log.hang()
      let acknowledged: boolean | undefined
      const say = async (): Promise<void> => {
        acknowledged = await rig.say(7)
      }
      const saying = say()
      await until(() => log.asked > 0)
      expect(acknowledged).toBeUndefined()
      expect(has(7)).toBe(false)
      log.take()
      await saying
      expect(acknowledged).toBe(true)
      expect(has(7)).toBe(true)
    })

    it.skipIf(tellsPeers)(
      'owes an acknowledgement until it is durable',
      async ({ skip }) => {
        const { owed } = rig
        if (owed === undefined) return skip('nothing is acknowledged')
        await start()
        await sayUntilTaken(3)
        await until(() => has(3) && owed() === 0)
        log.hang()
        await rig.say(7)
        await until(() => log.asked > 0 && owed() > 0)
        // Said after it, so that whatever would be acknowledged early has had its chance.
        await rig.say(8)
        await until(() => log.most > 0)
        expect(owed()).toBeGreaterThan(0)
        expect(has(7)).toBe(false)
        log.take()
        await until(() => has(7) && owed() === 0)
      },
    )

    it('loses nothing to a log that refuses, and is degraded meanwhile', async () => {
      await start()
      log.refuse()
      const first = rig.say(7)
      await until(() => state() === 'degraded')
      expect(rig.adapter.health().detail).toMatch(/log|stored/)
      expect(has(7)).toBe(false)
      log.take()
      if ((await first) === false) await sayUntilTaken(7)
      await until(() => has(7))
      await until(() => state() === 'online')
    })

    it('brings a slow log only so much', async () => {
      await start()
      log.hang()
      const saying = Array.from({ length: 60 }, (_, index) => rig.say(index + 1))
      await until(() => log.most > 0)
      await Promise.race([Promise.all(saying), until(() => log.most >= rig.bound)])
      expect(log.most).toBeLessThanOrEqual(rig.bound)
      log.take()
      await Promise.all(saying)
      await sayUntilTaken(99)
      await until(() => has(99))
      expect(log.most).toBeLessThanOrEqual(rig.bound)
    })

    it('ends in bounded time though the log hangs, and brings nothing afterwards', async () => {
      await start()
      log.hang()
      const saying = [rig.say(7)]
      await until(() => log.asked > 0)
      const began = performance.now()
      await rig.adapter[Symbol.asyncDispose]()
      expect(performance.now() - began).toBeLessThan(patience)
      const { asked } = log
      saying.push(rig.say(8).catch(() => false))
      log.take()
      await Promise.allSettled(saying)
      expect(has(8)).toBe(false)
      expect(log.asked).toBe(asked)
      expect(state()).toBe('offline')
    })

    it('is offline while the peer is away, and comes back by itself', async (test) => {
      const { away } = rig
      if (away === undefined) return test.skip('it goes to nobody')
      await start()
      const online = rig.adapter.health()
      await away.leave()
      await until(() => state() === 'offline')
      const offline = rig.adapter.health()
      expect(offline.since).toBeGreaterThan(online.since ?? Infinity)
      expect(offline.lastError).toBeTruthy()
      await away.comeBack()
      await until(() => state() === 'online')
      expect(rig.adapter.health().since).toBeGreaterThan(offline.since ?? Infinity)
      await sayUntilTaken(7)
      await until(() => has(7))
    })

    it('takes over other devices and keeps its connection', async (test) => {
      const { field } = rig
      if (field === undefined) return test.skip('it knows no devices')
      const { adapter, devices } = field
      const [first, second] = devices
      await start()
      await sayUntilTaken(7)
      await until(() => has(7))
      const connections = field.connections()
      expect([...adapter.devices().keys()]).toEqual([first.id])
      await adapter.reload([first, second])
      await field.saySecond(8)
      await until(() => has(8, second.id))
      await until(() => adapter.devices().get(second.id)?.state === 'online')
      expect(new Set(adapter.devices().keys())).toEqual(new Set([first.id, second.id]))
      await adapter.reload([second])
      expect([...adapter.devices().keys()]).toEqual([second.id])
      expect(field.connections()).toBe(connections)
    })

    it('tells of strangers and stores nothing of them', async (test) => {
      const { stranger } = rig
      if (stranger === undefined) return test.skip('it has no strangers')
      await start()
      await stranger(7)
      await until(() => log.strangers.length > 0)
      expect(log.strangers).toMatchObject([{ organisation: 'strandkoping' }])
      expect(log.asked).toBe(0)
    })
  })
}
