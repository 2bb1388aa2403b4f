import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { north } from '../../support/database.ts'
import { lamps, openStreet, type Street } from './street.ts'

let street: Street
beforeEach(async () => {
  street = await openStreet()
})
afterEach(() => street[Symbol.asyncDispose]())

describe('an alarm with a cause', () => {
  it('waits a minute for its cause, then reaches people', async () => {
    await street.say('raised', 'lamp-1')
    expect(street.heardOf('lamp-1')).toEqual([])
    expect(await street.reasons('lamp-1')).toEqual(['held'])
    await street.pass(55)
    expect(street.heardOf('lamp-1')).toEqual([])
    await street.pass(5)
    expect(street.heardOf('lamp-1')).toEqual(['raised'])
  })

  it('is explained by a cause that came first', async () => {
    await street.say('raised', 'cabinet')
    await street.say('raised', 'lamp-1', 'far-1')
    expect(await street.reasons('lamp-1')).toEqual(['topology'])
    expect(await street.reasons('far-1')).toEqual(['held'])
    await street.pass(120)
    expect(street.heardOf('lamp-1')).toEqual([])
    expect(street.heardOf('far-1')).toEqual(['raised'])
    expect(street.heardOf('cabinet')).toEqual(['raised'])
  })

  it('is explained by a cause that comes within the hold, or in the same step', async () => {
    await street.say('raised', 'lamp-1')
    await street.pass(30)
    await street.say('raised', 'lamp-2', 'cabinet')
    await street.pass(120)
    expect(street.heardOf('lamp-1')).toEqual([])
    expect(street.heardOf('lamp-2')).toEqual([])
  })

  // Alertmanager #4064: old alerts leave at once after a start, before what inhibits them is loaded.
  it('that rose while nobody listened waits for its cause too, once it is known to be of now', async () => {
    await street.say('raised in old data', 'lamp-1', 'far-1', 'cabinet')
    await street.pass(600)
    await street.say('announced', 'lamp-1', 'far-1')
    await street.pass(30)
    await street.say('announced', 'cabinet')
    await street.pass(120)
    expect(street.heardOf('cabinet')).toEqual(['raised'])
    expect(street.heardOf('lamp-1')).toEqual([])
    expect(street.heardOf('far-1')).toEqual(['raised'])
  })

  it('is told when its cause has cleared for a minute and it still stands', async () => {
    await street.say('raised', 'cabinet')
    await street.say('raised', 'lamp-1', 'lamp-2')
    await street.pass(120)
    await street.say('cleared', 'cabinet')
    await street.say('cleared', 'lamp-2')
    await street.pass(55)
    expect(street.heardOf('lamp-1')).toEqual([])
    await street.pass(5)
    expect(street.heardOf('lamp-1')).toEqual(['raised'])
    expect(street.heardOf('lamp-2')).toEqual([])
  })

  it('stays explained when the cause comes back before things have settled', async () => {
    await street.say('raised', 'cabinet')
    await street.say('raised', 'lamp-1')
    await street.say('cleared', 'cabinet')
    await street.pass(30)
    await street.say('raised', 'cabinet')
    await street.pass(300)
    expect(street.heardOf('lamp-1')).toEqual([])
  })
})

describe('siblings', () => {
  it('are one alarm of what they hang on, and one case that lists them', async () => {
    await street.say('raised', ...lamps(5))
    await street.pass(300)
    const heard = street.heardOf('cabinet', 'gathered')
    expect(heard.filter((kind) => kind === 'raised')).toHaveLength(1)
    for (const lamp of lamps(5)) expect(street.heardOf(lamp)).toEqual([])
    const told = [...(await street.told()).keys()]
    expect(told.filter((one) => one.startsWith('confirm'))).toHaveLength(1)
    expect(told.filter((one) => one.startsWith('gathered'))).toHaveLength(1)
    expect(told.find((one) => one.startsWith('gathered'))).toMatch(/ 5$/)
  })

  it('are gathered when they come one by one, those before included', async () => {
    for (const lamp of lamps(4)) {
      await street.say('raised', lamp)
      await street.pass(5)
    }
    expect(street.heardOf('cabinet', 'gathered')).toEqual([])
    await street.say('raised', 'lamp-5')
    await street.pass(300)
    expect(street.heardOf('cabinet', 'gathered')).toContain('raised')
    for (const lamp of lamps(5)) expect(street.heardOf(lamp)).toEqual([])
  })

  it('are not gathered when they are too few, too slow, or on different feeders', async () => {
    await street.say('raised', ...lamps(4), 'far-1', 'far-2', 'far-3', 'far-4')
    await street.pass(90)
    expect(street.heardOf('lamp-1')).toEqual(['raised'])
    await street.say('raised', 'lamp-5')
    expect(street.heardOf('cabinet', 'gathered')).toEqual([])
  })

  it('are told for themselves when the rest recovered and they did not', async () => {
    await street.say('raised', ...lamps(10))
    await street.pass(120)
    await street.say('cleared', ...lamps(8, 3))
    await street.pass(120)
    expect(street.heardOf('cabinet', 'gathered').at(-1)).toBe('cleared')
    expect(street.heardOf('lamp-1')).toEqual(['raised'])
    expect(street.heardOf('lamp-2')).toEqual(['raised'])
    expect(street.heardOf('lamp-3')).toEqual([])
  })

  it('that fall and rise again are told as updates of the same alarm', async () => {
    await street.say('raised', ...lamps(10))
    await street.say('cleared', ...lamps(10))
    await street.pass(10)
    await street.say('raised', ...lamps(10))
    await street.pass(300)
    const heard = street.heardOf('cabinet', 'gathered')
    expect(heard.filter((kind) => kind === 'raised')).toHaveLength(1)
    const query = street.database.read(north)
    const occurrences = await query
      .selectFrom('occurrence')
      .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
      .select('occurrence.id')
      .where('alarm.discriminator', '=', 'gathered')
      .execute()
    expect(occurrences).toHaveLength(1)
  })

  it('are explained by their cause instead, when it is there', async () => {
    await street.say('raised', 'cabinet')
    await street.say('raised', ...lamps(10))
    await street.pass(300)
    expect(street.heardOf('cabinet')).toEqual(['raised'])
    expect(street.heardOf('cabinet', 'gathered')).toEqual([])
  })
})

it('says one thing of N lamps and their supply, in whatever order they come within the hold (P13)', async () => {
  const step = fc.record({ who: fc.nat({ max: 10 }), pause: fc.nat({ max: 1 }) })
  const orders = fc.array(step, { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(orders, async (steps) => {
      await using here = await openStreet()
      const who = [...new Set([...steps.map((one) => one.who), 0])]
      for (const [index, one] of who.entries()) {
        await here.say('raised', one === 0 ? 'cabinet' : `lamp-${one}`)
        if (steps[index]?.pause === 1) await here.pass(5)
      }
      await here.pass(180)
      const lampsHeard = lamps(10).flatMap((lamp) => here.heardOf(lamp))
      expect(lampsHeard).toEqual([])
      const of = [...here.heardOf('cabinet'), ...here.heardOf('cabinet', 'gathered')]
      expect(of.filter((kind) => kind === 'raised')).toEqual(['raised'])
    }),
    { numRuns: 10 },
  )
})
