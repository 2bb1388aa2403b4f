import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDesks } from '../../src/annunciation/desks.ts'
import { heartbeatSeen } from '../../src/annunciation/heartbeat.ts'
import { durationUs, earlier, HOUR, later, MINUTE, SECOND } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { catalogueOf, type Fixture } from './fixture.ts'
import { boss, openPost, type Post } from './post.ts'
import { anyTime } from './stage.ts'

let post: Post
let here: Fixture
beforeEach(async () => {
  post = await openPost()
  here = post.here
})
afterEach(async () => {
  await post[Symbol.asyncDispose]()
})

describe('a sign of life', () => {
  it('leaves only when the detector has come to it, and once', async () => {
    let appended = 0
    await using annunciator = here.annunciator({
      appendHeartbeat: async () => void (appended += 1),
    })
    await using out = post.outbox()
    const parts = {
      database: here.database,
      clock: here.clock,
      catalogue: post.catalogue,
    }
    const seen = heartbeatSeen(parts)
    const next = await annunciator.look()
    expect(appended).toBe(1)
    expect(next).toBe(later(here.clock.now(), durationUs(10 * MINUTE)))
    await annunciator.look()
    expect(appended).toBe(1)
    await out.drain()
    expect(post.calls).toEqual([])
    const at = here.clock.now()
    await seen(north, at)
    await seen(north, at)
    await seen(north, earlier(at, SECOND))
    await out.drain()
    expect(post.calls).toHaveLength(1)
    expect(JSON.parse(post.calls[0]?.body ?? '')).toMatchObject({
      type: 'gatuvakt.heartbeat',
    })
    // A second one within the time is not sent; the next one is.
    await seen(north, later(at, MINUTE))
    here.clock.advance(durationUs(10 * MINUTE))
    await annunciator.look()
    expect(appended).toBe(2)
    await seen(north, here.clock.now())
    await out.drain()
    expect(post.calls).toHaveLength(2)
  })

  it('that comes too late says nothing', async () => {
    await using annunciator = here.annunciator({ appendHeartbeat: async () => undefined })
    await using out = post.outbox()
    const { catalogue } = post
    const seen = heartbeatSeen({ database: here.database, clock: here.clock, catalogue })
    await annunciator.look()
    const at = here.clock.now()
    await seen(north, at)
    // The outbox was held for an hour: all that time nobody knew that all was well.
    here.clock.advance(HOUR)
    await seen(north, later(at, durationUs(20 * MINUTE)))
    await out.drain()
    expect(post.calls).toEqual([])
  })
})

describe('a test of a desk', () => {
  it('reaches everybody and says how each went', async () => {
    await using out = post.outbox()
    const { database, clock } = here
    post.refuse = ({ url }) =>
      url === boss.url ? new Error('the receiver answered 503') : undefined
    let draining = Promise.resolve(0)
    const desks = createDesks({
      database,
      // The time until the next look passes when the outbox has done its work.
      clock: {
        now: () => clock.now(),
        after: (_, task) => {
          void draining.then(task)
          return () => undefined
        },
      },
      catalogue: post.catalogue,
      calendar: () => anyTime,
      wakeOutbox: () => {
        draining = out.drain()
      },
    })
    expect(await desks.test(north, 'control')).toEqual([
      { recipient: 'channel:crew', how: 'arrived', error: undefined },
      { recipient: 'channel:boss', how: 'waiting', error: 'the receiver answered 503' },
      { recipient: 'channel:phones', how: 'arrived', error: undefined },
    ])
    expect(post.letters[0]?.subject).toBe('PROV, inget larm: control')
    const [first] = await desks.deliveries(north, 'control', 10)
    expect(first).toMatchObject({ kind: 'test' })
    await expect(desks.test(north, 'nowhere')).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
  })

  it('the list says who is on duty and what is under way', async () => {
    here.catalogue = catalogueOf({
      desks: { control: { steps: [{ to: [{ rota: 'night' }] }] } },
      rotas: { night: { start: '2026-01-05T08:00', turn: '7d', people: ['anna', 'bo'] } },
    })
    await using annunciator = here.annunciator()
    await here.announce('raised', { priority: 1 })
    await annunciator.look()
    const { database, clock } = here
    const { catalogue } = post
    const [desk] = await createDesks({
      database,
      clock,
      catalogue,
      calendar: () => anyTime,
    }).list(north)
    expect([...(desk?.onDuty ?? [])]).toEqual([['night', 'Bo']])
    expect(desk?.underway).toMatchObject([{ alarm: 'alarm-1', priority: 1, step: 0 }])
  })
})
