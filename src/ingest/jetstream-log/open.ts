import type { Logger } from 'pino'
import type { Clock, Random } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, MS, SECOND, type DurationUs } from '../../domain/time.ts'
import type { GroupCommit, QueueBound } from '../batch.ts'
import type { ReadingLog } from '../reading-log.ts'
import { Connection } from './connection.ts'
import { askMonitors, judgeDurability, type MonitorAnswer } from './durability.ts'
import { asUnavailable } from './errors.ts'
import { JetStreamLog } from './log.ts'
import { Marks } from './marks.ts'
import { ensureStream, epochOf, newestIn } from './stream.ts'

export interface JetStreamLogOptions {
  /** `nats://host:port` or `tls://host:port`; several, with a comma between them, for a cluster. */
  readonly url: string
  /** Monitors of all servers, `http://host:8222`. */
  readonly monitorUrls: readonly string[]
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** Name of the stream, made when it is not there; its marks are in the bucket `<stream>_marks`. */
  readonly stream: string
  /** Copies of every message in a cluster, 1 to 5. */
  readonly replicas: number
  /** `strict` refuses servers that may lose an acknowledged message in a power cut. */
  readonly durability: 'strict' | 'relaxed'
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Default: 5 ms, 2,000 records. A commit also goes at 256 KiB. */
  readonly groupCommit?: Partial<GroupCommit>
  /** Default: 20,000 records, 64 MiB. */
  readonly maxQueued?: Partial<QueueBound>
  /** A message that is not stored after this time is refused; default 5 s, at most 60 s. */
  readonly maxWait?: DurationUs
  /** Beyond this the log is full; default 64 GiB. The server must have that much room. */
  readonly maxBytes?: number
}

const defaultGroupCommit: GroupCommit = { maxDelay: durationUs(5 * MS), maxRecords: 2_000 }
const defaultMaxQueued: QueueBound = { records: 20_000, bytes: 64 * 1024 * 1024 }
const defaultMaxWait = durationUs(5 * SECOND)
/** Half the time for which the server knows a repeated publish. */
const longestMaxWait = durationUs(60 * SECOND)
const defaultMaxBytes = 64 * 1024 ** 3

/**
 * Opens the reading log in a JetStream stream. Waits for ever for NATS to answer. Rejects with a
 * Problem for a refused log-in, a stream that could lose messages, servers without room, and with
 * `strict` for servers that cannot be proved to keep what they acknowledge.
 */
export async function openJetStreamLog(options: JetStreamLogOptions): Promise<ReadingLog> {
  const { stream, replicas, random, maxBytes = defaultMaxBytes } = options
  await using starting = new AsyncDisposableStack()
  const connection = await Connection.open({ ...options, name: `gatuvakt ${stream}` })
  starting.use(connection)
  const weakness = await judge(options, connection.serverId)
  const newEpoch = Buffer.from(random.bytes(16)).toString('hex')
  const wanted = { stream, replicas, maxBytes }
  const { config } = await ensureStream(connection, wanted, newEpoch)
  const epoch = epochOf(config)
  const log = await openParts(options, { connection, epoch, weakness })
  starting.move()
  return log
}

async function openParts(
  options: JetStreamLogOptions,
  found: {
    readonly connection: Connection
    readonly epoch: string
    readonly weakness: string | undefined
  },
): Promise<ReadingLog> {
  const { connection, epoch } = found
  try {
    return new JetStreamLog({
      ...options,
      ...found,
      newest: await newestIn(connection, options.stream, epoch),
      marks: await Marks.open({ ...options, connection, epoch }),
      groupCommit: { ...defaultGroupCommit, ...options.groupCommit },
      maxQueued: { ...defaultMaxQueued, ...options.maxQueued },
      maxWait: durationUs(Math.min(options.maxWait ?? defaultMaxWait, longestMaxWait)),
    })
  } catch (error) {
    throw asUnavailable(error)
  }
}

/** What an acknowledged message may not survive; undefined when it survives a power cut. */
async function judge(
  { durability, monitorUrls, clock, logger }: JetStreamLogOptions,
  connectedTo: string,
): Promise<string | undefined> {
  const answers = await askMonitors(monitorUrls, clock).catch((error: unknown) => {
    if (durability === 'strict') throw error
    logger.warn({ err: error }, 'the monitor of NATS did not answer')
    return [] as readonly MonitorAnswer[]
  })
  const doubt = judgeDurability(answers, connectedTo)
  if (doubt === undefined) return undefined
  const { weakness, why, next } = doubt
  if (durability === 'relaxed') {
    logger.warn({ weakness, next }, 'the reading log is not safe against a power cut')
    return weakness
  }
  throw new Problem({
    kind: 'invalid',
    what: 'It is not certain that NATS keeps what it acknowledges',
    why,
    next: `${next}; or set readingLog.durability to relaxed and live with the loss`,
  })
}
