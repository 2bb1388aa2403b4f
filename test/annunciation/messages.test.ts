import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { disabledChannels, enableChannel } from '../../src/annunciation/channel-state.ts'
import { GoneError } from '../../src/delivery/letter.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { catalogueOf, type Fixture } from './fixture.ts'
import { boss, crew, openPost, sms, written, type Post } from './post.ts'

let post: Post
let here: Fixture
beforeEach(async () => {
  post = await openPost()
  here = post.here
})
afterEach(async () => {
  await post[Symbol.asyncDispose]()
})

describe('what is sent', () => {
  it('says priority, what, where and since when, in the language of the desk', async () => {
    await using annunciator = here.annunciator()
    await using out = post.outbox()
    await here.announce('raised', { priority: 1 })
    await annunciator.look()
    await out.drain()
    expect(post.letters.map(({ to }) => to).toSorted()).toEqual([
      'crew@example.se',
      'night@example.se',
    ])
    expect(post.letters[0]?.subject).toBe(
      'P1 Larm: Pumpen står, Pump 1, sedan 20 november 13:00',
    )
    expect(post.letters[0]?.text).toContain('https://vakt.example/console/alarms/alarm-1')
    const hook = post.calls.find(({ url }) => url === boss.url)
    expect(hook).toMatchObject({ secret: 'boss', contentType: 'application/json' })
    expect(JSON.parse(hook?.body ?? '')).toMatchObject({
      type: 'gatuvakt.alarms',
      timestamp: '2026-11-20T12:00:00.000Z',
      data: {
        organisation: 'north',
        desk: 'control',
        sequence: 1,
        more: 0,
        alarms: [
          {
            what: 'raised',
            alarm: 'alarm-1',
            occurrence: 'occurrence-1',
            priority: 1,
            rule: { id: 'pump-stopped', name: 'Pumpen står' },
            asset: { id: 'pump-1', name: 'Pump 1' },
            raisedAt: '2026-11-20T12:00:00.000Z',
            clearedAt: null,
          },
        ],
      },
    })
    const texts = post.calls.filter(({ url }) => url === sms.url)
    expect(
      texts
        .map(({ body }) => new URLSearchParams(body).get('to') ?? '')
        .toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(sms.numbers)
    expect(texts[0]).toMatchObject({ authorization: 'gateway' })
    expect(new URLSearchParams(texts[0]?.body).get('message')).toContain(
      'P1 Larm: Pumpen står',
    )
  })

  it('holds no personal data until it is sent', async () => {
    await using annunciator = here.annunciator()
    await here.announce('raised', { priority: 1 })
    await annunciator.look()
    const rows = await here.database.read(north).selectFrom('outbox').selectAll().execute()
    expect(rows).toHaveLength(5)
    expect(JSON.stringify(rows)).not.toMatch(/example|\+46/)
  })

  it('goes to nobody who has left the configuration meanwhile', async () => {
    await using annunciator = here.annunciator()
    await using out = post.outbox()
    await here.announce('raised', { priority: 1 })
    await annunciator.look()
    here.catalogue = catalogueOf({ ...written, channels: { boss, phones: sms } })
    await out.drain()
    expect(post.letters).toEqual([])
    expect(post.calls).toHaveLength(3)
  })

  it('names fifty alarms and counts the others', async () => {
    await using annunciator = here.annunciator()
    await using out = post.outbox()
    for (let n = 1; n <= 60; n += 1) {
      await here.announce('raised', {
        alarm: `alarm-${n}`,
        occurrence: `occurrence-${n}`,
        priority: n === 60 ? 2 : 3,
      })
    }
    await here.pass(annunciator, MINUTE)
    await out.drain()
    expect(post.letters[0]?.subject).toBe(
      'P2 Larm: Pumpen står, Pump 1, sedan 20 november 13:00, och 59 till',
    )
    const hook: unknown = JSON.parse(
      post.calls.find(({ url }) => url === boss.url)?.body ?? '',
    )
    expect(hook).toMatchObject({ data: { more: 10 } })
  })
})

describe('a channel whose receiver is gone', () => {
  it('is out of order until it has another address, and steps pass over it', async () => {
    await using annunciator = here.annunciator()
    await using out = post.outbox()
    post.refuse = ({ url }) =>
      url === boss.url ? new GoneError('the receiver answered 410') : undefined
    await here.announce('raised', { priority: 1 })
    await annunciator.look()
    await out.drain()
    const query = here.database.read(north)
    expect([...(await disabledChannels(query, here.catalogue)).keys()]).toEqual(['boss'])
    expect(
      await query.selectFrom('ingest_problem').select(['source', 'reason']).execute(),
    ).toEqual([{ source: 'channel/boss', reason: 'channel_gone' }])
    await here.announce('raised', {
      alarm: 'alarm-2',
      occurrence: 'occurrence-2',
      asset: 'elsewhere',
      priority: 1,
    })
    await annunciator.look()
    expect(
      (await here.told()).filter((line) => line.startsWith('channel:boss')),
    ).toHaveLength(1)
    const moved = { ...boss, url: 'https://boss.example/other' }
    here.catalogue = catalogueOf({
      ...written,
      channels: { crew, boss: moved, phones: sms },
    })
    expect((await disabledChannels(query, here.catalogue)).size).toBe(0)
  })

  it('is taken back by a person', async () => {
    await using out = post.outbox()
    await using annunciator = here.annunciator()
    post.refuse = () => new GoneError('gone')
    await here.announce('raised', { priority: 1 })
    await annunciator.look()
    await out.drain()
    expect(await enableChannel(here.database, north, 'boss')).toBe(true)
    expect(await enableChannel(here.database, north, 'boss')).toBe(false)
  })
})
