import { basename } from 'node:path'
import { headers, type NatsConnection } from 'nats'
import { afterAll, beforeAll } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openJetStreamLog } from '../../src/ingest/jetstream-log/open.ts'
import { systemRandom } from '../../src/random.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { findNats, type NatsServer } from '../support/nats.ts'
import { describeWithService } from '../support/services.ts'
import { readingLogContract } from './reading-log.contract.ts'

describeWithService('nats', await findNats(), (start) => {
  let server: NatsServer
  let stranger: NatsConnection
  beforeAll(async () => {
    server = await start()
    stranger = await server.stranger()
  })
  afterAll(async () => {
    await stranger.close()
    await server[Symbol.asyncDispose]()
  })

  readingLogContract('JetStream', {
    survivesPowerCut: false,
    shared: true,
    open: (folder, bounds) =>
      openJetStreamLog({
        url: server.url,
        monitorUrls: [server.monitorUrl],
        stream: streamOf(folder),
        replicas: 1,
        maxBytes: 1024 ** 3,
        durability: 'relaxed',
        clock: systemClock,
        random: systemRandom,
        logger: quietLogger(),
        ...(bounds !== undefined && { maxQueued: { records: bounds.maxQueuedRecords } }),
      }),
    durableCommits: async (folder) => {
      const jsm = await stranger.jetstreamManager()
      const { state } = await jsm.streams.info(streamOf(folder))
      return state.last_seq
    },
    storeCommit: async (folder, packed, records) => {
      const jsm = await stranger.jetstreamManager()
      const { config } = await jsm.streams.info(streamOf(folder))
      const [subjects = ''] = config.subjects
      const given = headers()
      given.set('Gatuvakt-Records', String(records))
      const subject = subjects.replace('*', '0')
      const { seq } = await stranger
        .jetstream()
        .publish(subject, packed, { headers: given })
      return seq
    },
  })
})

/** Folders of tests are named at random, so every one has a stream of its own. */
function streamOf(folder: string): string {
  return basename(folder)
}
