import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DatabaseBusyError } from '../../src/database/database.ts'
import { DatabaseLostError } from '../../src/database/errors.ts'
import { Lanes } from '../../src/database/lanes.ts'

interface Wish {
  readonly lane: 'alarm' | 'normal'
  readonly key: string | undefined
}

const wish: fc.Arbitrary<Wish> = fc.record({
  lane: fc.constantFrom('alarm', 'normal'),
  key: fc.constantFrom(undefined, 'north', 'south'),
})

describe('who may write next', () => {
  it('is everybody once, never more at a time than there is room for, and never two of one key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wish, { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (wishes, slots) => {
          const lanes = new Lanes({ slots, capacity: 100 })
          const running: (string | undefined)[] = []
          let most = 0
          let clashes = 0
          await Promise.all(
            wishes.map(async ({ lane, key }) => {
              const turn = await lanes.turn(lane, key)
              if (key !== undefined && running.includes(key)) clashes += 1
              running.push(key)
              most = Math.max(most, running.length)
              await Promise.resolve()
              running.splice(running.indexOf(key), 1)
              turn[Symbol.dispose]()
            }),
          )
          expect(most).toBeLessThanOrEqual(slots)
          expect(clashes).toBe(0)
          expect(running).toEqual([])
        },
      ),
    )
  })

  it('is whoever came first, within a lane', async () => {
    const lanes = new Lanes({ slots: 1, capacity: 10 })
    const order: number[] = []
    const turns = [0, 1, 2, 3].map(async (index) => {
      const turn = await lanes.turn('normal', undefined)
      order.push(index)
      turn[Symbol.dispose]()
    })
    await Promise.all(turns)
    expect(order).toEqual([0, 1, 2, 3])
  })

  it('is another organisation while one is busy', async () => {
    const lanes = new Lanes({ slots: 2, capacity: 10 })
    const north = await lanes.turn('normal', 'north')
    const order: string[] = []
    const behind = lanes.turn('alarm', 'north').then(() => order.push('north'))
    await lanes.turn('normal', 'south').then(() => order.push('south'))
    north[Symbol.dispose]()
    await behind
    expect(order).toEqual(['south', 'north'])
  })

  it('is nobody more when the queue is full', async () => {
    const lanes = new Lanes({ slots: 1, capacity: 2 })
    const turn = await lanes.turn('normal', undefined)
    const waiting = [lanes.turn('normal', undefined), lanes.turn('alarm', undefined)]
    await expect(lanes.turn('alarm', undefined)).rejects.toThrow(DatabaseBusyError)
    turn[Symbol.dispose]()
    const second = await waiting[1]
    second?.[Symbol.dispose]()
    await waiting[0]
  })

  it('gives a turn back once, however often it is disposed', async () => {
    const lanes = new Lanes({ slots: 1, capacity: 10 })
    const first = await lanes.turn('normal', undefined)
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    await lanes.turn('normal', undefined)
    let started = false
    const third = lanes.turn('normal', undefined).then(() => (started = true))
    await Promise.resolve()
    expect(started).toBe(false)
    void third
  })

  it('is nobody after closing, which waits for whoever still writes', async () => {
    const lanes = new Lanes({ slots: 1, capacity: 10 })
    const turn = await lanes.turn('normal', undefined)
    const refused = lanes.turn('alarm', undefined).catch((error: unknown) => error)
    const closing = lanes.close()
    expect(await refused).toBeInstanceOf(DatabaseLostError)
    await expect(lanes.turn('alarm', undefined)).rejects.toThrow('closed')
    turn[Symbol.dispose]()
    await closing
  })
})
