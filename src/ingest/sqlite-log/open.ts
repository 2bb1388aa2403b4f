import { Worker } from 'node:worker_threads'
import type { Clock, Random } from '../../domain/clock.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import { durationUs } from '../../domain/time.ts'
import { WorkerCalls } from '../../store/worker-calls.ts'
import type { GroupCommit, QueueBound } from '../batch.ts'
import { CodecError } from '../log-codec.ts'
import { unpackCommit } from '../packed-commit.ts'
import type { ReadingLog } from '../reading-log.ts'
import type { Opened, ReaderCalls, WriterCalls } from './calls.ts'
import { asOpenError } from './errors.ts'
import { FileLog } from './log.ts'
import { Tail, type TailBound } from './tail.ts'

export interface SqliteLogOptions {
  /** Path of the file; made when it is not there. Its folder must exist. */
  readonly file: string
  readonly clock: Clock
  readonly random: Random
  /** Default: 5 ms, 2,000 records. */
  readonly groupCommit?: Partial<GroupCommit>
  /** Default: 20,000 records, 64 MiB. */
  readonly maxQueued?: Partial<QueueBound>
  /** What stays in memory for those who read at the head; default 8,000 records, 16 MiB. */
  readonly inMemory?: TailBound
  /** Beyond this the log is full; default 64 GiB. */
  readonly maxFileBytes?: number
}

const defaultGroupCommit: GroupCommit = { maxDelay: durationUs(5_000), maxRecords: 2_000 }
const defaultMaxQueued: QueueBound = { records: 20_000, bytes: 64 * 1024 * 1024 }
/** A few commits at full speed; who is further behind reads the file. */
const defaultInMemory: TailBound = { records: 8_000, bytes: 16 * 1024 * 1024 }
const defaultMaxFileBytes = 64 * 1024 ** 3

/**
 * Opens the reading log in a SQLite file. Rejects with a Problem for a file that is no reading log
 * or was made by a newer version, and with LogBrokenError when the disk fails.
 */
export async function openSqliteLog(options: SqliteLogOptions): Promise<ReadingLog> {
  const { file, clock, random, maxFileBytes = defaultMaxFileBytes } = options
  await using starting = new AsyncDisposableStack()
  const writer = start<WriterCalls>(
    new URL('./writer.worker.ts', import.meta.url),
    starting,
  )
  const reader = start<ReaderCalls>(
    new URL('./reader.worker.ts', import.meta.url),
    starting,
  )
  const newEpoch = Buffer.from(random.bytes(16)).toString('hex')
  try {
    const opened = await writer.call('open', { file, newEpoch, maxFileBytes })
    await reader.call('open', { file })
    starting.move()
    return new FileLog({
      writer,
      reader,
      opened,
      head: headOf(opened),
      clock,
      tail: new Tail(options.inMemory ?? defaultInMemory),
      groupCommit: { ...defaultGroupCommit, ...options.groupCommit },
      maxQueued: { ...defaultMaxQueued, ...options.maxQueued },
    })
  } catch (error) {
    throw asOpenError(file, error)
  }
}

function start<T extends WriterCalls | ReaderCalls>(
  url: URL,
  starting: AsyncDisposableStack,
): WorkerCalls<T> {
  const worker = new WorkerCalls<T>(new Worker(url))
  starting.defer(() => worker.stop())
  return worker
}

function headOf({ epoch, newest }: Opened): Position | undefined {
  if (newest === undefined) return undefined
  const index = newest.records - 1
  return { epoch, partition: partitionAt(newest, index), sequence: newest.sequence, index }
}

/** Partition of a record; 0 when it is damaged, which changes no order. */
function partitionAt(
  { records, packed }: NonNullable<Opened['newest']>,
  index: number,
): number {
  try {
    const range = { first: index, end: index + 1 }
    const [last] = unpackCommit(Buffer.from(packed), records, range)
    return last?.ok === true ? partitionOf(last.record.organisation) : 0
  } catch (error) {
    if (error instanceof CodecError) return 0
    throw error
  }
}
