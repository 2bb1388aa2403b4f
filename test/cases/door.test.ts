import { expect, it } from 'vitest'
import { AT_ONCE, CROWD, Door, DOOR_MAX } from '../../src/cases/intake/door.ts'
import { north, south } from '../support/database.ts'

/** Stays inside until it is let go. */
function stays() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { body: () => promise, leave: resolve }
}

it('lets few in at once, the others in their order, and nobody waits for another organisation', async () => {
  const door = new Door()
  const first = Array.from({ length: AT_ONCE }, stays)
  const done = first.map(({ body }) => door.enter(north, body))
  const order: number[] = []
  const rest = [1, 2, 3].map((name) => door.enter(north, async () => void order.push(name)))
  await door.enter(south, async () => void order.push(0))
  expect(order).toEqual([0])
  for (const { leave } of first) leave()
  await Promise.all([...done, ...rest])
  expect(order).toEqual([0, 1, 2, 3])
})

it('says that it is crowded, and lets the next one in after a failure', async () => {
  const door = new Door()
  const first = stays()
  const crowded: boolean[] = []
  const all = [
    door.enter(north, first.body),
    ...Array.from({ length: CROWD }, (_, index) =>
      door
        .enter(north, async (many) => {
          crowded.push(many)
          if (index === 0) throw new Error('no')
        })
        .catch(() => undefined),
    ),
  ]
  first.leave()
  await Promise.all(all)
  expect(crowded).toEqual(Array.from({ length: CROWD }, (_, at) => at === CROWD - 1))
  await expect(door.enter(north, async (many) => many)).resolves.toBe(false)
})

it('turns away whom it cannot keep', async () => {
  const door = new Door()
  const first = Array.from({ length: AT_ONCE }, stays)
  const all = first.map(({ body }) => door.enter(north, body))
  for (let index = 0; index < DOOR_MAX; index += 1) {
    all.push(door.enter(north, async () => undefined))
  }
  await expect(door.enter(north, async () => undefined)).rejects.toMatchObject({
    details: { kind: 'unavailable', facts: { retryAfterSeconds: 5 } },
  })
  for (const { leave } of first) leave()
  await Promise.all(all)
})
