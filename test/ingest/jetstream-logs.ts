import { systemClock } from '../../src/clock.ts'
import {
  openJetStreamLog,
  type JetStreamLogOptions,
} from '../../src/ingest/jetstream-log/open.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { systemRandom } from '../../src/random.ts'
import { quietLogger } from './quiet-logger.ts'

/** Opens a small log on a test server; it is called `readings` unless told otherwise. */
export function openOn(
  server: { readonly url: string },
  options: Partial<JetStreamLogOptions> = {},
): Promise<ReadingLog> {
  return openJetStreamLog({
    url: server.url,
    monitorUrls: [],
    stream: 'readings',
    replicas: 1,
    durability: 'relaxed',
    clock: systemClock,
    random: systemRandom,
    logger: quietLogger(),
    maxBytes: 1024 ** 3,
    ...options,
  })
}
