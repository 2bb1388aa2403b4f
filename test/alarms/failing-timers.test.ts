import { describe, expect, it } from 'vitest'
import { alarmId } from '../../src/alarms/ids.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { keyOf, lamp, openFixture, said, take } from './fixture.ts'

const time = { for: durationUs(4 * HOUR) }
const shelf = { actor: 'user:anna', reason: 'The contractor is on the way', time }
const level = alarmId(keyOf('level-high'))

describe('a timer that cannot be done', () => {
  const broken = 'announcing is broken'

  /** Two shelves that end together; what ends on the pump cannot be announced while `breaks`. */
  async function openBroken() {
    const state = { breaks: true }
    const fixture = await openFixture({
      around: (effects) => ({
        ...effects,
        announce: async (work, announcement) => {
          if (
            state.breaks &&
            announcement.alarm === level &&
            announcement.kind === 'raised'
          )
            throw new Error(broken)
          await effects.announce(work, announcement)
        },
      }),
    })
    await take(fixture, said(1, 'raised'))
    await fixture.alarms.shelve(north, lamp, shelf)
    state.breaks = false
    await take(fixture, said(2, 'raised', { key: keyOf('level-high') }))
    await fixture.alarms.shelve(north, level, shelf)
    state.breaks = true
    fixture.clock.advance(durationUs(4 * HOUR))
    return Object.assign(fixture, { state })
  }

  it('holds up nobody, also not those of its own transaction', async () => {
    await using own = await openBroken()
    const errors: unknown[] = []
    await own.alarms.runTimers((error) => errors.push(error))
    expect(errors).toEqual([expect.objectContaining({ message: broken })])
    expect(own.heard(lamp)).toEqual(['raised', 'suppressed', 'raised'])
    expect(own.heard(level)).toEqual(['raised', 'suppressed'])
  })

  it('is tried again less and less often, every 5 minutes in the end, and done when it can be', async () => {
    await using own = await openBroken()
    const tries: number[] = []
    for (let second = 0; second < 1_800; second += 1) {
      await own.alarms.runTimers(() => tries.push(second))
      own.clock.advance(SECOND)
    }
    expect(tries).toEqual([0, 2, 6, 14, 30, 62, 126, 254, 510, 810, 1_110, 1_410, 1_710])
    own.state.breaks = false
    own.clock.advance(durationUs(5 * MINUTE))
    await own.alarms.runTimers((error) => expect.unreachable(String(error)))
    expect(own.heard(level)).toEqual(['raised', 'suppressed', 'raised'])
    expect((await own.alarms.why(north, level)).timers).toEqual([])
  })
})
