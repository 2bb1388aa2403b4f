import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GATHER } from '../../src/api/stream/follower.ts'
import { durationUs, HOUR, SECOND } from '../../src/domain/time.ts'
import type { TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { about, named, openLive, subjects, type Live } from '../support/live.ts'
import { until } from '../support/until.ts'

let live: Live
let api: TestApi
let open: Live['open']
let tell: Live['tell']

beforeEach(async () => {
  live = await openLive()
  ;({ api, open, tell } = live)
})
afterEach(() => live[Symbol.asyncDispose]())

describe('a live view', () => {
  it('is told first where it stands, then what changes', async () => {
    const stream = await open(await api.cookieOf('operations'))
    const hello = await stream.until(named('hello'))
    expect(hello.id).toBe(String(hello.data['number']))
    await tell(['a'])
    const event = await stream.until(about('a'))
    expect(event).toEqual({
      event: 'alarm',
      id: String(Number(hello.id) + 1),
      data: { subject: 'a' },
    })
  })

  it('comes through proxies as it happens and is kept by nobody', async () => {
    const { headers, status } = await open(await api.cookieOf('operations'))
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    })
  })

  it('hears once of what changed many times within a quarter of a second', async () => {
    const stream = await open(await api.cookieOf('operations'))
    await stream.until(named('hello'))
    await tell(['a', 'b', 'a', 'a', 'end'])
    await stream.until(about('end'))
    expect(subjects(stream)).toEqual(['b', 'a', 'end'])
  })

  it('hears only of its own organisation, and only what the role may see', async () => {
    const contractor = await open(await api.cookieOf('contractor'))
    const other = await open(await api.cookieOf('operations', south))
    const all = await open(await api.cookieOf('operations'))
    await Promise.all([contractor, other, all].map((one) => one.until(named('hello'))))
    // What one of them hears has been passed on to everybody who may hear it.
    await tell(['an alarm'])
    await all.until(about('an alarm'))
    await tell(['a case'], { kind: 'case' })
    await all.until(about('a case'))
    await tell(['a version'], { kind: 'configuration' })
    await tell(['of south'], { organisation: south })
    await contractor.until(about('a version'))
    await other.until(about('of south'))
    expect(subjects(contractor)).toEqual(['a version'])
    expect(subjects(other)).toEqual(['of south'])
  })

  it('gets a sign of life every ten seconds', async () => {
    const stream = await open(await api.cookieOf('operations'))
    await stream.until(named('hello'))
    api.clock.advance(durationUs(10 * SECOND))
    expect(await stream.comments(1)).toBe(1)
    api.clock.advance(durationUs(20 * SECOND))
    expect(await stream.comments(3)).toBe(3)
  })
})

describe('a live view that was cut off', () => {
  it('goes on after the last it had, without a gap or a repetition', async () => {
    const cookie = await api.cookieOf('operations')
    const first = await open(cookie)
    await tell(['a'])
    const { id } = await first.until(about('a'))
    first[Symbol.dispose]()
    await tell(['b'])
    await tell(['c'])
    const second = await open(cookie, { after: id ?? '' })
    await second.until(about('c'))
    await tell(['d'])
    await second.until(about('d'))
    expect(subjects(second)).toEqual(['b', 'c', 'd'])
    expect(second.events[0]).toMatchObject({ event: 'hello', id })
  })

  it('has no gap and no repetition wherever it is cut and whatever happens meanwhile', async () => {
    let next = 0
    const plan = fc.array(fc.constantFrom('tell', 'tell', 'cut', 'tell while joining'), {
      minLength: 1,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        // A session has at most twenty streams, and one that was cut counts until that is noticed.
        const cookie = await api.cookieOf('operations')
        const told: string[] = []
        const heard: unknown[] = []
        const news = () => {
          next += 1
          told.push(`s${next}`)
          return [`s${next}`]
        }
        let stream = await open(cookie)
        let last = (await stream.until(named('hello'))).id ?? ''
        const close = () => {
          heard.push(...subjects(stream))
          last = stream.events.at(-1)?.id ?? last
          stream[Symbol.dispose]()
        }
        for (const step of steps) {
          if (step === 'tell') await tell(news())
          else {
            close()
            const opening = open(cookie, { after: last })
            if (step === 'tell while joining') await tell(news())
            stream = await opening
          }
        }
        const [end = ''] = news()
        await tell([end])
        // What is told while the feed is being read has to wait for the next look.
        await until(() => {
          api.clock.advance(GATHER)
          return stream.events.some(about(end))
        })
        close()
        expect(heard).toEqual(told)
      }),
      { numRuns: 15 },
    )
  })

  it.each(['999999', '-1', '1.5', 'abc', '9'.repeat(100), "1' or 1=1"])(
    'with the invented number %j is told to load everything anew',
    async (after) => {
      const stream = await open(await api.cookieOf('operations'), { after })
      const hello = await stream.until(named('hello'))
      const resync = await stream.until(named('resync'))
      expect(resync.id).toBe(String(hello.data['number']))
      await tell(['a'])
      await stream.until(about('a'))
    },
  )

  it('for more than a thousand changes is told to load everything anew', async () => {
    const cookie = await api.cookieOf('operations')
    const first = await open(cookie)
    const { id = '' } = await first.until(named('hello'))
    first[Symbol.dispose]()
    const many = Array.from({ length: 1_001 }, (_, index) => `s${index}`)
    await tell(many)
    const second = await open(cookie, { after: id })
    await second.until(named('resync'))
    await tell(['after'])
    await second.until(about('after'))
    expect(subjects(second)).toEqual(['after'])
  })

  it('while rows it needs were swept away is told to load everything anew', async () => {
    const cookie = await api.cookieOf('operations')
    const first = await open(cookie)
    const { id = '' } = await first.until(named('hello'))
    await tell(['a', 'b'])
    await api.database.write(north, 'normal', ({ query }) =>
      query
        .deleteFrom('feed')
        .where('number', '<=', Number(id) + 1)
        .execute(),
    )
    const second = await open(cookie, { after: id })
    const resync = await second.until(named('resync'))
    expect(resync.id).toBe(String(Number(id) + 2))
  })
})

describe('a session', () => {
  it('that ends takes its streams with it within half a minute', async () => {
    const cookie = await api.cookieOf('operations')
    const stream = await open(cookie)
    const other = await open(await api.cookieOf('auditor'))
    await Promise.all([stream.until(named('hello')), other.until(named('hello'))])
    await api.identity.logOut(cookie.replace('__Host-sid=', ''))
    api.clock.advance(durationUs(30 * SECOND))
    await stream.ended
    await tell(['a'])
    await other.until(about('a'))
    expect(subjects(stream)).toEqual([])
  })

  it('whose roles change begins its streams anew', async () => {
    const stream = await open(await api.cookieOf('operations'))
    await stream.until(named('hello'))
    await api.database.write(north, 'normal', ({ query }) =>
      query
        .updateTable('user')
        .set({ roles: '["auditor"]' })
        .where('id', '=', 'operations')
        .execute(),
    )
    api.clock.advance(durationUs(30 * SECOND))
    await stream.ended
    expect((await open(await api.cookieOf('operations'))).status).toBe(200)
  })

  it('has at most twenty, and room again when one is closed', async () => {
    const cookie = await api.cookieOf('operations')
    const first = await open(cookie)
    for (let count = 1; count < 20; count += 1) await open(cookie)
    const refused = await open(cookie)
    expect(refused.status).toBe(429)
    expect(refused.headers['retry-after']).toBe('30')
    const other = await open(await api.cookieOf('auditor'))
    expect(other.status).toBe(200)
    first[Symbol.dispose]()
    await expect.poll(async () => (await open(cookie)).status).toBe(200)
  })

  it('is needed', async () => {
    expect((await open('')).status).toBe(401)
    const cookie = await api.cookieOf('operations')
    api.clock.advance(HOUR)
    expect((await open(cookie)).status).toBe(401)
  })
})

it('a server that stops ends every stream and leaves no timer', async () => {
  const stream = await open(await api.cookieOf('operations'))
  await stream.until(named('hello'))
  await api.app.close()
  await stream.ended
  await expect.poll(() => api.clock.pending()).toBe(0)
})
