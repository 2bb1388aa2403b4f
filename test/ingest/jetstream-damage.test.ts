import { globSync } from 'node:fs'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DiscardPolicy } from 'nats'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LogBrokenError, type CorruptRecord } from '../../src/ingest/reading-log.ts'
import { appendApart, numbersOf, readAll } from '../contract/reading-log.fixtures.ts'
import { envelope, range } from '../contract/reading-log.contract.ts'
import { findNats, type NatsServer } from '../support/nats.ts'
import { describeWithService } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { openOn } from './jetstream-logs.ts'

/** The stored file of the stream, with one bit of it flipped. */
async function flipBit(server: NatsServer, text: string): Promise<void> {
  const [file = ''] = globSync(join(server.folder, '**/streams/readings/msgs/*.blk'))
  const bytes = await readFile(file)
  const at = bytes.indexOf(text)
  expect(at).toBeGreaterThan(0)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await writeFile(file, bytes)
}

describeWithService('nats', await findNats(), (start) => {
  let server: NatsServer
  beforeEach(async () => {
    server = await start()
  })
  afterEach(async () => {
    await server[Symbol.asyncDispose]()
  })

  it('breaks when the server comes back without what it had acknowledged', async () => {
    await using before = await temporaryFolder()
    await using log = await openOn(server)
    await appendApart(log, range(3))
    await server.kill()
    const streams = join(server.folder, 'jetstream')
    await cp(streams, before.path, { recursive: true })
    await server.restart()
    await expect.poll(() => log.append(envelope(3)).catch(() => undefined)).toBeDefined()
    await server.kill()
    await rm(streams, { recursive: true })
    await cp(before.path, streams, { recursive: true })
    await server.restart()
    expect((await log.broken).message).toBe(
      'stream readings: it ends at commit 3, and has held 4',
    )
    await expect(log.append(envelope(4))).rejects.toBeInstanceOf(LogBrokenError)
  })

  it('refuses a stream in which the server has lost something', async ({ skip }) => {
    await using stranger = await server.stranger()
    const version = stranger.info?.version ?? ''
    skip(
      !version.startsWith('2.9.'),
      `what ${version} does with a flipped bit is not known`,
    )
    const log = await openOn(server)
    await appendApart(log, range(10))
    await log[Symbol.asyncDispose]()
    await server.kill()
    await flipBit(server, 'lamp-5/up')
    await server.restart()
    await expect(openOn(server)).rejects.toMatchObject({
      details: {
        kind: 'conflict',
        what: 'The stream of the reading log is damaged',
        why: expect.stringMatching(/^the server says that it has lost \d+ bytes$/),
      },
    })
  })

  it('reports a message that somebody took out of the stream, and goes on behind it', async () => {
    await using stranger = await server.stranger()
    const { streams } = await stranger.jetstreamManager()
    // A log's own stream does not allow that; this one was made by hand.
    const subjects = [`readings.log.${'ab'.repeat(16)}.*`]
    await streams.add({ name: 'readings', subjects, discard: DiscardPolicy.New })
    await using log = await openOn(server)
    expect(log.epoch).toBe('ab'.repeat(16))
    await appendApart(log, range(6))
    await streams.deleteMessage('readings', 3)
    await streams.deleteMessage('readings', 4)
    const reported: CorruptRecord[] = []
    log.onCorrupt((corrupt) => reported.push(corrupt))
    for (const limit of [1, 2, 10]) {
      expect(numbersOf(await readAll(log, limit))).toEqual([0, 1, 4, 5])
    }
    expect(reported).toEqual([
      { sequence: 3, reason: 'gone from the stream, up to commit 4' },
    ])
  })

  it('makes its stream so that nobody can take a message out of the middle', async () => {
    await using stranger = await server.stranger()
    const { streams } = await stranger.jetstreamManager()
    await using log = await openOn(server)
    await appendApart(log, range(3))
    await expect(streams.deleteMessage('readings', 2)).rejects.toThrow(
      'message delete not permitted',
    )
    expect(numbersOf(await readAll(log))).toEqual([0, 1, 2])
  })
})
