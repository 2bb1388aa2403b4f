/**
 * A log record as bytes, version 1. Numbers are big-endian; times and versions are doubles, which
 * hold every safe integer exactly; a text is its length in bytes (16 bits) and UTF-8.
 *
 *   version u8 · kind u8 · bits u8 · ingest f64 · organisation text · what the kind adds
 *   envelope:    connection text · device text · topic text · payload (the rest)
 *   blind:       from f64 · to f64
 *   activation:  version f64
 */

import type { OrganisationId } from '../domain/ids.ts'
import type { ControlRecord, Envelope, LogRecord } from '../domain/log-record.ts'
import { Problem } from '../domain/problem.ts'
import { timeUs } from '../domain/time.ts'

/** Largest payload of one envelope, in bytes (16 MiB). */
const maxPayloadBytes = 16 * 1024 * 1024

const recordVersion = 1
const kinds = { envelope: 1, timer: 2, blind: 3, activation: 4, heartbeat: 5 } as const
const bits = { retained: 1, suspend: 2, repeated: 4 } as const
const headBytes = 11
const maxTextBytes = 0xff_ff

/** The bytes cannot be understood as a record: damaged, or written by a newer version. */
export class CodecError extends Error {
  override readonly name = 'CodecError'
}

/**
 * How many bytes `encodeRecord` needs at most. Throws a Problem for a payload above 16 MiB and for a
 * text that is too long, so that nobody makes room for them.
 */
export function maxEncodedBytes(record: LogRecord): number {
  let texts = textBound('organisation', record.organisation)
  if (record.kind === 'control') return headBytes + texts + 16
  refuseLargePayload(record)
  texts += textBound('connection', record.connection)
  texts += textBound('device', record.device) + textBound('topic', record.topic)
  return headBytes + texts + record.payload.length
}

/**
 * Writes the record into `target` from `at` on, where `maxEncodedBytes` are free, and returns where
 * it ends. Throws a Problem for a text above 65,535 bytes or of broken Unicode, and for a time that
 * is not a whole number of microseconds.
 */
export function encodeRecord(record: LogRecord, target: Buffer, at: number): number {
  target[at] = recordVersion
  target[at + 1] = kinds[record.kind === 'envelope' ? 'envelope' : record.control]
  target[at + 2] = bitsOf(record)
  putInteger(target, at + 3, record.ingest, 'ingest')
  const end = putText(target, at + headBytes, record.organisation, 'organisation')
  return record.kind === 'envelope'
    ? putEnvelope(record, target, end)
    : putControl(record, target, end)
}

/**
 * Reads one record that fills `bytes` exactly. The payload is a view of the same memory. Throws
 * CodecError.
 */
export function decodeRecord(bytes: Buffer): LogRecord {
  if (bytes.length < headBytes) throw new CodecError('shorter than any record')
  if (bytes[0] !== recordVersion)
    throw new CodecError(`record version ${bytes[0]} is unknown`)
  const source: Source = { bytes, at: headBytes }
  const ingest = time(bytes.readDoubleBE(3))
  const organisation = takeText(source) as OrganisationId
  const flags = bytes[2] ?? 0
  const record = takeRest(source, { kind: bytes[1] ?? 0, flags, organisation, ingest })
  if (source.at !== bytes.length) throw new CodecError('bytes left over after the record')
  return record
}

interface Source {
  readonly bytes: Buffer
  at: number
}

interface Head {
  readonly kind: number
  readonly flags: number
  readonly organisation: OrganisationId
  readonly ingest: LogRecord['ingest']
}

function bitsOf(record: LogRecord): number {
  if (record.kind === 'envelope') {
    return (record.retained ? bits.retained : 0) | (record.repeated ? bits.repeated : 0)
  }
  return record.control === 'blind' && record.why === 'suspend' ? bits.suspend : 0
}

function refuseLargePayload({ connection, topic, payload }: Envelope): void {
  if (payload.length <= maxPayloadBytes) return
  throw new Problem({
    kind: 'too_large',
    what: `The message has ${payload.length} bytes`,
    where: `${connection}: ${topic.slice(0, 200)}`,
    why: `A message holds at most ${maxPayloadBytes} bytes`,
    next: 'Send it in smaller parts',
  })
}

function textBound(name: string, text: string): number {
  if (text.length > maxTextBytes)
    throw unfit(name, `it has more than ${maxTextBytes} bytes`)
  // One UTF-16 unit becomes at most three bytes of UTF-8.
  return 2 + 3 * text.length
}

function putEnvelope(envelope: Envelope, target: Buffer, at: number): number {
  const { connection, device, topic, payload } = envelope
  let end = putText(target, at, connection, 'connection')
  end = putText(target, end, device, 'device')
  end = putText(target, end, topic, 'topic')
  target.set(payload, end)
  return end + payload.length
}

function putControl(record: ControlRecord, target: Buffer, at: number): number {
  switch (record.control) {
    case 'timer':
    case 'heartbeat':
      return at
    case 'blind':
      putInteger(target, at, record.from, 'start of the blind time')
      return putInteger(target, at + 8, record.to, 'end of the blind time')
    case 'activation':
      return putInteger(target, at, record.version, 'version')
  }
}

function putInteger(target: Buffer, at: number, value: number, name: string): number {
  if (!Number.isSafeInteger(value))
    throw unfit(name, `${value} is not a whole, exact number`)
  return target.writeDoubleBE(value, at)
}

function putText(target: Buffer, at: number, value: string, name: string): number {
  const length = putAscii(target, at + 2, value)
  if (length !== undefined) {
    target.writeUInt16BE(length, at)
    return at + 2 + length
  }
  if (!value.isWellFormed()) throw unfit(name, 'it holds half a character')
  const written = target.write(value, at + 2, 'utf8')
  if (written > maxTextBytes) throw unfit(name, `it has more than ${maxTextBytes} bytes`)
  target.writeUInt16BE(written, at)
  return at + 2 + written
}

/** Topics and ids are short and plain: a loop beats the call into the runtime's encoder. */
function putAscii(target: Buffer, at: number, text: string): number | undefined {
  if (text.length > 100) return undefined
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return undefined
    target[at + i] = unit
  }
  return text.length
}

function unfit(name: string, why: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'The record cannot be kept in the reading log',
    where: name,
    why,
    next: 'Refuse it where it came in',
  })
}

function takeRest(source: Source, { kind, flags, organisation, ingest }: Head): LogRecord {
  switch (kind) {
    case kinds.envelope:
      return {
        kind: 'envelope',
        organisation,
        connection: takeText(source),
        device: takeText(source),
        topic: takeText(source),
        payload: takePayload(source),
        ingest,
        retained: (flags & bits.retained) !== 0,
        ...((flags & bits.repeated) !== 0 && { repeated: true }),
      }
    case kinds.timer:
      return { kind: 'control', control: 'timer', organisation, ingest }
    case kinds.heartbeat:
      return { kind: 'control', control: 'heartbeat', organisation, ingest }
    case kinds.blind: {
      const why = (flags & bits.suspend) === 0 ? 'boot' : 'suspend'
      const from = time(takeDouble(source))
      const to = time(takeDouble(source))
      return { kind: 'control', control: 'blind', organisation, ingest, from, to, why }
    }
    case kinds.activation: {
      const version = takeDouble(source)
      if (!Number.isSafeInteger(version))
        throw new CodecError('a version is not a whole number')
      return { kind: 'control', control: 'activation', organisation, ingest, version }
    }
    default:
      throw new CodecError(`record kind ${kind} is unknown`)
  }
}

function takeText(source: Source): string {
  const { bytes, at } = source
  if (at + 2 > bytes.length) throw new CodecError('cut off before a text')
  const end = at + 2 + bytes.readUInt16BE(at)
  if (end > bytes.length) throw new CodecError('cut off inside a text')
  source.at = end
  return bytes.toString('utf8', at + 2, end)
}

function takePayload(source: Source): Uint8Array {
  const { bytes, at } = source
  source.at = bytes.length
  return new Uint8Array(bytes.buffer, bytes.byteOffset + at, bytes.length - at)
}

function takeDouble(source: Source): number {
  const { bytes, at } = source
  if (at + 8 > bytes.length) throw new CodecError('cut off inside a number')
  source.at = at + 8
  return bytes.readDoubleBE(at)
}

function time(value: number): LogRecord['ingest'] {
  if (!Number.isSafeInteger(value)) throw new CodecError('a time is not a whole number')
  return timeUs(value)
}
