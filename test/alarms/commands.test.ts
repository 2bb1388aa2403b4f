import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alarmId } from '../../src/alarms/ids.ts'
import { LONGEST_COMMENT } from '../../src/alarms/refusals.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import {
  everything,
  lamp,
  lampKey,
  openFixture,
  said,
  take,
  type Fixture,
} from './fixture.ts'

const anna = 'user:anna'
const hatchKey = { ...lampKey, rule: 'hatch-open', asset: 'pump-3' }
const hatch = alarmId(hatchKey)

describe('a duty officer', () => {
  let here: Fixture
  beforeEach(async () => {
    here = await openFixture()
    await take(here, said(1, 'raised'))
  })
  afterEach(async () => {
    await here[Symbol.asyncDispose]()
  })

  it('acknowledges an alarm, with a comment, and the journal says who and when', async () => {
    here.clock.advance(MINUTE)
    const comment = 'Contractor is called'
    const acknowledged = await here.alarms.acknowledge(north, lamp, {
      actor: anna,
      raise: 1,
      comment,
    })
    expect(acknowledged).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: anna,
      acknowledgedAt: '2026-11-20T12:01:00.000Z',
      raisedAt: '2026-11-20T12:01:00.000Z',
      because: [{ role: 'power' }],
    })
    expect((await here.alarms.journal(north, lamp))[1]).toMatchObject({
      sequence: 2,
      event: 'acknowledge',
      from: 'unacknowledged',
      to: 'acknowledged',
      actor: anna,
      comment,
    })
  })

  it('closes with the acknowledgement what had already returned to normal', async () => {
    await take(here, said(2, 'cleared'))
    const after = await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    expect(after).toMatchObject({ state: 'normal', clearedAt: '2026-11-20T12:02:00.000Z' })
    expect(await everything(here)).toMatchObject({
      occurrence: [{ close_reason: 'acknowledged', acknowledged_by: anna }],
    })
  })

  it('is told when a colleague was faster, and nothing changes', async () => {
    await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    const before = await everything(here)
    await expect(
      here.alarms.acknowledge(north, lamp, { actor: 'user:bo', raise: 1 }),
    ).rejects.toMatchObject({
      details: {
        kind: 'conflict',
        facts: { refusal: 'already_acknowledged', state: 'acknowledged', raise: 1 },
      },
    })
    expect(await everything(here)).toEqual(before)
  })

  it('cannot acknowledge a raise that has not been seen', async () => {
    await take(here, said(2, 'cleared'), said(3, 'raised'))
    await expect(
      here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 }),
    ).rejects.toMatchObject({ details: { facts: { refusal: 'another_raise', raise: 2 } } })
  })

  it('is refused a comment that is a book', async () => {
    const comment = 'a'.repeat(LONGEST_COMMENT + 1)
    await expect(
      here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1, comment }),
    ).rejects.toMatchObject({ details: { kind: 'too_large', where: 'comment' } })
  })

  it('opens a case for an alarm whose rule leaves that to people, once', async () => {
    await take(here, said(2, 'raised', { key: hatchKey }))
    expect((await here.alarms.get(north, hatch)).case).toBeNull()
    const opened = await here.alarms.openCase(north, hatch, anna)
    expect((await here.alarms.get(north, hatch)).case?.id).toBe(opened.case)
    await expect(here.alarms.openCase(north, hatch, anna)).rejects.toMatchObject({
      details: { kind: 'conflict', facts: { refusal: 'has_case' } },
    })
    await take(here, said(3, 'cleared', { key: hatchKey }))
    const told = [...(await here.told()).keys()]
    expect(told.filter((name) => name.startsWith('cleared'))).toHaveLength(1)
  })

  it('cannot open a case for an alarm that is over', async () => {
    await take(
      here,
      said(2, 'raised', { key: hatchKey }),
      said(3, 'withdrawn', { key: hatchKey }),
    )
    await expect(here.alarms.openCase(north, hatch, anna)).rejects.toMatchObject({
      details: { kind: 'conflict', facts: { refusal: 'not_open' } },
    })
  })

  it('of another municipality finds no such alarm', async () => {
    const missing = { details: { kind: 'not_found' } }
    const acknowledgement = { actor: anna, raise: 1 }
    await expect(here.alarms.get(south, lamp)).rejects.toMatchObject(missing)
    await expect(
      here.alarms.acknowledge(south, lamp, acknowledgement),
    ).rejects.toMatchObject(missing)
    await expect(here.alarms.openCase(south, lamp, anna)).rejects.toMatchObject(missing)
    expect(await here.alarms.journal(south, lamp)).toEqual([])
    expect(await here.alarms.list(south, { which: 'all', limit: 10 })).toEqual([])
  })

  it('and a colleague who acknowledge at the same moment: one of them is told', async () => {
    const both = await Promise.allSettled(
      [anna, 'user:bo'].map((actor) =>
        here.alarms.acknowledge(north, lamp, { actor, raise: 1 }),
      ),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})

function of(asset: string, rule = 'lamp-dark') {
  return { key: { ...lampKey, rule, asset } }
}

describe('the list of alarms', () => {
  it('has the open ones first, the urgent before the rest, the unseen before the seen', async () => {
    await using here = await openFixture()
    await take(
      here,
      said(1, 'raised', of('old')),
      said(2, 'raised', of('seen')),
      said(3, 'raised', of('new')),
      said(4, 'raised', of('over')),
      said(5, 'withdrawn', of('over')),
      said(6, 'raised', of('urgent', 'hatch-open')),
    )
    const seen = alarmId(of('seen').key)
    await here.alarms.acknowledge(north, seen, { actor: anna, raise: 1 })
    const all = await here.alarms.list(north, { which: 'all', limit: 100 })
    const assets = (views: typeof all) => views.map(({ asset }) => asset.id)
    expect(assets(all)).toEqual(['urgent', 'new', 'old', 'seen', 'over'])
    const open = await here.alarms.list(north, { which: 'open', limit: 100 })
    expect(assets(open)).toEqual(['urgent', 'new', 'old', 'seen'])
    const two = await here.alarms.list(north, { which: 'open', limit: 2 })
    expect(assets(two)).toEqual(['urgent', 'new'])
    const one = await here.alarms.list(north, { which: 'all', asset: 'over', limit: 9 })
    expect(one).toMatchObject([{ state: 'normal', raisedAt: '2026-11-20T12:04:00.000Z' }])
  })

  it('does not fill the list with what stands in old data only', async () => {
    await using here = await openFixture()
    await take(here, said(1, 'raised', { historical: true }))
    expect(await here.alarms.list(north, { which: 'open', limit: 9 })).toEqual([])
    expect(await here.alarms.list(north, { which: 'all', limit: 9 })).toHaveLength(1)
    await take(here, said(2, 'announced'))
    expect(await here.alarms.list(north, { which: 'open', limit: 9 })).toHaveLength(1)
  })

  it('calls the assets by their names', async () => {
    await using here = await openFixture()
    await take(here, said(1, 'raised'))
    await here.database.write(north, 'normal', ({ query, organisation }) =>
      query
        .insertInto('asset')
        .values({
          organisation,
          id: 'lamp-17',
          slug: 'lamp-17',
          name: 'Storgatan 17',
          type: 'Streetlight',
          lat: null,
          lon: null,
          owner: null,
          maintainer: null,
          public: 1,
          search: 'storgatan 17',
          valid_from: here.clock.now(),
        })
        .execute(),
    )
    const [first] = await here.alarms.list(north, { which: 'open', limit: 1 })
    expect(first?.asset).toEqual({
      id: 'lamp-17',
      name: 'Storgatan 17',
      type: 'Streetlight',
    })
  })
})
