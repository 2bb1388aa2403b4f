import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backOff, MOST_TRIES } from '../../src/delivery/back-off.ts'
import { describeFailure, LONGEST_TRY } from '../../src/delivery/deliver.ts'
import { LONGEST_PAYLOAD } from '../../src/delivery/enqueue.ts'
import { UndeliverableError, type Transport } from '../../src/delivery/letter.ts'
import { createOutbox, LANES } from '../../src/delivery/outbox.ts'
import { LEASE } from '../../src/delivery/rows.ts'
import { HOUR, later, MINUTE, SECOND } from '../../src/domain/time.ts'
import { evenRandom, failOnce, greet, openFixture, type Fixture } from './fixture.ts'

const refusing: Transport = { send: () => Promise.reject(new Error('the server is away')) }

let here: Fixture
beforeEach(async () => {
  here = await openFixture()
})
afterEach(async () => {
  await here[Symbol.asyncDispose]()
})

describe('the outbox', () => {
  it('delivers what is due, once, and keeps what is due later', async () => {
    await here.put('now')
    await here.put('later', { dueAt: later(here.clock.now(), HOUR) })
    await using outbox = createOutbox(here.parts())
    expect(await outbox.drain()).toBe(1)
    expect(await outbox.drain()).toBe(0)
    expect(here.letters.map(({ id }) => id)).toEqual(['now'])
    here.clock.advance(HOUR)
    expect(await outbox.drain()).toBe(1)
    expect(await here.rows()).toMatchObject([
      { id: 'later', attempts: 1, error: null },
      { id: 'now', attempts: 1, error: null, failed_at: null },
    ])
  })

  it('holds one row when the same thing is put in twice', async () => {
    await here.put('same')
    await here.put('same')
    expect(await here.rows()).toHaveLength(1)
  })

  it('refuses ids and payloads that could do harm', async () => {
    await expect(here.put('../../etc/passwd')).rejects.toThrow('not an id')
    const payload = { text: 'a'.repeat(LONGEST_PAYLOAD) }
    await expect(here.put('long', { payload })).rejects.toThrow('too long')
  })

  it('forgets a mail to somebody who was erased meanwhile', async () => {
    await here.put('erased')
    const renderers = { greeting: () => Promise.resolve(undefined) }
    await using outbox = createOutbox(here.parts({ renderers }))
    await outbox.drain()
    expect(here.letters).toEqual([])
    const [row] = await here.rows()
    expect(row).toMatchObject({ delivered_at: here.clock.now(), error: null })
  })

  it('gives the renderer the organisation and the payload that was put in', async () => {
    await here.put('known', { payload: { report: 'r-7' } })
    const asked: unknown[] = []
    const renderers = {
      greeting: (...question: unknown[]) => {
        asked.push(question)
        return Promise.resolve(undefined)
      },
    }
    await using outbox = createOutbox(here.parts({ renderers }))
    await outbox.drain()
    expect(asked).toEqual([['north', { report: 'r-7' }]])
  })

  it('hands over where an answer shall go', async () => {
    await here.put('asked')
    const mail = {
      to: 'anna@example.se',
      subject: 'Hej',
      text: 'Hej',
      replyTo: 'r+t@example.se',
    }
    const renderers = { greeting: () => Promise.resolve(mail) }
    await using outbox = createOutbox(here.parts({ renderers }))
    await outbox.drain()
    expect(here.letters).toMatchObject([mail])
  })

  it('keeps a kind nobody can write for a version that can', async () => {
    await here.put('odd', { kind: 'constructor' })
    await using outbox = createOutbox(here.parts())
    await outbox.drain()
    const [row] = await here.rows()
    expect(row).toMatchObject({ failed_at: null, attempts: 1 })
    expect(row?.error).toContain('nothing writes rows of kind constructor')
  })

  it('tries again later and later, ten times over about three days, then shows the failure', async () => {
    await here.put('stuck')
    await using outbox = createOutbox(here.parts({ transport: refusing }))
    const begin = here.clock.now()
    let tries = 0
    for (;;) {
      tries += await outbox.drain()
      const [row] = await here.rows()
      if (row?.failed_at !== null) break
      expect(row.error).toBe('the server is away')
      here.clock.advance(Math.max(row.due_at - here.clock.now(), 0) as typeof HOUR)
    }
    expect(tries).toBe(MOST_TRIES)
    const hours = (here.clock.now() - begin) / HOUR
    expect(hours).toBeGreaterThan(70)
    expect(hours).toBeLessThan(80)
    expect(await outbox.drain()).toBe(0)
    expect((await here.rows())[0]).toMatchObject({ error: 'the server is away' })
  })

  it('does not try again what can never arrive', async () => {
    await here.put('nobody')
    const transport: Transport = {
      send: () => Promise.reject(new UndeliverableError('no such mailbox')),
    }
    await using outbox = createOutbox(here.parts({ transport }))
    await outbox.drain()
    const [row] = await here.rows()
    expect(row).toMatchObject({ failed_at: here.clock.now(), error: 'no such mailbox' })
  })

  it('gives up on a server that never answers, before the lease runs out', async () => {
    expect(LONGEST_TRY).toBeLessThan(LEASE)
    await here.put('slow')
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const transport: Transport = {
      send: () => {
        begin()
        return Promise.withResolvers<void>().promise
      },
    }
    await using outbox = createOutbox(here.parts({ transport }))
    const draining = outbox.drain()
    await begun
    here.clock.advance(LONGEST_TRY)
    await draining
    expect((await here.rows())[0]).toMatchObject({ error: 'no answer within 45 s' })
  })

  it('sends at most four at a time', async () => {
    for (let n = 0; n < 11; n++) await here.put(`letter-${n}`)
    const { promise: full, resolve: isFull } = Promise.withResolvers<void>()
    const { promise: release, resolve } = Promise.withResolvers<void>()
    let now = 0
    let most = 0
    const transport: Transport = {
      send: async () => {
        now += 1
        most = Math.max(most, now)
        if (now === LANES) isFull()
        await release
        now -= 1
      },
    }
    await using outbox = createOutbox(here.parts({ transport }))
    const draining = outbox.drain()
    await full
    const leased = (await here.rows()).filter(({ attempts }) => attempts > 0)
    expect(leased).toHaveLength(LANES)
    resolve()
    expect(await draining).toBe(11)
    expect(most).toBe(LANES)
  })
})

describe('waiting between tries', () => {
  it('grows from half a minute to most of a day, never more than a fifth off', () => {
    const waits = [30 * SECOND, 2 * MINUTE, 8 * MINUTE, 32 * MINUTE]
    expect([1, 2, 3, 4].map((tries) => backOff(tries, evenRandom))).toEqual(waits)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MOST_TRIES }),
        fc.uint8Array({ minLength: 2, maxLength: 2 }),
        (tries, bytes) => {
          const wait = backOff(tries, { bytes: () => bytes })
          const even = backOff(tries, evenRandom)
          expect(wait).toBeGreaterThanOrEqual(even * 0.8 - 1)
          expect(wait).toBeLessThanOrEqual(even * 1.2 + 1)
        },
      ),
    )
  })

  it('is over after one failure when the server is back', async () => {
    await here.put('twice')
    const transport = failOnce(here.parts().transport, new Error('busy'))
    await using outbox = createOutbox(
      here.parts({ transport, renderers: { greeting: greet } }),
    )
    await outbox.drain()
    here.clock.advance(MINUTE)
    await outbox.drain()
    expect(here.letters).toHaveLength(1)
    expect((await here.rows())[0]).toMatchObject({ attempts: 2, error: null })
  })
})

it('the words of a failure never carry an address, a line break or a novel', () => {
  const error = new Error(`550 <anna@example.se>\r\nunknown ${'x'.repeat(900)}`)
  const words = describeFailure(error)
  expect(words).not.toContain('anna')
  expect(words).toMatch(/^550 <\(address\)> unknown x+$/)
  expect(words).toHaveLength(500)
})
