import fc from 'fast-check'
import { expect, it } from 'vitest'
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
import { CpuBudget } from '../support/cpu-budget.ts'
import { Dice } from '../support/dice.ts'

/** 100,000 cases each. */
const numRuns = 100_000
/** A few seconds each; more on a machine that has other things to do. */
const timeout = 120_000

function anyRecord(dice: Dice): LogRecord {
  const head = { organisation: 'gata' as OrganisationId, ingest: anyTime(dice) }
  switch (dice.below(5)) {
    case 0:
      return { ...head, kind: 'control', control: 'timer' }
    case 1: {
      const why = dice.pick(['boot', 'suspend'])
      const span = { from: anyTime(dice), to: anyTime(dice) }
      return { ...head, kind: 'control', control: 'blind', ...span, why }
    }
    case 2:
      return {
        ...head,
        kind: 'control',
        control: 'activation',
        version: dice.below(2 ** 31),
      }
    default:
      return {
        ...head,
        kind: 'envelope',
        connection: dice.pick(['mqtt', 'import', '']),
        device: dice.pick(['lamp-17', 'x'.repeat(63)]),
        topic: dice.pick(['v1/gata/lamp-17/up', 'å💡', 'x'.repeat(200)]),
        payload: new Uint8Array(dice.bytes(60)),
        retained: dice.chance(2),
        ...(dice.chance(2) && { repeated: true }),
      }
  }
}

function anyTime(dice: Dice): LogRecord['ingest'] {
  return timeUs(dice.below(2 ** 32) * dice.pick([1, 2 ** 20, -1]))
}

function encode(record: LogRecord): Buffer {
  const target = Buffer.alloc(maxEncodedBytes(record))
  return target.subarray(0, encodeRecord(record, target, 0))
}

/** Overwrites up to three bytes, or cuts the end off, or adds to it. */
function damage(dice: Dice, whole: Buffer): Buffer {
  const bytes = Buffer.concat([whole, dice.chance(4) ? dice.bytes(20) : Buffer.alloc(0)])
  for (const place of dice.list(3, () => dice.below(bytes.length))) {
    bytes[place] = dice.below(256)
  }
  return dice.chance(4) ? bytes.subarray(0, dice.below(bytes.length + 1)) : bytes
}

/** What the work gives; undefined for a CodecError. Any other failure is thrown on. */
function orCodecError<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}

it(
  'any bytes are a record, which encodes again, or a CodecError',
  () => {
    const budget = new CpuBudget()
    let read = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const dice = new Dice(seed)
        const bytes = dice.chance(4)
          ? dice.bytes(80)
          : damage(dice, encode(anyRecord(dice)))
        const record = budget.count(() => orCodecError(() => decodeRecord(bytes)))
        if (record === undefined) return true
        read += 1
        return decodeRecord(encode(record)).kind === record.kind
      }),
      { numRuns },
    )
    expect(read).toBeGreaterThan(numRuns / 10)
    expect(budget.verdict(numRuns)).toBe('kept')
  },
  timeout,
)

it(
  'any blob is what was written there, in its place, or is said to be damaged',
  () => {
    const budget = new CpuBudget()
    let damaged = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const dice = new Dice(seed)
        const records = [anyRecord(dice), ...dice.list(4, () => anyRecord(dice))]
        const encoded = records.map(encode)
        const lengths = Uint32Array.from(encoded, (bytes) => bytes.length)
        const whole = packCommit({ bytes: Buffer.concat(encoded), lengths })
        const blob = dice.chance(8) ? dice.bytes(120) : damage(dice, whole)
        const count = dice.chance(8) ? dice.below(2 ** 16) : records.length
        const slice = { first: dice.below(3), end: dice.below(8) }
        const read = budget.count(() =>
          orCodecError(() => unpackCommit(blob, count, slice)),
        )
        if (read === undefined || read.some(({ ok }) => !ok)) damaged += 1
        return (read ?? []).every((item) => !item.ok || isSame(item, encoded))
      }),
      { numRuns },
    )
    expect(damaged).toBeGreaterThan(numRuns / 10)
    expect(budget.verdict(numRuns)).toBe('kept')
  },
  timeout,
)

function isSame(
  { record, index }: { readonly record: LogRecord; readonly index: number },
  encoded: readonly Buffer[],
): boolean {
  return encoded[index]?.equals(encode(record)) ?? false
}
