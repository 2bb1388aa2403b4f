/**
 * The stream that holds the log: what it must be like, and how it is made.
 *
 * The epoch is part of the subjects. So it is made with the stream and dies with it, whatever the
 * version of the server, and a publish meant for one log can never land in another that was made
 * under the same name.
 */

import {
  DiscardPolicy,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
  type StreamState,
} from 'nats'
import type { Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import type { Connection } from './connection.ts'
import { apiError, apiErrorCode, asUnavailable, messageOf, saysNoStream } from './errors.ts'
import { allSubjects, endOf, partitionOfSubject, recordsOf } from './message.ts'

export interface StreamOptions {
  /** Name of the stream and first word of its subjects. */
  readonly stream: string
  /** Copies of every message in a cluster, 1 to 5. */
  readonly replicas: number
  /** Beyond this the log is full. */
  readonly maxBytes: number
}

/** How long the server remembers the id of a publish, so that repeating it stores nothing twice. */
export const duplicateWindowMs = 120_000

/** The epoch of a log's stream. Throws Problem conflict for a stream that could lose messages. */
export function epochOf(config: StreamConfig): string {
  const [subject = ''] = config.subjects
  const [, epoch = ''] = /\.log\.([0-9a-f]{32})\.\*$/.exec(subject) ?? []
  const ours = subject === allSubjects(config.name, epoch) && config.subjects.length === 1
  const faults = [...(ours ? [] : ['other subjects']), ...faultsOf(config)]
  if (faults.length === 0) return epoch
  throw new Problem({
    kind: 'conflict',
    what: 'The stream is not a reading log, or no longer one that keeps everything',
    where: `stream ${config.name}`,
    why: `It has: ${faults.join(', ')}`,
    next: 'Name another stream, or set it back with nats stream edit',
  })
}

/** The settings by which a server would drop messages without a word. */
function faultsOf(config: StreamConfig): readonly string[] {
  const wanted = {
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_age: 0,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    allow_rollup_hdrs: false,
    no_ack: false,
  } as const
  const found = { ...config, no_ack: config.no_ack ?? false }
  return Object.entries(wanted).flatMap(([name, value]) => {
    const has = found[name as keyof typeof wanted]
    return has === value ? [] : [`${name} ${String(has)}`]
  })
}

/**
 * What the server's own counting says it has lost; undefined when nothing is missing. A server that
 * has found its files damaged may go on to acknowledge messages that nobody can read afterwards.
 */
export function damageOf(state: StreamState): string | undefined {
  const { messages, first_seq: first, last_seq: last, lost } = state
  if ((lost?.bytes ?? 0) > 0) return `the server says that it has lost ${lost.bytes} bytes`
  const missing = messages === 0 ? 0 : last - first + 1 - messages
  const deleted = state.num_deleted ?? 0
  return missing === deleted
    ? undefined
    : `the server does not know what became of ${missing - deleted} commits`
}

/** The stream with every deleted message counted, not estimated. */
export function inspect({ jsm }: Connection, stream: string): Promise<StreamInfo> {
  return jsm.streams.info(stream, { deleted_details: true })
}

/** Finds the stream or makes it, and brings its size and its copies up to date. */
export async function ensureStream(
  connection: Connection,
  options: StreamOptions,
  newEpoch: string,
): Promise<StreamInfo> {
  try {
    const found = await findStream(connection, options.stream)
    const info = found ?? (await makeStream(connection, options, newEpoch))
    epochOf(info.config)
    const damage = damageOf((await inspect(connection, options.stream)).state)
    if (damage !== undefined) throw damaged(options.stream, damage)
    const { num_replicas: replicas, max_bytes: maxBytes } = info.config
    if (replicas === options.replicas && maxBytes === options.maxBytes) return info
    return await connection.jsm.streams.update(options.stream, sizes(options))
  } catch (error) {
    throw error instanceof Problem || apiErrorCode(error) === undefined
      ? asUnavailable(error)
      : refusedByServer(options, error)
  }
}

/**
 * Place of the newest record; undefined while nothing was ever appended. Throws Problem conflict for
 * a stream that was emptied: nobody can say any more where it ended.
 */
export async function newestIn(
  { jsm }: Connection,
  stream: string,
  epoch: string,
): Promise<Position | undefined> {
  try {
    const wanted = { last_by_subj: allSubjects(stream, epoch) }
    const { seq, subject, header } = await jsm.streams.getMessage(stream, wanted)
    const partition = partitionOfSubject(subject)
    return endOf(epoch, { sequence: seq, partition, records: recordsOf(header) })
  } catch (error) {
    if (apiErrorCode(error) !== apiError.noMessageFound) throw error
    const { state } = await jsm.streams.info(stream)
    if (state.last_seq === 0) return undefined
    throw emptied(stream, state.last_seq)
  }
}

/** Whether the server can give this commit. */
export async function holds(
  { connection, stream }: { readonly connection: Connection; readonly stream: string },
  sequence: number,
): Promise<boolean> {
  try {
    await connection.during(() =>
      connection.jsm.streams.getMessage(stream, { seq: sequence }),
    )
    return true
  } catch (error) {
    if (apiErrorCode(error) === apiError.noMessageFound) return false
    throw error
  }
}

async function findStream(
  { jsm }: Connection,
  stream: string,
): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(stream)
  } catch (error) {
    if (saysNoStream(error)) return undefined
    throw error
  }
}

async function makeStream(
  connection: Connection,
  options: StreamOptions,
  epoch: string,
): Promise<StreamInfo> {
  try {
    return await connection.jsm.streams.add({
      name: options.stream,
      description: 'Gatuvakt reading log, format 1',
      subjects: [allSubjects(options.stream, epoch)],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      // When it is full the newest is refused and the sender told; the oldest is never dropped.
      discard: DiscardPolicy.New,
      duplicate_window: nanos(duplicateWindowMs),
      deny_delete: true,
      ...sizes(options),
    })
  } catch (error) {
    // Another gateway was faster: its epoch holds.
    if (apiErrorCode(error) !== apiError.streamNameInUse) throw error
    return await connection.jsm.streams.info(options.stream)
  }
}

function sizes({ replicas, maxBytes }: StreamOptions): {
  readonly num_replicas: number
  readonly max_bytes: number
} {
  return { num_replicas: replicas, max_bytes: maxBytes }
}

function damaged(stream: string, why: string): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'The stream of the reading log is damaged',
    where: `stream ${stream}`,
    why,
    next: 'See the log of the NATS server, and restore the stream from a replica or a backup',
  })
}

function emptied(stream: string, last: number): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'The stream of the reading log was emptied by hand',
    where: `stream ${stream}, after commit ${last}`,
    why: 'The service itself never deletes the newest message',
    next: `Restore it; or delete stream ${stream} to begin a new log, and run gatuvakt log adopt`,
  })
}

function refusedByServer(
  { stream, replicas, maxBytes }: StreamOptions,
  cause: unknown,
): Problem {
  const details = {
    kind: 'conflict',
    what: 'NATS refuses the stream of the reading log',
    where: `stream ${stream}, ${replicas} replicas, ${maxBytes} bytes`,
    why: messageOf(cause),
    next: 'Correct nats.replicas or readingLog.maxBytes, or give JetStream more room',
  } as const
  return new Problem(details, { cause })
}
