import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDecoder } from '../../src/devices/decode.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { atOnce, envelope, lamp, noon } from '../support/devices.ts'

describe('whatever a device sends', () => {
  const points = new Map(Object.keys(lamp.points).map((key, index) => [key, index + 1]))
  const decoder = createDecoder({
    version: 1,
    devices: new Map([['lamp-17', { type: lamp, points: points as never }]]),
  })

  function expectSane(payload: Uint8Array) {
    const message = envelope(payload)
    const once = atOnce(decoder(message))
    expect(decoder(message)).toEqual(once)
    const { readings } = once
    const bad = readings.filter(({ quality }) => quality === 'bad')
    expect(once.problems.length > 0 || bad.length === 0).toBe(true)
    expect(once.problems.length).toBeLessThanOrEqual(5)
    for (const { value, quality, effective } of readings) {
      expect(typeof value !== 'number' || Number.isFinite(value)).toBe(true)
      expect(value === null).toBe(quality === 'bad')
      expect(effective).toBeLessThanOrEqual(noon + 2 * MINUTE)
    }
  }

  it('bytes are decoded without throwing, the same way every time', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectSane), {
      numRuns: 10_000,
    })
  })

  it('JSON is decoded without throwing, the same way every time', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.double(),
      fc.integer(),
      fc.string(),
      fc.boolean(),
    )
    const message = fc.record(
      { ts: value, p: value, st: value, f: value, note: value, other: fc.jsonValue() },
      { requiredKeys: [] },
    )
    const payload = fc.oneof(
      message.map((m) => JSON.stringify(m)),
      fc.json(),
    )
    fc.assert(
      fc.property(payload, (text) => expectSane(new TextEncoder().encode(text))),
      { numRuns: 10_000 },
    )
  })
})
