import { expect, it } from 'vitest'
import { rememberSubscriptions } from '../../src/gateway/broker-memory.ts'
import { openTestDatabase } from '../support/database.ts'

it('what a broker was asked for is remembered by connection, and the last of it', async () => {
  await using database = await openTestDatabase()
  const lights = rememberSubscriptions(database, 'lights')
  expect(await lights.load()).toEqual([])
  await lights.save(['v1/+/up'])
  await lights.save(['v2/+/up', 'Å/#'])
  expect(await lights.load()).toEqual(['v2/+/up', 'Å/#'])
  expect(await rememberSubscriptions(database, 'lights').load()).toEqual(['v2/+/up', 'Å/#'])
  expect(await rememberSubscriptions(database, 'pumps').load()).toEqual([])
})
