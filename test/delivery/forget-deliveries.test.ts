import { expect, it } from 'vitest'
import { deliveriesOf, putTelling } from '../../src/annunciation/tellings.ts'
import { DELIVERIES_KNOWN, oldDeliveries } from '../../src/delivery/forget-deliveries.ts'
import { startForgetting } from '../../src/forgetting/start-forgetting.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import { durationUs, earlier, HOUR, timeUs, type TimeUs } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import { until } from '../support/until.ts'
import { forgetAll } from '../support/forget-all.ts'
import { greet, openFixture, type Fixture } from './fixture.ts'

/** When a row was delivered and given up; both for a letter that came back. */
type Ends = Partial<Record<'delivered_at' | 'failed_at', TimeUs>>

async function put(fixture: Fixture, id: string, ends: Ends = {}): Promise<void> {
  await fixture.put(id, { dueAt: timeUs(0) })
  await fixture.database.write(north, 'normal', ({ query }) =>
    query
      .updateTable('outbox')
      .set({ attempts: 1, ...ends })
      .where('id', '=', id)
      .execute(),
  )
}

async function left(fixture: Fixture): Promise<readonly string[]> {
  return (await fixture.rows()).map(({ id }) => id)
}

it('forgets what ended more than 100 days ago, and nothing that waits', async () => {
  await using fixture = await openFixture()
  const { clock, database } = fixture
  const known = earlier(clock.now(), DELIVERIES_KNOWN)
  const old = earlier(known, durationUs(1))
  await put(fixture, 'delivered', { delivered_at: old })
  await put(fixture, 'failed', { failed_at: old })
  await put(fixture, 'kept-came-back', { delivered_at: old, failed_at: known })
  await put(fixture, 'kept-delivered', { delivered_at: known })
  await put(fixture, 'kept-failed', { failed_at: known })
  await put(fixture, 'kept-waiting')
  expect(await forgetAll(oldDeliveries, database, clock.now())).toBe(2)
  const kept = ['kept-came-back', 'kept-delivered', 'kept-failed', 'kept-waiting']
  expect(await left(fixture)).toEqual(kept)
  expect(await forgetAll(oldDeliveries, database, clock.now())).toBe(0)
})

it('keeps a letter whose conversation is known, and what belongs to others', async () => {
  await using fixture = await openFixture()
  const { clock, database } = fixture
  const old = earlier(clock.now(), durationUs(DELIVERIES_KNOWN + 1))
  await put(fixture, 'gone', { delivered_at: old })
  await put(fixture, 'letter', { delivered_at: old })
  await database.write(north, 'normal', ({ query }) =>
    query
      .insertInto('letter_window')
      .values({
        organisation: north,
        id: 'letter',
        receiver: 'r',
        case: 'c',
        from_sequence: 1,
        opened_at: old,
      })
      .execute(),
  )
  await database.write(south, 'normal', async (work) => {
    await enqueue(work, { id: 'gone', kind: 'greeting', payload: {}, dueAt: old })
    await work.query.updateTable('outbox').set({ delivered_at: old }).execute()
  })
  expect(await forgetAll(oldDeliveries, database, clock.now())).toBe(1)
  expect(await left(fixture)).toEqual(['letter'])
  const others = await database.read(south).selectFrom('outbox').select('id').execute()
  expect(others).toEqual([{ id: 'gone' }])
})

it('walks over any number of them', async () => {
  await using fixture = await openFixture()
  const { clock, database } = fixture
  const old = earlier(clock.now(), durationUs(DELIVERIES_KNOWN + 1))
  const rows = Array.from({ length: 2_700 }, (_, at) => ({
    id: `row-${at}`,
    kind: 'greeting',
    payload: {},
    dueAt: old,
  }))
  await database.write(north, 'normal', async (work) => {
    await enqueue(work, ...rows)
    await work.query
      .updateTable('outbox')
      .set({ delivered_at: old })
      .where('id', 'not like', '%7')
      .execute()
  })
  expect(await forgetAll(oldDeliveries, database, clock.now())).toBe(2_430)
  expect(await left(fixture)).toHaveLength(270)
})

it('runs by itself; what the outbox delivered or gave up goes, and what it shall send it sends', async () => {
  await using fixture = await openFixture()
  const { clock } = fixture
  const failures: unknown[] = []
  const renderers = { greeting: greet, broken: () => Promise.reject(new Error('no')) }
  await using outbox = createOutbox(fixture.parts({ renderers }))
  await fixture.put('now')
  await fixture.put('broken', { kind: 'broken' })
  await fixture.put('later', { dueAt: timeUs(clock.now() + 2 * DELIVERIES_KNOWN) })
  while (
    (await fixture.rows()).some((row) => row.id === 'broken' && row.failed_at === null)
  ) {
    await outbox.drain()
    clock.advance(durationUs(26 * HOUR))
  }
  await using _ = startForgetting({
    database: fixture.database,
    clock,
    organisations: () => Promise.resolve([north]),
    tables: [oldDeliveries],
    failed: (error) => failures.push(error),
  })
  clock.advance(HOUR)
  await until(() => clock.pending() > 0)
  expect(await left(fixture)).toEqual(['broken', 'later', 'now'])
  clock.advance(DELIVERIES_KNOWN)
  await until(() => clock.pending() > 0)
  clock.advance(HOUR)
  await until(async () => (await left(fixture)).length === 1)
  expect(await left(fixture)).toEqual(['later'])
  await until(() => clock.pending() > 0)
  clock.advance(DELIVERIES_KNOWN)
  expect(await outbox.drain()).toBe(1)
  expect(failures).toEqual([])
})

it('a message of a desk whose rows went is not shown as one that nobody got', async () => {
  await using fixture = await openFixture()
  const { database, clock } = fixture
  const at = earlier(clock.now(), durationUs(DELIVERIES_KNOWN + 1))
  const told = { desk: 'd', group: 'g', kind: 'test', at, items: [] } as const
  const channel = { kind: 'mail', name: 'M', addresses: ['a@b.example'], recoveries: true }
  const catalogue = { channels: new Map([['m', channel]]), people: new Map() }
  await database.write(north, 'normal', async (work) => {
    const parts: unknown = catalogue
    const known = parts as Parameters<typeof putTelling>[1]
    const telling = { ...told, recipient: 'channel:m', sequence: 1 }
    await putTelling(work, known, { ...telling, id: 'told' })
    await putTelling(work, known, { ...telling, id: 'nobody', recipient: 'channel:gone' })
    await work.query.updateTable('outbox').set({ delivered_at: at }).execute()
  })
  const asked = ['told', 'nobody']
  const before = await deliveriesOf(database.read(north), asked)
  expect(before.get('told')).toMatchObject([{ state: 'delivered' }])
  expect(before.get('nobody')).toEqual([])
  expect(await forgetAll(oldDeliveries, database, clock.now())).toBe(1)
  const after = await deliveriesOf(database.read(north), asked)
  expect([...after.keys()]).toEqual(['nobody'])
})
