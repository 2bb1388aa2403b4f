import { expect, it } from 'vitest'
import { createTurns } from '../../src/identity/turns.ts'
import { refusalOf } from '../support/problems.ts'

it('lets two passwords be checked at a time, others in order, and turns away the one too many', async () => {
  const turn = createTurns({ concurrent: 2, waiting: 3 })
  const started: number[] = []
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const all = gates.map(({ promise }, index) =>
    turn(async () => {
      started.push(index)
      await promise
    }),
  )
  expect(await refusalOf(turn(async () => {}))).toMatchObject({
    kind: 'too_many',
    facts: { retryAfterSeconds: 5 },
  })
  expect(started).toEqual([0, 1])
  gates[1]?.resolve()
  await all[1]
  expect(started).toEqual([0, 1, 2])
  for (const { resolve } of gates) resolve()
  await Promise.all(all)
  expect(started).toEqual([0, 1, 2, 3, 4])
})

it('a check that fails gives its turn to the next', async () => {
  const turn = createTurns({ concurrent: 1, waiting: 1 })
  const failing = turn(async () => {
    throw new Error('out of memory')
  })
  const next = turn(async () => 'checked')
  await expect(failing).rejects.toThrow('out of memory')
  expect(await next).toBe('checked')
  expect(await turn(async () => 'again')).toBe('again')
})
