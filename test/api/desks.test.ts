import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDesks, type Desks } from '../../src/annunciation/desks.ts'
import { channelGone } from '../../src/annunciation/channel-state.ts'
import { deliveryListView, deskListView, deskTestView } from '../../src/api/desk-view.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'
import { catalogueOf, ladder, openFixture, type Fixture } from '../annunciation/fixture.ts'
import { anyTime } from '../annunciation/stage.ts'

const catalogue = catalogueOf({
  desks: {
    control: { ...ladder.desks.control, acknowledgeWithin: { 2: '2m' } },
  },
})

let alarms: Fixture
let api: TestApi
let desks: Desks

beforeAll(async () => {
  alarms = await openFixture({ desks: {} })
  alarms.catalogue = catalogue
  const { database, clock } = alarms
  desks = createDesks({
    database,
    clock,
    catalogue: async () => catalogue,
    calendar: () => anyTime,
  })
  api = await openTestApi({ desks })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await alarms[Symbol.asyncDispose]()
})

async function listed() {
  const answer = await api.ask('operations', { url: '/api/v1/desks' })
  expect(answer.statusCode).toBe(200)
  return deskListView.parse(answer.json()).desks
}

describe('a desk', () => {
  beforeEach(async () => {
    await using annunciator = alarms.annunciator()
    await alarms.announce('raised')
    await alarms.pass(annunciator, MINUTE)
  })

  it('is listed with its steps, what it calls for, and why the next step comes', async () => {
    expect(await listed()).toMatchObject([
      {
        id: 'control',
        steps: [
          { to: ['channel:crew', 'person:anna'], afterSeconds: 0 },
          { to: ['channel:boss'], afterSeconds: 600 },
        ],
        acknowledgeWithinSeconds: { 2: 120 },
        outOfOrder: [],
        underway: [{ occurrence: 'occurrence-1', priority: 2, step: 1, because: 'late' }],
      },
    ])
  })

  it('says what it told whom, and why', async () => {
    const url = '/api/v1/desks/control/deliveries'
    const answer = await api.ask('operations', { url })
    expect(deliveryListView.parse(answer.json()).deliveries).toMatchObject([
      { recipient: 'channel:crew', raised: 1, because: 'called' },
      { recipient: 'person:anna', raised: 1, because: 'called' },
    ])
  })

  it('that nobody knows has no messages and no test', async () => {
    for (const request of [
      { url: '/api/v1/desks/none/deliveries' },
      { url: '/api/v1/desks/none/test', method: 'POST' },
    ] as const)
      expect((await api.ask('operations', request)).statusCode).toBe(404)
  })
})

/** The receiver behind the boss's webhook answers 410 to the last message it got. */
async function bossIsGone(): Promise<void> {
  const { database, clock } = alarms
  const query = database.read(north)
  const telling = await query
    .selectFrom('telling')
    .select('id')
    .where('recipient', '=', 'channel:boss')
    .limit(1)
    .executeTakeFirstOrThrow()
  const gone = channelGone({ database, clock, catalogue: async () => catalogue })
  await gone(north, { payload: { telling: telling.id }, error: 'no such hook' })
}

describe('a channel that is out of order', () => {
  it('is shown, and taken back into use by a person', async () => {
    await using annunciator = alarms.annunciator()
    await alarms.pass(annunciator, MINUTE)
    await alarms.pass(annunciator, MINUTE)
    await bossIsGone()
    const [desk] = await listed()
    expect(desk?.outOfOrder).toEqual([
      { channel: 'boss', reason: expect.stringContaining('410 Gone') },
    ])

    const url = '/api/v1/channels/boss/enable'
    const enabled = await api.ask('operations', { method: 'POST', url })
    expect(enabled.json()).toEqual({ enabled: true })
    expect((await listed())[0]?.outOfOrder).toEqual([])
    const again = await api.ask('operations', { method: 'POST', url })
    expect(again.json()).toEqual({ enabled: false })
    const audit = await api.database
      .read(north)
      .selectFrom('audit')
      .select(['action', 'subject', 'actor'])
      .execute()
    expect(audit).toContainEqual({
      action: 'channel.enable',
      subject: 'boss',
      actor: 'user:operations',
    })
  })

  it('that nobody knows is not found', async () => {
    const url = '/api/v1/channels/none/enable'
    const answer = await api.ask('operations', { method: 'POST', url })
    expect(answer.statusCode).toBe(404)
  })
})

it('a test of a desk says of everybody how it went', async () => {
  const asked = api.ask('operations', {
    method: 'POST',
    url: '/api/v1/desks/control/test',
  })
  // Nobody sends here: time runs out instead.
  const running = { done: false }
  void asked.finally(() => (running.done = true))
  while (!running.done) {
    alarms.clock.advance(MINUTE)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { results } = deskTestView.parse((await asked).json())
  expect(results.map(({ recipient, how }) => `${recipient} ${how}`)).toEqual([
    'channel:crew waiting',
    'person:anna waiting',
    'channel:boss waiting',
  ])
})
