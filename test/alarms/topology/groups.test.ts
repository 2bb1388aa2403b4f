import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alarmId } from '../../../src/alarms/ids.ts'
import { GATHERED } from '../../../src/alarms/topology/gathering.ts'
import { groupsUnder, neededGroups } from '../../../src/alarms/topology/groups.ts'
import { north } from '../../support/database.ts'
import { lamps, openStreet, street, streetRules, type Street } from './street.ts'

let here: Street
beforeEach(async () => {
  here = await openStreet(10, true)
})
afterEach(() => here[Symbol.asyncDispose]())

const far = (count: number): readonly string[] =>
  lamps(count).map((lamp) => lamp.replace('lamp', 'far'))

const ofStation = alarmId({
  organisation: north,
  rule: 'dark',
  asset: 'station',
  discriminator: GATHERED,
})

function raises(asset: string, discriminator?: string): number {
  return here.heardOf(asset, discriminator).filter((kind) => kind === 'raised').length
}

describe('groups', () => {
  it('are one alarm of what their assets hang on, whatever comes first', async () => {
    await here.say('raised', ...lamps(10))
    await here.pass(10)
    await here.say('raised', ...far(10))
    await here.pass(300)
    expect(raises('station', GATHERED)).toBe(1)
    expect(raises('cabinet', GATHERED) + raises('other', GATHERED)).toBe(0)
    for (const lamp of [...lamps(10), ...far(10)]) expect(here.heardOf(lamp)).toEqual([])
  })

  it('have one case that lists the assets, also those that come later', async () => {
    await here.say('raised', ...lamps(10))
    await here.say('raised', ...far(6))
    await here.pass(120)
    await here.say('raised', 'far-7', 'far-8')
    await here.pass(120)
    const told = [...(await here.told()).keys()]
    expect(told.filter((one) => one.startsWith('confirm'))).toHaveLength(1)
    const listed = told.flatMap((one) => /^gathered case of (\S+) (\d+)$/.exec(one) ?? [])
    expect(told.filter((one) => one.startsWith('gathered'))).not.toEqual([])
    expect(listed.filter((one) => one === '16')).toHaveLength(1)
    expect(listed.filter((one) => one === '2')).toHaveLength(1)
  })

  it('are told for themselves when there is but one, or when one comes much later', async () => {
    await here.say('raised', ...lamps(10))
    await here.pass(120)
    expect(raises('cabinet', GATHERED)).toBe(1)
    await here.say('raised', ...far(10))
    await here.pass(120)
    expect(raises('other', GATHERED)).toBe(1)
    expect(raises('station', GATHERED)).toBe(0)
  })

  it('name what they were made of, the first 20, and count the rest', async () => {
    await here.say('raised', ...lamps(10))
    const why = await here.alarms.why(
      north,
      alarmId({
        organisation: north,
        rule: 'dark',
        asset: 'cabinet',
        discriminator: GATHERED,
      }),
    )
    const [count, ...members] = why.evidence
    expect(count).toMatchObject({ value: 10, condition: GATHERED, limit: 5 })
    expect(members.map(({ value }) => value)).toEqual(lamps(10).toSorted())
    expect(why.alarm.because).toHaveLength(1)
    expect(why.alarm.gathered).toBe(10)
    await here.say('raised', ...far(10))
    const above = (await here.alarms.why(north, ofStation)).evidence
    expect(above.map(({ value }) => value)).toEqual([2, 'cabinet', 'other'])
  })

  it('are over with their last members, and what is left then is told for itself', async () => {
    await here.say('raised', ...lamps(10))
    await here.say('raised', ...far(10))
    await here.pass(120)
    await here.say('cleared', ...lamps(10))
    await here.pass(120)
    expect(here.heardOf('station', GATHERED).at(-1)).not.toBe('cleared')
    await here.say('cleared', ...far(9))
    await here.pass(200)
    expect(here.heardOf('station', GATHERED)).toContain('cleared')
    expect(here.heardOf('far-10')).toEqual(['raised'])
  })
})

describe('how many groups it takes', () => {
  const gather = streetRules['dark']?.gather
  if (gather === undefined) throw new Error('the rule gathers')

  it.each([
    [1, 2],
    [2, 2],
    [4, 2],
    [5, 3],
    [10, 5],
  ])('of %i: %i', (groups, expected) => {
    expect(neededGroups(gather, groups)).toBe(expected)
  })

  it('counts only assets with enough siblings to be gathered', () => {
    expect(groupsUnder(street(10, true), 'dark', gather, 'station')).toEqual([
      'cabinet',
      'other',
    ])
    expect(groupsUnder(street(4, true), 'dark', gather, 'station')).toEqual([])
  })
})
