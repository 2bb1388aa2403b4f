import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import fc from 'fast-check'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { AckQueue, answerTo } from '../../../src/adapters/mqtt/ack-queue.ts'
import type { AdapterContext } from '../../../src/adapters/adapter.ts'
import { mqttConfig } from '../../../src/adapters/mqtt/config.ts'
import { Intake } from '../../../src/adapters/mqtt/intake.ts'
import { Session } from '../../../src/adapters/mqtt/session.ts'
import { Turnstile } from '../../../src/adapters/mqtt/turnstile.ts'
import { organisationId } from '../../../src/domain/ids.ts'
import { durationUs } from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { connectPacket, login, publishPacket, topicOf } from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'
import { taking } from '../../support/taking.ts'

const never = () => expect.fail('woken')

describe('acknowledgements', () => {
  it('keep the order of the messages and stop for good at the first failure', () => {
    const messages = fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 30 })
    fc.assert(
      fc.property(messages, (fates) => {
        const queue = new AckQueue()
        const settles = fates.map((_, index) =>
          queue.add([{ packet: answerTo.puback, id: index + 1 }], 1),
        )
        const order = fates.map((_, i) => i).toSorted((a, b) => at(fates, a) - at(fates, b))
        const said: Buffer[] = []
        for (const index of order) {
          settles[index]?.(fates[index]?.[0] === true ? 'stored' : new Error('full'))
          said.push(queue.take())
        }
        const failed = fates.findIndex(([stored]) => !stored)
        const answered = failed === -1 ? fates.length : failed
        expect(Buffer.concat(said)).toEqual(
          Buffer.from(
            Array.from({ length: answered }, (_, i) => [0x40, 2, 0, i + 1]).flat(),
          ),
        )
        expect(queue.failed).toBe(failed !== -1)
        expect(queue.waiting).toBe(failed === -1 ? 0 : fates.length - failed - 1)
      }),
    )
  })

  it('of several packets stand where their message stood', () => {
    const queue = new AckQueue()
    const first = queue.add([{ packet: answerTo.pubrec, id: 258 }], 1)
    queue.add([{ packet: answerTo.pubcomp, id: 65_535 }], 2)('stored')
    expect(queue.take()).toEqual(Buffer.alloc(0))
    expect(queue.waiting).toBe(3)
    first('stored')
    expect(queue.take()).toEqual(Buffer.of(0x50, 2, 1, 2, 0x70, 2, 255, 255))
    expect(queue.waiting).toBe(0)
  })
})

function at(fates: readonly (readonly [boolean, number])[], index: number): number {
  return fates[index]?.[1] ?? 0
}

describe('the turnstile', () => {
  it('never lets in more than its limits, and leaves nobody waiting when there is room', async () => {
    const moves = fc.array(fc.constantFrom('come', 'come', 'leave', 'turn'), {
      maxLength: 200,
    })
    const bounds = fc.record({
      messages: fc.integer({ min: 1, max: 5 }),
      bytes: fc.integer({ min: 1, max: 50 }),
      perTurn: fc.integer({ min: 1, max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(bounds, moves, async (bounds, steps) => {
        const clock = createManualClock()
        const turnstile = new Turnstile(bounds, clock)
        const waiting = new Set<() => void>()
        let inside = 0
        const ask = () => {
          const wake = () => {
            waiting.delete(wake)
            if (!turnstile.enter(wake, 10)) return waiting.add(wake)
            inside += 1
            return waiting
          }
          wake()
        }
        const leave = () => {
          inside -= 1
          turnstile.leave(1, 10)
        }
        for (const step of steps) {
          if (step === 'come') ask()
          if (step === 'leave' && inside > 0) leave()
          if (step === 'turn') clock.advance(durationUs(1_000))
          await Promise.resolve()
          expect(inside).toBeLessThanOrEqual(bounds.messages)
          expect(inside * 10).toBeLessThan(bounds.bytes + 10)
        }
        // Everybody inside leaves, turn after turn, until nobody waits.
        for (let round = 0; round <= steps.length && waiting.size > 0; round += 1) {
          for (let left = inside; left > 0; left -= 1) leave()
          await new Promise((resolve) => setImmediate(resolve))
          clock.advance(durationUs(1_000))
        }
        expect(waiting.size).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  it('lets in so many, and the next ones when the event loop has turned', () => {
    const clock = createManualClock()
    const turnstile = new Turnstile({ messages: 99, bytes: 99, perTurn: 2 }, clock)
    const entered: number[] = []
    for (const name of [1, 2, 3, 4, 5]) {
      const ask = () => {
        if (turnstile.enter(ask, 1)) entered.push(name)
      }
      ask()
    }
    expect(entered).toEqual([1, 2])
    clock.advance(durationUs(0))
    expect(entered).toEqual([1, 2, 3, 4, 5])
    expect(turnstile.inside).toBe(5)
  })

  it('forgets who is gone, and lets nobody in when closed', () => {
    const clock = createManualClock()
    const turnstile = new Turnstile({ messages: 1, bytes: 1, perTurn: 9 }, clock)
    expect(turnstile.enter(never, 5)).toBe(true)
    expect(turnstile.enter(never, 5)).toBe(false)
    turnstile.forget(never)
    turnstile.leave(1, 5)
    turnstile.close()
    expect(turnstile.enter(never, 5)).toBe(false)
    expect(clock.pending()).toBe(0)
  })
})

/** A socket whose other end does not read. */
class FullWire extends EventEmitter {
  writableNeedDrain = true
  readonly writableLength = 0
  readonly written: Uint8Array[] = []
  paused = false
  pause = () => (this.paused = true)
  resume = () => (this.paused = false)
  destroy = () => this.emit('close')
  write = (bytes: Uint8Array) => this.written.push(bytes)
}

it('a device that does not read its answers is not listened to until it does', async () => {
  const clock = createManualClock()
  const wire = new FullWire()
  const stored: unknown[] = []
  const log = pino({ level: 'silent' })
  const context: AdapterContext = {
    ...taking(async (envelope) => stored.push(envelope)),
    login,
    unknown: () => expect.unreachable('this adapter knows no strangers'),
    secret: () => undefined,
    refuse: ({ detail }) => expect.fail(detail),
    log,
    clock,
  }
  const shared = {
    config: mqttConfig.parse({}),
    context,
    intake: new Intake(context),
    turnstile: new Turnstile({ messages: 9, bytes: 99, perTurn: 9 }, clock),
    certified: () => expect.unreachable('nobody shows a certificate'),
  }
  const events = { brokeRules: () => expect.fail('broke rules') }
  // Only what a session asks of a socket is there.
  const session = new Session(wire as unknown as Socket, 'a', {
    certified: undefined,
    shared,
    events,
  })
  wire.emit('data', connectPacket())
  session.identify('lamp-17', {
    organisation: organisationId.parse('strandkoping'),
    device: 'lamp-17',
    class: 'device',
    publish: [topicOf('lamp-17')],
  })
  session.open()
  wire.emit('data', publishPacket(topicOf('lamp-17'), 'm', { qos: 1 }))
  expect(stored).toEqual([])
  expect(wire.paused).toBe(true)
  wire.writableNeedDrain = false
  wire.emit('drain')
  expect(stored).toHaveLength(1)
  expect(wire.paused).toBe(false)
  await until(() => wire.written.length === 1)
  expect(wire.written).toEqual([Buffer.of(0x40, 2, 0, 1)])
})
