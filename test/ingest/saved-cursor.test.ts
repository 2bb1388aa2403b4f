import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { projectorCursor } from '../../src/ingest/projector/saved-cursor.ts'
import { openTestDatabase } from '../support/database.ts'

it('the place of the projector is kept, and the last of it', async () => {
  await using database = await openTestDatabase()
  const cursor = projectorCursor(database, systemClock)
  expect(await cursor.load()).toBeUndefined()
  const first = { epoch: 'e', partition: 3, sequence: 17, index: 4 }
  await cursor.save(first)
  expect(await projectorCursor(database, systemClock).load()).toEqual(first)
  await cursor.save({ ...first, sequence: 18, index: 0 })
  expect(await cursor.load()).toEqual({ ...first, sequence: 18, index: 0 })
  await cursor.save(undefined)
  expect(await cursor.load()).toBeUndefined()
})
