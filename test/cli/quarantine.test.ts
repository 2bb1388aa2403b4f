import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quarantineListView, type QuarantinedView } from '../../src/api/quarantine-view.ts'
import type { App } from '../../src/app.ts'
import { systemClock } from '../../src/clock.ts'
import { organisationId, type PointId } from '../../src/domain/ids.ts'
import { partitionOf } from '../../src/domain/position.ts'
import { keepCorrupt, keepReadings } from '../../src/ingest/quarantine/keep.ts'
import { reading } from '../ingest/memory-store.ts'
import { openDesk, rig, startListening, type Desk } from './run.ts'

const waterworks = organisationId.parse('waterworks')
let desk: Desk
let service: App
beforeAll(async () => {
  desk = await openDesk()
  service = await startListening(desk.data)
  await desk.run('apply', rig)
  const parts = { database: service.database, clock: systemClock }
  const place = { epoch: 'old log', partition: partitionOf(waterworks), sequence: 7 }
  // One that the store of now takes, and one that no store can.
  const refused = [
    reading(1, 1, 32.5),
    { ...reading(1, 2, 1), point: (2 ** 40) as PointId },
  ]
  await keepReadings(
    parts,
    refused.map((one, index) => ({
      organisation: waterworks,
      position: { ...place, index },
      reading: one,
      reason: 'field type conflict',
    })),
  )
  await keepCorrupt(parts, 'log', [{ sequence: 3, index: 1, reason: 'checksum' }])
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await desk[Symbol.asyncDispose]()
})

async function rows(...options: readonly string[]): Promise<readonly QuarantinedView[]> {
  const { code, out } = await desk.run('quarantine', 'list', '--json', ...options)
  expect(code).toBe(0)
  return quarantineListView.parse(JSON.parse(out)).rows
}

describe('gatuvakt quarantine', () => {
  it('lists readings and damaged records, of everybody or of one organisation', async () => {
    expect((await rows()).map(({ kind }) => kind).toSorted()).toEqual([
      'corrupt',
      'reading',
      'reading',
    ])
    expect(await rows('--organisation', 'waterworks')).toHaveLength(2)
    expect(await rows('--limit', '1')).toHaveLength(1)
    const { out } = await desk.run('quarantine', 'list')
    expect(out).toContain(
      'waterworks  point 1 = 32.5 at 2026-11-20T12:00:01.000Z: field type',
    )
    expect(out).toContain('-  commit 3 of the log, record 1: checksum')
  })

  it('shows one, and says when there is none', async () => {
    const [row] = await rows('--organisation', 'waterworks')
    const shown = await desk.run('quarantine', 'show', row?.id ?? '')
    expect(shown.code).toBe(0)
    expect(shown.out).toContain('reason        field type conflict')
    expect(shown.out).toContain('log           old log, commit 7, record')
    expect(await desk.run('quarantine', 'show', '0'.repeat(32))).toMatchObject({
      code: 4,
      err: expect.stringContaining('there is nothing with the id'),
    })
  })

  it('writes readings again, and reports for each what became of it', async () => {
    const both = await desk.run('quarantine', 'replay', '--all')
    expect(both.code).toBe(3)
    expect(both.out).toMatch(/^[0-9a-f]{32} {2}landed$/m)
    expect(both.out).toMatch(
      /^[0-9a-f]{32} {2}refused: a reading's point is 1099511627776$/m,
    )
    expect(both.out).toMatch(/^1 landed, 1 refused$/m)
    const [left] = await rows('--organisation', 'waterworks')
    expect(left).toMatchObject({ reading: { point: 2 ** 40 } })
    const again = await desk.run('quarantine', 'replay', left?.id ?? '', '--json')
    expect(again.code).toBe(3)
    expect(JSON.parse(again.out)).toMatchObject({
      rows: [{ id: left?.id, outcome: 'refused' }],
    })
  })

  it('refuses what cannot be written again, and a call that names nothing or too much', async () => {
    const corrupt = (await rows()).find(({ kind }) => kind === 'corrupt')
    expect(await desk.run('quarantine', 'replay', corrupt?.id ?? '')).toMatchObject({
      code: 3,
      err: expect.stringContaining('is no reading'),
    })
    for (const wrong of [[], ['--all', 'abc']]) {
      expect(await desk.run('quarantine', 'replay', ...wrong)).toMatchObject({
        code: 3,
        err: expect.stringContaining('ids or --all'),
      })
    }
  })
})
