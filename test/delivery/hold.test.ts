import { expect, it } from 'vitest'
import {
  dropDeliveries,
  holdDeliveries,
  readHold,
  releaseDeliveries,
  waitingDeliveries,
} from '../../src/delivery/hold.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { earlier, HOUR, later, SECOND } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { openFixture } from './fixture.ts'

it('sends nothing while deliveries are held, and everything once they are released', async () => {
  await using here = await openFixture()
  const { database, clock } = here
  await using outbox = createOutbox(here.parts())
  const since = clock.now()
  expect(await readHold(database)).toBeUndefined()
  await holdDeliveries(database, { since, why: 'restored' })
  clock.advance(SECOND)
  // Whoever holds what is held already changes nothing.
  await holdDeliveries(database, { since: clock.now(), why: 'by hand' })
  expect(await readHold(database)).toEqual({ since, why: 'restored' })

  await here.put('stale', { dueAt: earlier(clock.now(), HOUR) })
  await here.put('fresh')
  await here.put('next', { dueAt: later(clock.now(), HOUR) })
  expect(await outbox.drain()).toBe(0)
  expect(here.letters).toEqual([])
  expect(await waitingDeliveries(database)).toEqual([
    {
      organisation: north,
      kind: 'greeting',
      count: 3,
      oldestDue: earlier(clock.now(), HOUR),
    },
  ])

  const now = clock.now()
  expect(await dropDeliveries(database, { before: now, now })).toBe(1)
  expect(await releaseDeliveries(database)).toBe(true)
  expect(await releaseDeliveries(database)).toBe(false)
  expect(await outbox.drain()).toBe(1)
  expect(here.letters.map(({ id }) => id)).toEqual(['fresh'])
  const stale = (await here.rows()).find(({ id }) => id === 'stale')
  expect(stale).toMatchObject({
    delivered_at: null,
    failed_at: now,
    error: 'dropped by a person',
  })
})
