import { describe, expect, it } from 'vitest'
import { compilePoints, makesBadOf } from '../../src/devices/compile-type.ts'
import type { Message, Said } from '../../src/devices/message-reader.ts'
import { readSaid } from '../../src/devices/read-said.ts'
import type { PointId } from '../../src/domain/ids.ts'
import { flag } from '../../src/domain/reading.ts'
import { earlier, HOUR, later, MINUTE, SECOND } from '../../src/domain/time.ts'
import { atOnce, envelope, noon, typeWith } from '../support/devices.ts'

const type = typeWith({
  level: { path: '$.level', unit: 'm', range: [0, 6] },
  amps: { path: '$.amps', unit: 'A', optional: true },
})

/** What becomes of what a protocol says of the two points. */
function outcomeOf(said: Partial<Record<string, readonly Said[]>>, rest: object = {}) {
  const message: Message = {
    ok: true,
    partial: true,
    say: (key) => said[key] ?? [],
    ...rest,
  }
  const points = new Map(
    Object.keys(type.points).map((key, index) => [key, (index + 1) as PointId]),
  )
  return atOnce(
    readSaid(
      { envelope: envelope(''), device: { type, points }, version: 3 },
      {
        read: () => message,
        points: compilePoints(type, undefined),
        makesBad: makesBadOf(type),
      },
    ),
  )
}

describe('what a protocol says of points', () => {
  it('may be several values each with times of its own', () => {
    const source = earlier(noon, MINUTE)
    const server = earlier(noon, SECOND)
    const { readings, problems } = outcomeOf({
      level: [{ raw: 1, source, server }, { raw: 2, server }, { raw: 3 }],
    })
    expect(problems).toEqual([])
    expect(readings.map(({ value, effective }) => [value, effective])).toEqual([
      [1, source],
      [2, server],
      [3, noon],
    ])
    expect(readings[0]).toMatchObject({ source, server, flags: 0, typeVersion: 3 })
    expect(readings[2]).not.toHaveProperty('source')
  })

  it('keeps a bad value without a value, with its reason and its native code', () => {
    const { readings, problems } = outcomeOf({
      level: [{ raw: 1.2, quality: 'bad', code: 'comm_fault', native: 0x80310000 }],
    })
    expect(readings).toMatchObject([
      { value: null, quality: 'bad', code: 'comm_fault', native: 0x80310000 },
    ])
    expect(problems).toEqual([
      { reason: 'comm_fault', detail: 'level: the source calls it bad (0x80310000)' },
    ])
  })

  it('leaves an uncertain value uncertain, and out of range bad all the same', () => {
    const doubt = { quality: 'uncertain', code: 'stale', native: 0x40900000 } as const
    const { readings } = outcomeOf({
      level: [
        { raw: 2, ...doubt },
        { raw: 9, ...doubt },
      ],
    })
    expect(readings).toMatchObject([
      { value: 2, ...doubt },
      { value: null, quality: 'bad', code: 'out_of_range', native: 0x40900000 },
    ])
  })

  it('is missing only where the whole message should have said it', () => {
    expect(outcomeOf({}).readings).toEqual([])
    const { readings, problems } = outcomeOf({}, { partial: false })
    expect(readings.map(({ point, code }) => [point, code])).toEqual([[1, 'decode_error']])
    expect(problems.map(({ reason }) => reason)).toEqual(['missing'])
  })

  it.each([
    [
      'a source in the future, a server that is believed',
      later(noon, HOUR),
      earlier(noon, SECOND),
      earlier(noon, SECOND),
    ],
    ['both in the future', later(noon, HOUR), later(noon, HOUR), noon],
    ['no source and a server in the future', undefined, later(noon, HOUR), noon],
  ])('is doubted with %s', (_, source, server, effective) => {
    const { readings } = outcomeOf({
      level: [{ raw: 1, server, ...(source && { source }) }],
    })
    expect(readings).toMatchObject([
      { quality: 'uncertain', code: 'clock_suspect', effective, flags: flag.clockSuspect },
    ])
  })
})
