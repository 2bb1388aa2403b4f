import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import {
  getQuarantined,
  listQuarantine,
  replayQuarantined,
} from '../../src/ingest/quarantine.ts'
import { keepCorrupt, keepReadings, MOST_KEPT } from '../../src/ingest/quarantine/keep.ts'
import { systemRandom } from '../../src/random.ts'
import { addOrganisations, north } from '../support/database.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { createMemoryStore, place, reading } from './memory-store.ts'

describeWithService('postgres', await findPostgres(), (start) => {
  it('the quarantine is bounded, paged and emptied as in the embedded database', async () => {
    await using server = await start()
    await using database = await openPostgresDatabase({
      url: await server.createDatabase(),
      clock: systemClock,
      random: systemRandom,
      realTime: systemClock,
    })
    await addOrganisations(database)
    const parts = { database, clock: systemClock }
    const refused = Array.from({ length: MOST_KEPT + 5 }, (_, n) => ({
      organisation: north,
      position: place(n + 1),
      reading: reading(1, n + 1, 'on'),
      reason: 'field type conflict',
    }))
    await keepReadings(parts, refused)
    await keepReadings(parts, refused.slice(0, 10))
    await keepCorrupt(parts, 'log', [{ sequence: 1, reason: 'checksum' }])
    await keepCorrupt(parts, 'log', [{ sequence: 1, reason: 'checksum' }])

    const kinds: string[] = []
    const ids: string[] = []
    let before: string | undefined
    do {
      const page = await listQuarantine(database, {
        limit: 500,
        ...(before !== undefined && { before }),
      })
      for (const { kind, id } of page.rows) {
        kinds.push(kind)
        ids.push(id)
      }
      before = page.next
    } while (before !== undefined)
    expect(new Set(ids).size).toBe(MOST_KEPT + 2)
    expect(kinds.filter((kind) => kind === 'reading')).toHaveLength(MOST_KEPT)
    expect(kinds.filter((kind) => kind === 'corrupt')).toHaveLength(1)
    const more = ids[kinds.indexOf('more')] ?? ''
    expect(await getQuarantined(database, more)).toMatchObject({ count: 5 })

    const one = await getQuarantined(database, ids[kinds.indexOf('reading')] ?? '')
    const store = createMemoryStore()
    expect(await replayQuarantined({ database, store }, one)).toMatchObject({
      outcome: 'landed',
    })
    await expect(getQuarantined(database, one.id)).rejects.toThrow('there is nothing')
  }, 60_000)
})
