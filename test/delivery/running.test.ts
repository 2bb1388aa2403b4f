import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MOST_TRIES } from '../../src/delivery/back-off.ts'
import type { Transport } from '../../src/delivery/letter.ts'
import { createOutbox, POLL } from '../../src/delivery/outbox.ts'
import { LEASE } from '../../src/delivery/rows.ts'
import { SECOND } from '../../src/domain/time.ts'
import { runsHere } from '../support/database.ts'
import { openFixture, type Fixture } from './fixture.ts'

let here: Fixture
beforeEach(async () => {
  here = await openFixture()
})
afterEach(async () => {
  await here[Symbol.asyncDispose]()
})

describe('a running outbox', () => {
  it('sends at its start, when woken, and at the latest with the next look', async () => {
    await here.put('before-start')
    const sent = gate()
    await using outbox = createOutbox(here.parts({ transport: sent.transport }))
    outbox.start()
    await sent.until('before-start')
    await here.put('woken')
    outbox.wake()
    await sent.until('woken')
    await here.put('polled')
    await expect.poll(() => here.clock.pending()).toBe(1)
    here.clock.advance(POLL)
    await sent.until('polled')
    expect(POLL).toBeLessThanOrEqual(5 * SECOND)
  })

  it('leaves no timer behind when it is closed, and finishes what it began', async () => {
    await here.put('last')
    const { promise: answer, resolve } = Promise.withResolvers<void>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const transport: Transport = {
      send: () => {
        begin()
        return answer
      },
    }
    const outbox = createOutbox(here.parts({ transport }))
    outbox.start()
    await begun
    const closing = outbox[Symbol.asyncDispose]()
    resolve()
    await closing
    expect((await here.rows())[0]?.delivered_at).not.toBeNull()
    expect(here.clock.pending()).toBe(0)
    await expect(outbox.drain()).rejects.toThrow('closed')
  })
})

describe('two services on one database', () => {
  it('send every letter exactly once between them when none of them crashes', async () => {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 15 }), async (count) => {
        const before = here.letters.length
        runs += 1
        for (let n = 0; n < count; n++) await here.put(`letter-${runs}-${n}`)
        await using one = createOutbox(here.parts())
        await using two = createOutbox(here.parts())
        const [first, second] = await Promise.all([one.drain(), two.drain()])
        expect(first + second).toBe(count)
        const sent = here.letters.slice(before).map(({ id }) => id)
        expect(new Set(sent).size).toBe(count)
        expect(sent).toHaveLength(count)
      }),
      { numRuns: runsHere(8) },
    )
  })

  it('take over from one another when one dies, after its lease', async () => {
    await here.put('orphan')
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const dying: Transport = {
      send: () => {
        begin()
        return Promise.withResolvers<void>().promise
      },
    }
    // It has no timers: like a process that hangs for good.
    const hung = { now: () => here.clock.now(), after: () => () => undefined }
    void createOutbox(here.parts({ transport: dying, clock: hung })).drain()
    await begun
    await using other = createOutbox(here.parts())
    expect(await other.drain()).toBe(0)
    here.clock.advance(LEASE)
    expect(await other.drain()).toBe(1)
    expect((await here.rows())[0]).toMatchObject({ attempts: 2 })
  })

  it('do not try for ever what kills the service that tries it', async () => {
    await here.put('poison')
    await here.database.installation.write('normal', (query) =>
      query.updateTable('outbox').set({ attempts: MOST_TRIES }).execute(),
    )
    await using outbox = createOutbox(here.parts())
    await outbox.drain()
    expect(here.letters).toEqual([])
    expect((await here.rows())[0]?.failed_at).not.toBeNull()
  })
})

/** A transport that tells when it was given a letter. */
function gate() {
  const arrivals = new Map<string, PromiseWithResolvers<void>>()
  const of = (id: string) => {
    const known = arrivals.get(id) ?? Promise.withResolvers<void>()
    arrivals.set(id, known)
    return known
  }
  const transport: Transport = {
    send: ({ id }) => {
      of(id).resolve()
      return Promise.resolve()
    },
  }
  return { transport, until: (id: string) => of(id).promise }
}
