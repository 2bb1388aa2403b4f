import { describe, expect, it } from 'vitest'
import { flag } from '../../src/domain/reading.ts'
import { earlier, later, MINUTE, durationUs, timeUs } from '../../src/domain/time.ts'
import { at, first, noon, typeWith } from '../support/devices.ts'

const seconds = (us: number) => us / 1_000_000
const timed = (format: string) =>
  typeWith({ p: { path: '$.p' } }, { time: { path: '$.ts', format } })

describe('the time of a message', () => {
  it.each([
    ['epoch_s', '1795176000.5', '2026-11-20T12:00:00.500Z'],
    ['epoch_ms', '1795176000500', '2026-11-20T12:00:00.500Z'],
    ['epoch_us', '1795176000500000', '2026-11-20T12:00:00.500Z'],
    ['iso', '"2026-11-20T13:00:00.500+01:00"', '2026-11-20T12:00:00.500Z'],
  ])('is read as %s', (format, ts, expected) => {
    const reading = first(timed(format), `{"p":1,"ts":${ts}}`)
    expect(reading).toMatchObject({
      effective: at(expected),
      source: at(expected),
      flags: 0,
    })
  })

  it.each([
    ['epoch_s', '"1795176000"'],
    ['epoch_s', '1e300'],
    ['epoch_s', '1e999'],
    ['epoch_s', '[1795176000]'],
    ['epoch_s', 'null'],
    ['iso', '"yesterday"'],
    ['iso', '"2026-11-20T12:00:00"'],
    ['iso', '1795176000'],
  ])('that is no time in %s (%s) gives the time of arrival, uncertain', (format, ts) => {
    expect(first(timed(format), `{"p":1,"ts":${ts}}`)).toMatchObject({
      reasons: ['bad_time'],
      effective: noon,
      quality: 'uncertain',
      code: 'clock_suspect',
      flags: flag.clockSuspect,
    })
  })

  it.each([
    ['more than two minutes ahead', later(noon, durationUs(2 * MINUTE + 1_000_000))],
    ['from 1970', timeUs(5_000_000)],
    ['from 2000', at('2000-01-01T00:00:10Z')],
  ])('%s is not believed but kept', (_, source) => {
    expect(first(timed('epoch_s'), `{"p":1,"ts":${seconds(source)}}`)).toMatchObject({
      reasons: [],
      value: 1,
      effective: noon,
      source,
      quality: 'uncertain',
      code: 'clock_suspect',
      flags: flag.clockSuspect,
    })
  })

  it('leaves a bad value bad when the clock is wrong too', () => {
    expect(first(timed('epoch_s'), '{"p":"x","ts":0}')).toMatchObject({
      quality: 'bad',
      code: 'decode_error',
      flags: flag.clockSuspect,
    })
  })

  it('two minutes ahead and five minutes late are ordinary', () => {
    for (const source of [
      later(noon, durationUs(2 * MINUTE)),
      earlier(noon, durationUs(5 * MINUTE)),
    ]) {
      const reading = first(timed('epoch_s'), `{"p":1,"ts":${seconds(source)}}`)
      expect(reading).toMatchObject({ effective: source, flags: 0, quality: 'good' })
    }
  })

  it('older than five minutes is historical', () => {
    const source = earlier(noon, durationUs(5 * MINUTE + 1_000_000))
    const reading = first(timed('epoch_s'), `{"p":1,"ts":${seconds(source)}}`)
    expect(reading).toMatchObject({ effective: source, flags: flag.historical })
  })

  it('is the time of arrival for a type that sends none', () => {
    const reading = first(typeWith({ p: { path: '$.p' } }), '{"p":1}')
    expect(reading).toMatchObject({ effective: noon, flags: 0 })
    expect(reading).not.toHaveProperty('source')
  })
})
