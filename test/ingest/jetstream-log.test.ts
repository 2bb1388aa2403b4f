import { DiscardPolicy, StorageType } from 'nats'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OrganisationId } from '../../src/domain/ids.ts'
import type { Position } from '../../src/domain/position.ts'
import { durationUs, HOUR, later, SECOND } from '../../src/domain/time.ts'
import { LogFullError } from '../../src/ingest/reading-log.ts'
import { systemClock } from '../../src/clock.ts'
import { appendApart, numbersOf, readAll } from '../contract/reading-log.fixtures.ts'
import { envelope, range } from '../contract/reading-log.contract.ts'
import { findNats, type NatsServer } from '../support/nats.ts'
import { describeWithService } from '../support/services.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { openOn } from './jetstream-logs.ts'

describeWithService('nats', await findNats({ maxPayload: 64 * 1024 }), (start) => {
  let server: NatsServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })
  let streams = 0
  const freshStream = (): string => `log-${++streams}`

  it('refuses a message that the server would not take, and goes on', async () => {
    await using log = await openOn(server, { stream: freshStream() })
    const payload = new Uint8Array(64 * 1024 - 100)
    await expect(log.append({ ...envelope(1), payload })).rejects.toMatchObject({
      details: { kind: 'too_large', next: expect.stringContaining('max_payload') },
    })
    const fits = new Uint8Array(60_000)
    const all = [0, 1, 2, 3].map((n) => log.append({ ...envelope(n), payload: fits }))
    expect((await Promise.all(all)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4])
    // Many small ones must not add up to a message that is too large.
    await Promise.all(range(10_000).map((n) => log.append(envelope(n))))
    expect(await readAll(log)).toHaveLength(10_004)
  })

  it('puts no more records into a commit than it may, and only those of one partition', async () => {
    const groupCommit = { maxRecords: 50 }
    await using log = await openOn(server, { stream: freshStream(), groupCommit })
    const other = 'vatten' as OrganisationId
    const mixed = await Promise.all(
      range(220).map((n) => log.append(n % 2 === 0 ? envelope(n) : envelope(n, other))),
    )
    const commits = Map.groupBy(mixed, ({ sequence }) => sequence)
    for (const positions of commits.values()) {
      expect(new Set(positions.map(({ partition }) => partition)).size).toBe(1)
      expect(positions.length).toBeLessThanOrEqual(50)
    }
    expect(commits.size).toBe(6)
  })

  it('is full when the stream is, drops nothing, and takes messages again after retention', async () => {
    await using log = await openOn(server, { stream: freshStream(), maxBytes: 1_000_000 })
    const large = { ...envelope(0), payload: new Uint8Array(50_000) }
    const kept: Position[] = []
    let refusal: Error | undefined
    while (refusal === undefined) {
      const outcome = await log.append(large).catch((error: Error) => error)
      if (outcome instanceof Error) refusal = outcome
      else kept.push(outcome)
    }
    expect(refusal).toBeInstanceOf(LogFullError)
    expect(refusal.message).toContain('maximum bytes exceeded')
    expect(kept).toHaveLength(19)
    expect((await readAll(log)).map(({ position }) => position)).toEqual(kept)
    const newest = kept.at(-1)
    if (newest !== undefined) await log.release('detector', newest)
    await log.retain({ maxBytes: 500_000 }, systemClock.now())
    expect((await log.append(large)).sequence).toBe(20)
  })

  it('turns messages away at once when too many or too large ones wait', async () => {
    const maxQueued = { bytes: 100_000 }
    await using log = await openOn(server, { stream: freshStream(), maxQueued })
    const large = { ...envelope(0), payload: new Uint8Array(60_000) }
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => log.append(large)))
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ])
    await log.append(large)
  })

  it('leaves no consumers behind on the server, however many places are read from', async () => {
    const stream = freshStream()
    const log = await openOn(server, { stream })
    const positions = await appendApart(log, range(40))
    // From the back, so that nobody can go on where another read has ended.
    for (const after of positions.toReversed().slice(1)) await log.read({ after, limit: 1 })
    await using stranger = await server.stranger()
    const { consumers } = await stranger.jetstreamManager()
    const names = async (): Promise<string[]> => {
      const page = await consumers.list(stream).next()
      return page.map(({ name }) => name.replace(/-.*/, '')).toSorted()
    }
    const sixteen = Array.from({ length: 16 }, () => 'read')
    await expect.poll(names).toEqual(['follow', ...sixteen])
    await log[Symbol.asyncDispose]()
    expect(await names()).toEqual([])
  })

  it('goes on with the next page when its consumer on the server is gone', async () => {
    const stream = freshStream()
    const clock = new VirtualClock()
    await using log = await openOn(server, { stream, clock })
    await appendApart(log, range(10))
    const [first] = await log.read({ limit: 1 })
    await using stranger = await server.stranger()
    const { consumers } = await stranger.jetstreamManager()
    for (const { name } of await consumers.list(stream).next()) {
      if (name.startsWith('read-')) await consumers.delete(stream, name)
    }
    const rest = readAll(log, 100, first?.position)
    let there = false
    void rest.then(() => (there = true))
    // The server does not say that a consumer is gone: only its silence does, after 5 s.
    await expect
      .poll(() => {
        clock.advance(durationUs(5 * SECOND))
        return there
      })
      .toBe(true)
    expect(numbersOf(await rest)).toEqual(range(10).slice(1))
  })

  it('lets a reader rest for as long as it likes', async () => {
    const stream = freshStream()
    const clock = new VirtualClock()
    await using log = await openOn(server, { stream, clock })
    await appendApart(log, range(10))
    const [first] = await log.read({ limit: 1 })
    clock.advance(HOUR)
    expect(numbersOf(await readAll(log, 4, first?.position))).toEqual(range(10).slice(1))
  })

  it('refuses to go on where retention has overtaken a reader', async () => {
    await using log = await openOn(server, { stream: freshStream() })
    const positions = await appendApart(log, range(6))
    const [first] = await log.read({ limit: 1 })
    const newest = positions.at(-1)
    if (first === undefined || newest === undefined) throw new Error('six were appended')
    await log.release('detector', newest)
    await log.retain({ maxAge: HOUR }, later(systemClock.now(), durationUs(2 * HOUR)))
    await expect(log.read({ after: first.position, limit: 10 })).rejects.toMatchObject({
      details: { kind: 'conflict', where: 'commit 2 to 5' },
    })
  })

  it('forgets a consumer whose mark somebody deleted', async () => {
    const stream = freshStream()
    await using log = await openOn(server, { stream })
    const positions = await appendApart(log, range(4))
    const [oldest, newest] = [positions[0], positions[3]]
    if (oldest === undefined || newest === undefined) throw new Error('four were appended')
    await log.release('detector', newest)
    await log.release('long gone', oldest)
    const inTwoHours = later(systemClock.now(), durationUs(2 * HOUR))
    expect(await log.retain({ maxAge: HOUR }, inTwoHours)).toEqual({
      deletedCommits: 0,
      slowest: 'long gone',
    })
    await using stranger = await server.stranger()
    const marks = await stranger.jetstream().views.kv(`${stream}_marks`)
    expect((await marks.get('long=20gone'))?.json()).toMatchObject({ sequence: 1 })
    await marks.delete('long=20gone')
    expect(await log.retain({ maxAge: HOUR }, inTwoHours)).toEqual({
      deletedCommits: 3,
      slowest: 'detector',
    })
  })

  it('writes a mark down within a second', async () => {
    const stream = freshStream()
    const clock = new VirtualClock()
    await using log = await openOn(server, { stream, clock })
    await log.release('detector', await log.append(envelope(1)))
    await using stranger = await server.stranger()
    const marks = await stranger.jetstream().views.kv(`${stream}_marks`)
    expect(await marks.get('detector')).toBeNull()
    clock.advance(SECOND)
    await expect
      .poll(async () => (await marks.get('detector'))?.json())
      .toMatchObject({ epoch: log.epoch, sequence: 1, index: 0 })
  })

  it('takes a stream that somebody emptied for what it is', async () => {
    const stream = freshStream()
    const log = await openOn(server, { stream })
    await appendApart(log, range(3))
    await log[Symbol.asyncDispose]()
    await using stranger = await server.stranger()
    await (await stranger.jetstreamManager()).streams.purge(stream)
    await expect(openOn(server, { stream })).rejects.toMatchObject({
      details: { kind: 'conflict', where: `stream ${stream}, after commit 3` },
    })
  })

  it('leaves a stream of somebody else alone', async () => {
    const stream = freshStream()
    await using stranger = await server.stranger()
    const { streams } = await stranger.jetstreamManager()
    const other = {
      name: stream,
      subjects: [`orders.${stream}`],
      storage: StorageType.File,
    }
    await streams.add({ ...other, discard: DiscardPolicy.Old })
    await expect(openOn(server, { stream })).rejects.toMatchObject({
      details: { kind: 'conflict', why: 'It has: other subjects, discard old' },
    })
    expect((await streams.info(stream)).config).toMatchObject(other)
  })

  it('grows and shrinks with its configuration, and says when the server has no room', async () => {
    const stream = freshStream()
    const log = await openOn(server, { stream, maxBytes: 2_000_000 })
    await appendApart(log, range(3))
    await log[Symbol.asyncDispose]()
    await using again = await openOn(server, { stream, maxBytes: 3_000_000 })
    expect(await readAll(again)).toHaveLength(3)
    await using stranger = await server.stranger()
    const { streams } = await stranger.jetstreamManager()
    expect((await streams.info(stream)).config.max_bytes).toBe(3_000_000)
    await expect(openOn(server, { stream, maxBytes: 2 ** 50 })).rejects.toMatchObject({
      details: { kind: 'conflict', next: expect.stringContaining('more room') },
    })
    await expect(
      openOn(server, { stream: freshStream(), replicas: 3 }),
    ).rejects.toMatchObject({
      details: { kind: 'conflict', next: expect.stringContaining('nats.replicas') },
    })
  })
})

const locked = 'authorization { user: "gateway", password: "right" }'

describeWithService('nats', await findNats({ more: locked }), (start) => {
  it('says so when NATS refuses the log-in, and gets in with the right one', async () => {
    await using server = await start()
    await expect(openOn(server)).rejects.toMatchObject({
      details: { kind: 'unauthenticated', where: 'without a user name' },
    })
    const wrong = { user: 'gateway', password: 'wrong' }
    await expect(openOn(server, wrong)).rejects.toMatchObject({
      details: { kind: 'unauthenticated', where: 'as gateway' },
    })
    await using log = await openOn(server, { user: 'gateway', password: 'right' })
    expect(await log.append(envelope(1))).toMatchObject({ sequence: 1 })
  })

  it('waits for a server that is not there yet', async () => {
    await using server = await start()
    await server.kill()
    const opening = openOn(server, { user: 'gateway', password: 'right' })
    await server.restart()
    await using log = await opening
    expect(await log.append(envelope(1))).toMatchObject({ sequence: 1 })
  })
})
