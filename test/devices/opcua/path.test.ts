import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matchesGlob, parsePath, segmentText } from '../../../src/devices/opcua/path.ts'

it.each([
  ['2:WetWell/2:Level', 'names its namespace by index (2)'],
  ['ns=2;s=Level', 'is a node id'],
  ['WetWell', 'has no namespace'],
  ['/p:WetWell', "begins at the device's root"],
  ['p:WetWell//p:Level', 'empty'],
  ['P:Level', 'is no prefix'],
  ['p:', 'no name'],
])('refuses %s', (text, says) => {
  const parsed = parsePath(text, 'device')
  expect(parsed.ok ? '' : parsed.why).toContain(says)
})

it('reads back what it writes, whatever a name holds', () => {
  const segment = fc.record({
    prefix: fc.constantFrom('0', 'p', 'pumps2'),
    name: fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }),
  })
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
      const text = segments.map(segmentText).join('/')
      expect(parsePath(text, 'device')).toEqual({ ok: true, segments })
    }),
    { numRuns: 2_000 },
  )
})

it('matches globs as a regular expression would', () => {
  const letters = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', '*') })
  const name = fc.string({ maxLength: 10, unit: fc.constantFrom('a', 'b') })
  fc.assert(
    fc.property(letters, name, (glob, text) => {
      const expected = new RegExp(`^${glob.replaceAll('*', '.*')}$`, 's').test(text)
      expect(matchesGlob(glob, text)).toBe(expected)
    }),
    { numRuns: 5_000 },
  )
})
