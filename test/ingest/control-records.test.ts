import { describe, expect, it } from 'vitest'
import { durationUs, HOUR, type TimeUs, timeUs } from '../../src/domain/time.ts'
import { type HandledControl, saveCheckpoint } from '../../src/ingest/checkpoint.ts'
import { north } from '../support/database.ts'
import { openField, second } from './field.ts'

const day = durationUs(24 * HOUR)

function timer(sequence: number, ingest: TimeUs): HandledControl {
  const position = { epoch: 'test', partition: 0, sequence, index: 0 } as const
  return {
    position,
    record: { kind: 'control', control: 'timer', organisation: north, ingest },
  }
}

describe('the control records that a checkpoint keeps', () => {
  it('are there once each, and go after 400 days with the next of their organisation', async () => {
    await using field = await openField()
    const { database } = field
    const save = async (controls: readonly HandledControl[], now: TimeUs) => {
      const position = { epoch: 'test', partition: 0, sequence: 9, index: 0 } as const
      await saveCheckpoint(database, { position, detectors: new Map(), controls, now })
    }
    const kept = async () => {
      const { query } = database.installation
      const rows = await query.selectFrom('control_record').select('sequence').execute()
      return rows.map(({ sequence }) => sequence).toSorted((a, b) => a - b)
    }
    const start = second(0)
    const first = [timer(1, start), timer(2, timeUs(start + day))]
    await save(first, start)
    await save(first, start)
    expect(await kept()).toEqual([1, 2])
    const later = timeUs(start + 400 * day)
    await save([], timeUs(later + 2 * day))
    expect(await kept()).toEqual([1, 2])
    await save([timer(3, later)], later)
    expect(await kept()).toEqual([1, 2, 3])
    await save([timer(4, later)], timeUs(later + 1))
    expect(await kept()).toEqual([2, 3, 4])
  })
})
