/**
 * One message of the stream is one commit of one partition. Its body is the packed commit; headers
 * say how many records it holds, so that somebody who follows the end need not fetch bodies, and
 * carry the id by which the server knows a repeated publish.
 */

import { headers, type Msg, type MsgHdrs } from 'nats'
import { PARTITIONS, type Position } from '../../domain/position.ts'
import { timeUs, type TimeUs } from '../../domain/time.ts'

const recordsHeader = 'Gatuvakt-Records'
const idHeader = 'Nats-Msg-Id'
/** The server adds it when only headers were asked for. */
const sizeHeader = 'Nats-Msg-Size'
/** What the server's file store adds to a message: lengths, sequence, time, checksum. */
const frameBytes = 34

/** What surrounds the body of a commit, in bytes, at most. */
export const envelopeBytes = 512

/** One commit as it came from the stream. */
export interface StoredCommit {
  readonly sequence: number
  /** Undefined when somebody else wrote this message. */
  readonly partition: number | undefined
  /** Undefined when somebody else wrote this message. */
  readonly records: number | undefined
  /** When the server stored it. */
  readonly committed: TimeUs
  /** Empty when only headers were asked for. */
  readonly packed: Buffer
  /** Bytes of the stream it takes. */
  readonly storedBytes: number
}

export function commitHeaders(id: string, records: number): MsgHdrs {
  const made = headers()
  made.set(recordsHeader, String(records))
  made.set(idHeader, id)
  return made
}

/** How many records a message says that it holds. */
export function recordsOf(of: MsgHdrs | undefined): number | undefined {
  const text = of?.get(recordsHeader) ?? ''
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined
}

/** The subject of a partition. */
export function subjectOf(stream: string, epoch: string, partition: number): string {
  return `${stream}.log.${epoch}.${partition}`
}

/** The subjects of all partitions. */
export function allSubjects(stream: string, epoch: string): string {
  return `${stream}.log.${epoch}.*`
}

/** The partition a subject names; undefined when it names none. */
export function partitionOfSubject(subject: string): number | undefined {
  const token = subject.slice(subject.lastIndexOf('.') + 1)
  if (!/^\d{1,2}$/.test(token)) return undefined
  const partition = Number(token)
  return partition < PARTITIONS ? partition : undefined
}

/** Place of the newest record of a commit. */
export function endOf(
  epoch: string,
  commit: Pick<StoredCommit, 'sequence' | 'partition' | 'records'>,
): Position {
  const { sequence, partition = 0, records = 1 } = commit
  return { epoch, partition, sequence, index: records - 1 }
}

/** A delivered message with its number in the consumer's own counting, which has no holes. */
export interface Delivery {
  readonly commit: StoredCommit
  readonly delivery: number
}

/** Understands a delivered message; undefined when it is no message of a stream. */
export function deliveryOf(message: Msg): Delivery | undefined {
  const tokens = message.reply?.split('.') ?? []
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return undefined
  // $JS.ACK.stream.consumer.n.sequence.delivery.time.pending, or with domain and account before it.
  const at = tokens.length === 9 ? 5 : 7
  const [sequence, delivery, nanoseconds] = tokens.slice(at, at + 3).map(Number)
  if (sequence === undefined || delivery === undefined || nanoseconds === undefined) {
    return undefined
  }
  const { data, subject, headers: given } = message
  const commit = {
    sequence,
    partition: partitionOfSubject(subject),
    records: recordsOf(given),
    committed: timeUs(Math.floor(nanoseconds / 1_000)),
    packed: Buffer.from(data.buffer, data.byteOffset, data.length),
    storedBytes: frameBytes + subject.length + headerBytes(given) + sizeOf(message),
  }
  return { commit, delivery }
}

function sizeOf({ data, headers: given }: Msg): number {
  const size = given?.get(sizeHeader) ?? ''
  return size === '' ? data.length : Number(size)
}

/** `NATS/1.0`, a line a header, and an empty line. */
function headerBytes(given: MsgHdrs | undefined): number {
  if (given === undefined) return 0
  let bytes = 12
  for (const [name, values] of given) {
    if (name === sizeHeader) continue
    for (const value of values) bytes += name.length + value.length + 4
  }
  return bytes
}
