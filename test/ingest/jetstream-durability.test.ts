import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import {
  askMonitors,
  judgeDurability,
  type MonitorAnswer,
} from '../../src/ingest/jetstream-log/durability.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { SECOND } from '../../src/domain/time.ts'
import { findNats, type NatsServer } from '../support/nats.ts'
import { describeWithService } from '../support/services.ts'
import { openOn } from './jetstream-logs.ts'
import { quietLogger } from './quiet-logger.ts'

/**
 * Answers of `/varz`, as far as they matter. The one of 2.9 is what Debian's nats-server 2.9.10
 * says; it knows no `sync_interval`, nor do its answers. From 2.10 on `jetstream.config` names
 * `sync_interval` in nanoseconds and `sync_always` when that is true; with `sync_interval: always`
 * the interval keeps its default of two minutes beside it.
 */
const limits = { max_memory: 67_108_864, max_storage: 107_374_182_400, compress_ok: true }
const twoMinutes = 120_000_000_000
const old = answer('A', '2.9.10', { ...limits, store_dir: '/data/jetstream' })

function answer(
  id: string,
  version: string,
  config: Record<string, unknown> | undefined,
  clusterSize?: number,
) {
  return {
    server_id: id,
    server_name: `nats-${id}`,
    version,
    proto: 1,
    max_payload: 1_048_576,
    jetstream: {
      ...(config && { config }),
      stats: { memory: 0, storage: 0, accounts: 1, ha_assets: 0 },
      ...(clusterSize !== undefined && {
        meta: { name: 'city', leader: 'nats-A', peer: 'x', cluster_size: clusterSize },
      }),
    },
  }
}

function modern(id: string, version: string, always: boolean, clusterSize?: number) {
  const config = {
    ...limits,
    store_dir: '/data/jetstream',
    sync_interval: twoMinutes,
    ...(always && { sync_always: true }),
  }
  return answer(id, version, config, clusterSize)
}

/** What a real monitor would answer, through a real socket. */
async function heard(answers: readonly unknown[]): Promise<readonly MonitorAnswer[]> {
  const server = createServer((request, response) => {
    const at = Number(/^\/(\d+)\/varz$/.exec(request.url ?? '')?.[1])
    response.end(JSON.stringify(answers[at]))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const urls = answers.map((_, at) => `http://127.0.0.1:${port}/${at}`)
  try {
    return await askMonitors(urls, systemClock)
  } finally {
    server.close()
  }
}

describe('whether an acknowledged message survives a power cut', () => {
  it.each([
    ['2.10.22, which syncs always', [modern('A', '2.10.22', true)]],
    ['2.11.4, which syncs always', [modern('A', '2.11.4', true)]],
    ['2.12.12, which syncs always', [modern('A', '2.12.12', true)]],
    ['2.14.3-RC.1, which syncs always', [modern('A', '2.14.3-RC.1', true)]],
    ['3.0.0, which syncs always', [modern('A', '3.0.0', true)]],
    [
      'all three of a cluster, which sync always',
      ['A', 'B', 'C'].map((id) => modern(id, '2.12.12', true, 3)),
    ],
    [
      'all three of a cluster, asked from another server',
      ['X', 'Y', 'Z'].map((id) => modern(id, '2.12.12', true, 3)),
    ],
  ])('is certain with %s', async (_, answers) => {
    expect(judgeDurability(await heard(answers), 'A')).toBeUndefined()
  })

  it.each([
    ['nobody was asked', [], 'no monitor has said', /monitorUrl/],
    ['2.9.10', [old], 'NATS 2.9.10 cannot write to the disk before', /2\.10 or newer/],
    ['1.4.1', [answer('A', '1.4.1', limits)], 'NATS 1.4.1 cannot', /2\.10 or newer/],
    [
      '2.10.22 as it comes',
      [modern('A', '2.10.22', false)],
      'they write to the disk every 120 s',
      /sync_interval: always/,
    ],
    [
      '2.12.12 as it comes',
      [modern('A', '2.12.12', false)],
      'they write to the disk every 120 s',
      /sync_interval: always/,
    ],
    [
      '2.11.4 that says nothing of its interval',
      [answer('A', '2.11.4', limits)],
      'they write to the disk now and then',
      /sync_interval: always/,
    ],
    [
      'JetStream switched off',
      [answer('A', '2.12.12', undefined)],
      'no JetStream',
      /has it/,
    ],
    [
      'one of three of a cluster that does not',
      [
        modern('A', '2.12.12', true, 3),
        modern('B', '2.12.12', true, 3),
        modern('C', '2.12.12', false, 3),
      ],
      'every 120 s',
      /every NATS server/,
    ],
    [
      'two of three of a cluster that were asked',
      [modern('A', '2.12.12', true, 3), modern('B', '2.12.12', true, 3)],
      '2 of 3 servers were asked',
      /all servers/,
    ],
    [
      'one of a cluster that was asked three times',
      [1, 2, 3].map(() => modern('A', '2.12.12', true, 3)),
      '1 of 3 servers were asked',
      /all servers/,
    ],
    [
      'another server than ours',
      [modern('B', '2.12.12', true)],
      'is not the one',
      /nats\.url/,
    ],
  ])('is doubtful with %s', async (_, answers, why, next) => {
    const doubt = judgeDurability(await heard(answers), 'A')
    expect(doubt).toMatchObject({
      weakness: expect.stringMatching(
        /^An acknowledged message may be lost in a power cut/,
      ),
      why: expect.stringContaining(why),
      next: expect.stringMatching(next),
    })
  })

  it.each([
    ['nothing listens there', 'http://127.0.0.1:1', systemClock],
    ['the address is a folder without a monitor', undefined, systemClock],
  ])('is not known when %s', async (_, url, clock) => {
    const server = createServer((__, response) => {
      response.statusCode = 404
      response.end('no such page')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(
      askMonitors([url ?? `http://127.0.0.1:${port}`], clock),
    ).rejects.toMatchObject({
      details: { kind: 'unavailable', where: expect.stringMatching(/\/varz$/) },
    })
    server.close()
  })

  it('is not known when a monitor takes more than 5 s', async () => {
    const clock = createManualClock()
    const silent = createServer(() => clock.advance((SECOND * 5) as typeof SECOND))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(askMonitors([`http://127.0.0.1:${port}`], clock)).rejects.toMatchObject({
      details: { kind: 'unavailable' },
    })
    silent.closeAllConnections()
    silent.close()
  })
})

describeWithService('nats', await findNats(), (start) => {
  let server: NatsServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  it('refuses a server as it comes when it must be strict, and leaves nothing behind', async () => {
    const monitorUrls = [server.monitorUrl]
    await expect(
      openOn(server, { durability: 'strict', monitorUrls }),
    ).rejects.toMatchObject({
      details: {
        kind: 'invalid',
        why: expect.stringMatching(/^(?:NATS 2\.9\.\d+ cannot|they) write to the disk/),
      },
    })
    await expect(openOn(server, { durability: 'strict' })).rejects.toMatchObject({
      details: { kind: 'invalid', next: expect.stringContaining('nats.monitorUrl') },
    })
    const stranger = await server.stranger()
    const { streams } = await stranger.jetstreamManager()
    expect(await streams.names().next()).toEqual([])
    await stranger.close()
  })

  it('opens it when it may be relaxed, and warns at every start', async () => {
    for (const monitorUrls of [[server.monitorUrl], ['http://127.0.0.1:1']]) {
      const logger = quietLogger()
      await using log = await openOn(server, { monitorUrls, logger })
      expect(log.weakness).toContain('power cut')
      const warnings = logger.lines.filter(({ weakness }) => weakness !== undefined)
      expect(warnings).toEqual([
        expect.objectContaining({ level: 40, weakness: log.weakness }),
      ])
    }
  })
})
