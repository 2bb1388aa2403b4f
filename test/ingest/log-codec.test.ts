import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OrganisationId } from '../../src/domain/ids.ts'
import type { LogRecord } from '../../src/domain/log-record.ts'
import { timeUs } from '../../src/domain/time.ts'
import {
  CodecError,
  decodeRecord,
  encodeRecord,
  maxEncodedBytes,
} from '../../src/ingest/log-codec.ts'
import { packCommit, unpackCommit } from '../../src/ingest/packed-commit.ts'
import { envelope } from '../contract/reading-log.contract.ts'

const text = fc.string({ unit: 'binary', maxLength: 200 })
const time = fc.maxSafeInteger().map(timeUs)
const organisation = text.map((name) => name as OrganisationId)
const head = { kind: fc.constant('control' as const), organisation, ingest: time }
const anyRecord: fc.Arbitrary<LogRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('envelope' as const),
    organisation,
    connection: text,
    device: text,
    topic: text,
    payload: fc.uint8Array({ maxLength: 500 }),
    ingest: time,
    retained: fc.boolean(),
  }),
  fc.record({ ...head, control: fc.constantFrom('timer' as const, 'heartbeat' as const) }),
  fc.record({
    ...head,
    control: fc.constant('blind' as const),
    from: time,
    to: time,
    why: fc.constantFrom('boot' as const, 'suspend' as const),
  }),
  fc.record({
    ...head,
    control: fc.constant('activation' as const),
    version: fc.maxSafeNat(),
  }),
)
const anyCommit = fc.array(anyRecord, { minLength: 1, maxLength: 20 })

describe('the stored form of a record', () => {
  it('gives back every record exactly, and fits the room it asked for', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const bytes = encode(record)
        expect(bytes.length).toBeLessThanOrEqual(maxEncodedBytes(record))
        expect(decodeRecord(bytes)).toEqual(record)
      }),
      { numRuns: 1_000 },
    )
  })

  it('answers any bytes with a record or a CodecError, never with a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(5), (bytes, kind) => {
        const hostile = Buffer.from([1, kind, ...bytes])
        expect(staysCalm(() => decodeRecord(hostile))).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('never takes a record that was cut short for a control record', () => {
    const control = { kind: 'control', organisation: 'gata' as OrganisationId } as const
    const bytes = encode({
      ...control,
      control: 'activation',
      ingest: timeUs(1),
      version: 2,
    })
    for (let end = 0; end < bytes.length; end++) {
      expect(() => decodeRecord(bytes.subarray(0, end))).toThrow(CodecError)
    }
  })

  it.each([
    ['half a character in a topic', { ...envelope(1), topic: 'lamp/\uD800' }, 'topic'],
    ['an endless topic', { ...envelope(1), topic: 'å'.repeat(40_000) }, 'topic'],
    ['an endless device', { ...envelope(1), device: 'x'.repeat(70_000) }, 'device'],
    ['a time between microseconds', { ...envelope(1), ingest: 1.5 as never }, 'ingest'],
    ['no time at all', { ...envelope(1), ingest: Number.NaN as never }, 'ingest'],
  ] as const)('refuses %s and says where', (_, record, where) => {
    expect(() => encode(record)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ where }) }),
    )
  })
})

describe('the stored form of a commit', () => {
  it('gives back any slice of any commit', () => {
    fc.assert(
      fc.property(anyCommit, fc.nat(20), fc.nat(20), (records, first, length) => {
        const slice = { first, end: first + length }
        expect(unpackCommit(pack(records), records.length, slice)).toEqual(
          records
            .map((record, index) => ({ ok: true, index, record }))
            .slice(first, first + length),
        )
      }),
    )
  })

  it('loses at most one record to a flipped bit, and moves no other', () => {
    fc.assert(
      fc.property(anyCommit, fc.nat(), fc.nat(7), (records, place, bit) => {
        const packed = pack(records)
        const at = place % packed.length
        packed[at] = (packed[at] ?? 0) ^ (1 << bit)
        const all = { first: 0, end: records.length }
        const unpacked = unpackCommit(packed, records.length, all)
        const damaged = unpacked.filter((item) => !item.ok)
        expect(damaged.length).toBeLessThanOrEqual(1)
        expectOnlyTruth(unpacked, records)
      }),
      { numRuns: 1_000 },
    )
  })

  it('never serves a wrong record from a torn or foreign blob', () => {
    fc.assert(
      fc.property(
        anyCommit,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (records, part) => {
          const packed = pack(records)
          const torn = packed.subarray(0, Math.floor(part * (packed.length - 1)))
          const all = { first: 0, end: records.length }
          const read = (): void =>
            expectOnlyTruth(unpackCommit(torn, records.length, all), records)
          expect(staysCalm(read)).toBe(true)
        },
      ),
    )
    expect(() => unpackCommit(Buffer.alloc(500), 3, { first: 0, end: 3 })).toThrow(
      CodecError,
    )
    expect(() => unpackCommit(Buffer.alloc(0), 0, { first: 0, end: 1 })).toThrow(CodecError)
  })
})

/** True when `work` succeeds or fails with a CodecError; every other failure is thrown on. */
function staysCalm(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch (error) {
    if (error instanceof CodecError) return true
    throw error
  }
}

/** Whatever could be read is what was written there. */
function expectOnlyTruth(
  unpacked: ReturnType<typeof unpackCommit>,
  records: readonly LogRecord[],
): void {
  const read = unpacked.flatMap((item) => (item.ok ? [item] : []))
  expect(read.map(({ record }) => record)).toEqual(read.map(({ index }) => records[index]))
}

function encode(record: LogRecord): Buffer {
  const target = Buffer.alloc(maxEncodedBytes(record))
  return target.subarray(0, encodeRecord(record, target, 0))
}

function pack(records: readonly LogRecord[]): Buffer {
  const encoded = records.map(encode)
  const lengths = Uint32Array.from(encoded, (bytes) => bytes.length)
  return packCommit({ bytes: Buffer.concat(encoded), lengths })
}
