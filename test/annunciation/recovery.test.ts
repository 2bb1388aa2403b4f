import { describe, expect, it } from 'vitest'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { deskOf, plainWorld, Stage } from './stage.ts'

const ladder = deskOf({
  group: { wait: '30s', interval: '5m', repeat: '4h' },
  steps: [
    { to: [{ channel: 'a' }] },
    { to: [{ channel: 'b' }], after: '10m' },
    { to: [{ channel: 'c' }], after: '10m' },
  ],
})

describe('a recovery', () => {
  it('is no news where the raise never was', () => {
    const stage = new Stage(ladder)
    stage.say({ kind: 'raised' })
    stage.pass(durationUs(10 * SECOND))
    stage.say({ kind: 'cleared' })
    stage.pass(HOUR)
    expect(stage.told).toEqual([])
  })

  it('is no news where the message of the raise failed for good (Pulse #1553)', () => {
    const world = plainWorld({
      arrival: (telling) => (telling.startsWith('channel a') ? 'failed' : 'arrived'),
    })
    const stage = new Stage(ladder, world)
    stage.say({ kind: 'raised' })
    stage.pass(durationUs(11 * MINUTE))
    stage.say({ kind: 'cleared' })
    stage.pass(HOUR)
    expect(stage.told.slice(2)).toEqual(['930 channel b cleared o-1'])
  })

  it('waits for a raise that is still on its way', () => {
    let arrival: 'waiting' | 'arrived' = 'waiting'
    const stage = new Stage(ladder, plainWorld({ arrival: () => arrival }))
    stage.say({ kind: 'raised' })
    stage.pass(MINUTE)
    stage.say({ kind: 'cleared' })
    stage.pass(HOUR)
    expect(stage.told).toHaveLength(1)
    arrival = 'arrived'
    stage.pass(MINUTE)
    expect(stage.told[1]).toContain('channel a cleared')
  })

  it('is not told to those who do not want to hear of it', () => {
    const stage = new Stage(ladder, plainWorld({ wantsRecoveries: () => false }))
    stage.say({ kind: 'raised' })
    stage.pass(MINUTE)
    stage.say({ kind: 'closed' })
    stage.pass(HOUR)
    expect(stage.told).toHaveLength(1)
    expect(stage.due).toBeUndefined()
  })
})
