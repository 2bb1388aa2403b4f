import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Position } from '../../src/domain/position.ts'
import { createDecodedLog } from '../../src/ingest/decoded-log.ts'
import { north } from '../support/database.ts'
import { openField, said, startLamps, wholeLog } from './field.ts'

/** More than are let go at a time, and more than twice that. */
const MESSAGES = 2_500

it('gives everybody everything in order, whoever is ahead and whatever was let go', async () => {
  await using field = await openField()
  await startLamps(field, north)
  const messages = Array.from({ length: MESSAGES }, (_, at) =>
    said({ at, power: at, organisation: north }),
  )
  await Promise.all(messages.map((message) => field.log.append(message)))
  const positions = (await wholeLog(field.log)).map(({ position }) => position)
  // Each reads on to the end, one after the other.
  const toTheEnd = [0, 1, 2].flatMap((who) =>
    Array.from({ length: 4 }, () => ({ who, limit: 1_500, again: false })),
  )
  const step = fc.record({
    who: fc.nat(2),
    limit: fc.integer({ min: 1, max: 1_500 }),
    again: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const decoded = createDecodedLog(field.log, field.configurations)
      const readers = Array.from({ length: 3 }, () => ({
        source: decoded.reader(),
        after: undefined as Position | undefined,
        seen: 0,
      }))
      for (const { who, limit, again } of [...steps, ...toTheEnd]) {
        const reader = readers[who]
        if (reader === undefined) continue
        const { after } = reader
        const entries = await reader.source.read({ limit, ...(after && { after }) })
        const first = reader.seen
        expect(entries.map(({ position }) => position)).toEqual(
          positions.slice(first, first + entries.length),
        )
        // A batch that failed is read again.
        if (again) continue
        reader.seen += entries.length
        reader.after = entries.at(-1)?.position ?? after
      }
      expect(readers.map(({ seen }) => seen)).toEqual(readers.map(() => positions.length))
    }),
    { numRuns: 20 },
  )
})
