import { describe, expect, it } from 'vitest'
import { externalBroker } from '../../../src/adapters/mqtt-external/config.ts'
import {
  disconnectedBy,
  lostTo,
  refusedBy,
  stopped,
} from '../../../src/adapters/mqtt-external/ending.ts'
import { Health } from '../../../src/adapters/mqtt-external/health.ts'
import { Rivalry } from '../../../src/adapters/mqtt-external/rivalry.ts'
import { durationUs, later, MINUTE, SECOND, timeUs } from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const introduced = { endpoint: 'broker.example:1883', clientId: 'ear' }
const { limits } = externalBroker.parse({
  url: 'mqtt://broker.example',
  organisation: 'strandkoping',
})

describe('why a connection ended', () => {
  it.each([
    [4, 'slow', 'user name or password is wrong'],
    [134, 'slow', 'user name or password is wrong'],
    [5, 'slow', 'does not let this user connect'],
    [135, 'slow', 'does not let this user connect'],
    [2, 'slow', 'does not accept the client id ear'],
    [132, 'slow', 'set protocolVersion'],
    [3, 'soon', 'not available at the moment'],
    [137, 'soon', 'not available at the moment'],
    [159, 'slow', 'refuses the connection with code 159'],
  ])('CONNACK %i: %s, %s', (code, pace, text) => {
    const ending = refusedBy(introduced, code)
    expect(ending).toMatchObject({ pace, text: expect.stringContaining(text) })
  })

  it.each([
    [142, 'taken_over', 'our client id ear'],
    [139, 'lost', 'shutting down'],
    [147, 'lost', 'receive maximum'],
    [152, 'refused', 'administrator'],
    [0, 'lost', 'code 0'],
  ])('DISCONNECT %i: %s, %s', (code, kind, text) => {
    const ending = disconnectedBy(introduced, code)
    expect(ending).toMatchObject({ kind, text: expect.stringContaining(text) })
  })

  it('closings without a reason that let us in again mean a rival; failed attempts do not', () => {
    const rivalry = new Rivalry(introduced, { calmAfter: MINUTE, unstableAfter: 3 })
    const closed = lostTo(introduced, undefined)
    const refused = lostTo(introduced, new Error('connect ECONNREFUSED'))
    let now = timeUs(0)
    const kinds = (endings: readonly (typeof closed)[]): string[] =>
      endings.map((ending) => {
        now = later(now, durationUs(10 * SECOND))
        return rivalry.judge(ending, ending === closed, now).kind
      })
    expect(kinds([closed, closed, refused, closed, closed])).not.toContain('taken_over')
    expect(kinds([closed, closed])).toEqual(['taken_over', 'taken_over'])
    now = later(now, durationUs(2 * MINUTE))
    expect(kinds([closed])).toEqual(['closed'])
  })
})

describe('health', () => {
  const owed = { pending: 0, failing: false }
  const lost = lostTo(introduced, new Error('read ECONNRESET'))

  it('goes from connecting to online, and tells since when', () => {
    const clock = createManualClock()
    const health = new Health(clock, limits)
    const began = clock.now()
    expect(health.report(owed)).toMatchObject({ state: 'connecting', since: began })
    clock.advance(SECOND)
    health.ended(lost)
    expect(health.report(owed)).toEqual({
      state: 'offline',
      detail: 'broker.example:1883: read ECONNRESET',
      since: later(began, SECOND),
      lastError: 'broker.example:1883: read ECONNRESET',
      pending: 0,
      lagSeconds: 0,
    })
    clock.advance(SECOND)
    health.opened('new')
    expect(health.report(owed)).toMatchObject({
      state: 'connecting',
      detail: 'subscribing',
    })
    health.subscribed(undefined)
    clock.advance(SECOND)
    expect(health.report(owed)).toMatchObject({
      state: 'online',
      since: later(began, durationUs(3 * SECOND)),
    })
  })

  it('says what the reading log owes', () => {
    const clock = createManualClock()
    const health = new Health(clock, limits)
    health.opened('kept')
    health.subscribed(undefined)
    const oldest = clock.now()
    clock.advance(durationUs(10 * SECOND))
    expect(health.report({ pending: 3, oldest, failing: false })).toMatchObject({
      state: 'online',
      detail: '3 messages wait for the log',
      lagSeconds: 10,
    })
    clock.advance(SECOND)
    expect(health.report({ pending: 3, oldest, failing: false })).toMatchObject({
      state: 'degraded',
      detail:
        'the reading log has not stored a message for 11 s; 3 messages wait for the log',
    })
    expect(health.report({ pending: 3, oldest, failing: true })).toMatchObject({
      state: 'degraded',
      detail:
        'the reading log refuses messages; the broker keeps them; 3 messages wait for the log',
    })
  })

  it('calls a broker unstable once, and calm only after it held for five minutes', () => {
    const clock = createManualClock()
    const health = new Health(clock, limits)
    const flap = (): string | undefined => {
      health.opened('kept')
      health.subscribed(undefined)
      clock.advance(SECOND)
      return health.ended(lost)
    }
    const news = Array.from({ length: 60 }, flap)
    expect(news.indexOf('newly unstable')).toBe(limits.unstableAfter - 1)
    expect(news.filter((one) => one !== undefined)).toHaveLength(1)
    health.opened('kept')
    health.subscribed(undefined)
    expect(health.report(owed)).toMatchObject({
      state: 'degraded',
      detail:
        'the broker is unstable: 60 connections lost within 300 s; the last: broker.example:1883: read ECONNRESET',
    })
    clock.advance(durationUs(5 * MINUTE - 1))
    expect(health.report(owed).state).toBe('degraded')
    clock.advance(durationUs(1))
    expect(health.report(owed).state).toBe('online')
  })

  it('blames the broker neither for our stopping nor for our log', () => {
    const clock = createManualClock()
    const health = new Health(clock, limits)
    for (let round = 0; round < 20; round += 1) {
      health.opened('kept')
      expect(
        health.ended({ kind: 'log_refused', pace: 'soon', text: 'full' }),
      ).toBeUndefined()
    }
    expect(health.ended(stopped)).toBeUndefined()
    expect(health.report(owed)).toMatchObject({ state: 'offline', detail: 'stopped' })
  })
})
