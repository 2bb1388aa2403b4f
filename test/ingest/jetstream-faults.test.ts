import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { durationUs, MS, SECOND } from '../../src/domain/time.ts'
import {
  LogBrokenError,
  LogFullError,
  type ReadingLog,
} from '../../src/ingest/reading-log.ts'
import {
  appendApart,
  numbersOf,
  readAll,
  untilHead,
} from '../contract/reading-log.fixtures.ts'
import { envelope, numberOf, range } from '../contract/reading-log.contract.ts'
import { findNats, type NatsServer } from '../support/nats.ts'
import { describeWithService } from '../support/services.ts'
import { startProxy } from './cutting-proxy.ts'
import { openOn } from './jetstream-logs.ts'

const organisations = range(4).map((n) => `municipality-${n}` as OrganisationId)

/** Appends the organisation's messages one burst after the other; tells which were acknowledged. */
async function appendFor(
  log: ReadingLog,
  organisation: OrganisationId,
  numbers: readonly number[],
  acknowledged: (number: number) => void,
): Promise<void> {
  for (let at = 0; at < numbers.length; at += 10) {
    const burst = numbers.slice(at, at + 10)
    await Promise.all(
      burst.map(async (number) => {
        await log.append(envelope(number, organisation))
        acknowledged(number)
      }),
    )
  }
}

describeWithService('nats', await findNats(), (start) => {
  let server: NatsServer
  beforeEach(async () => {
    server = await start()
  })
  afterEach(async () => {
    await server[Symbol.asyncDispose]()
  })

  it('keeps every acknowledged message once and in order while the server is killed three times', async () => {
    // A machine under load may take longer than usual to start the server again.
    await using log = await openOn(server, { maxWait: durationUs(30 * SECOND) })
    const acknowledged = new Map(organisations.map((one) => [one, [] as number[]]))
    let count = 0
    const kills = [1_000, 3_000, 5_000]
    let killing: Promise<void> = Promise.resolve()
    const heard = (organisation: OrganisationId) => (number: number) => {
      acknowledged.get(organisation)?.push(number)
      count++
      if (count === kills[0]) {
        kills.shift()
        killing = server.kill().then(() => server.restart())
      }
    }
    await Promise.all(
      organisations.map((one) => appendFor(log, one, range(2_000), heard(one))),
    )
    await killing
    expect(kills).toEqual([])
    const entries = await readAll(log)
    for (const organisation of organisations) {
      const own = entries.filter(({ record }) => record.organisation === organisation)
      expect(own.map(({ record }) => numberOf(record))).toEqual(range(2_000))
      expect(acknowledged.get(organisation)).toEqual(range(2_000))
    }
    expect(entries).toHaveLength(8_000)
  })

  it('lets a reader go on where it was when the server comes back', async () => {
    await using log = await openOn(server)
    await appendApart(log, range(20))
    const first = await log.read({ limit: 5 })
    await server.kill()
    await server.restart()
    await log.append(envelope(20))
    const rest = await readAll(log, 7, first.at(-1)?.position)
    expect(numbersOf([...first, ...rest])).toEqual(range(21))
  })

  it('follows what others append again when the server comes back', async () => {
    await using writer = await openOn(server)
    await using reader = await openOn(server)
    await appendApart(writer, [1])
    await server.kill()
    await server.restart()
    const next = await writer.append(envelope(2))
    await untilHead(reader, (head) => head?.sequence === next.sequence)
    expect(numbersOf(await readAll(reader))).toEqual([1, 2])
  })

  it('stores a message once when its acknowledgement was lost on the way', async () => {
    await using proxy = await startProxy(server.port)
    await using stranger = await server.stranger()
    await using log = await openOn({ url: `nats://127.0.0.1:${proxy.port}` })
    await log.append(envelope(0))
    proxy.loseAnswers()
    const appended = Promise.all([1, 2, 3].map((n) => log.append(envelope(n))))
    const { streams } = await stranger.jetstreamManager()
    await expect.poll(async () => (await streams.info('readings')).state.last_seq).toBe(2)
    proxy.cut()
    const positions = await appended
    expect(positions.map(({ sequence }) => sequence)).toEqual([2, 2, 2])
    await log.append(envelope(4))
    expect(numbersOf(await readAll(log))).toEqual([0, 1, 2, 3, 4])
    expect((await streams.info('readings')).state.last_seq).toBe(3)
  })

  it('turns messages away in time while the server is gone, and takes them when it is back', async () => {
    await using log = await openOn(server, { maxWait: durationUs(300 * MS) })
    const [kept] = await appendApart(log, [0])
    await server.kill()
    const outcomes = await Promise.allSettled(range(50).map((n) => log.append(envelope(n))))
    const reasons = outcomes.map(
      (outcome) => outcome.status === 'rejected' && outcome.reason,
    )
    expect(reasons).toEqual(Array.from({ length: 50 }, () => expect.any(LogFullError)))
    await expect(log.read({ limit: 10 })).rejects.toMatchObject({
      details: { kind: 'unavailable' },
    })
    expect(log.head()).toEqual(kept)
    await server.restart()
    await expect.poll(() => log.append(envelope(1)).catch(() => undefined)).toBeDefined()
    expect(numbersOf(await readAll(log))).toEqual([0, 1])
  })

  it('breaks when its stream was deleted, and makes no other', async () => {
    await using stranger = await server.stranger()
    await using log = await openOn(server)
    await appendApart(log, range(3))
    const { streams } = await stranger.jetstreamManager()
    await streams.delete('readings')
    await expect(log.append(envelope(3))).rejects.toBeInstanceOf(LogBrokenError)
    expect((await log.broken).message).toBe('stream readings: it was deleted')
    await expect(log.append(envelope(4))).rejects.toBeInstanceOf(LogBrokenError)
    expect(await streams.names().next()).toEqual(['KV_readings_marks'])
  })

  it('breaks when its stream was deleted although it only reads', async () => {
    await using stranger = await server.stranger()
    await using log = await openOn(server)
    const { streams } = await stranger.jetstreamManager()
    await streams.delete('readings')
    expect((await log.broken).message).toBe('stream readings: it was deleted')
  })

  it('breaks when another log was made under its name, and puts nothing into that', async () => {
    await using proxy = await startProxy(server.port)
    await using stranger = await server.stranger()
    await using log = await openOn({ url: `nats://127.0.0.1:${proxy.port}` })
    const after = await log.append(envelope(1))
    await log.release('detector', after)
    proxy.close()
    const { streams } = await stranger.jetstreamManager()
    await streams.delete('readings')
    await using other = await openOn(server)
    const appended = log.append(envelope(2))
    proxy.cut()
    await expect(appended).rejects.toBeInstanceOf(LogBrokenError)
    expect((await log.broken).message).toBe(
      'stream readings: another log was made under its name',
    )
    expect(other.epoch).not.toBe(log.epoch)
    expect(await other.read({ limit: 10 })).toEqual([])
    await other.append(envelope(3))
    await expect(log.read({ limit: 10 })).rejects.toBeInstanceOf(LogBrokenError)
    await expect(log.retain({ maxBytes: 1 }, systemClock.now())).rejects.toBeInstanceOf(
      LogBrokenError,
    )
    await expect(other.read({ after, limit: 10 })).rejects.toMatchObject({
      details: { kind: 'conflict', what: 'The cursor belongs to another reading log' },
    })
  })
})
