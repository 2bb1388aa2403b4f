import { describe, expect, it } from 'vitest'
import type { TimeUs } from '../../src/domain/time.ts'
import { findTime } from '../../src/ingest/log-search.ts'
import { north } from '../support/database.ts'
import { openField, said, second, type Field } from './field.ts'

/** Times of what stands behind the place that was found. */
async function heardFrom(
  { log }: Pick<Field, 'log'>,
  time: TimeUs,
): Promise<readonly number[]> {
  const { after } = await findTime(log, time)
  const entries = await log.read({ limit: 10_000, ...(after && { after }) })
  return entries.map(({ record }) => (record.ingest - second(0)) / 1_000_000)
}

describe('the place of a time in the log', () => {
  it('is found in few reads, wherever it is', async () => {
    await using field = await openField()
    expect(await findTime(field.log, second(5))).toEqual({
      after: undefined,
      oldest: undefined,
    })
    for (let at = 10; at < 60; at++) {
      await field.log.append(said({ at, power: 1, organisation: north }))
    }
    let reads = 0
    const log = {
      epoch: field.log.epoch,
      head: () => field.log.head(),
      read: (request: Parameters<Field['log']['read']>[0]) => {
        reads += 1
        return field.log.read(request)
      },
    }
    for (const time of [0, 9, 10, 11, 35, 58, 59, 60, 1_000]) {
      reads = 0
      const from = await heardFrom(
        { ...field, log: { ...field.log, ...log } },
        second(time),
      )
      expect(reads).toBeLessThanOrEqual(9)
      const wanted = Array.from({ length: 50 }, (_, n) => n + 10).filter((at) => at >= time)
      expect(from.filter((at) => at >= time)).toEqual(wanted)
      // A record or two before it do no harm.
      expect(from.length - wanted.length).toBeLessThanOrEqual(1)
    }
  })
})
