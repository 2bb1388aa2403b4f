import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_RECENT, Recent, type Said } from '../../src/rules/recent.ts'

const at = (time: number): Said => ({ at: time, value: time / 2, meta: time % 32 })

/** Some points with one reading each that is about to be followed by others. */
function speaking(size: number) {
  const newest = {
    at: new Float64Array(size).fill(-Infinity),
    value: new Float64Array(size),
    meta: new Uint8Array(size),
  }
  const recent = new Recent(newest)
  const say = (point: number, time: number, from: number): void => {
    recent.keepNewest(point, from)
    newest.at[point] = time
    newest.value[point] = time / 2
    newest.meta[point] = time % 32
  }
  return { recent, say }
}

/** The oldest first. */
function all(recent: Recent, point: number, from = 0): readonly Said[] {
  const length = recent.count(point, from)
  return Array.from({ length }, (_, index) => recent.get(point, index)).toReversed()
}

const steps = fc.array(
  fc.record({
    point: fc.nat(3),
    wait: fc.integer({ min: 1, max: 40 }),
    late: fc.option(fc.integer({ min: 1, max: 50 })),
  }),
  { maxLength: 400 },
)

describe('the readings behind the newest of a point', () => {
  it('are those of lists that keep everything, however many points there are', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 20, max: 4_000 }), (history, kept) => {
        const { recent, say } = speaking(4)
        const lists: number[][] = [[], [], [], []]
        let now = 0
        for (const { point, wait, late } of history) {
          now += wait
          const list = lists[point] ?? []
          const behind = list
            .slice(0, -1)
            .filter((time) => time >= (list.at(-1) ?? 0) - kept)
          const old = now - wait - (late ?? 0)
          if (
            late !== null &&
            behind.length > 0 &&
            !list.includes(old) &&
            old > (behind[0] ?? 0)
          ) {
            const index = behind.filter((time) => time > old).length
            if (old < (list.at(-1) ?? 0)) {
              recent.insert(point, index, at(old), (list.at(-1) ?? 0) - kept)
              list.push(old)
              list.sort((a, b) => a - b)
            }
          }
          say(point, now, now - kept)
          list.push(now)
          const expected = list.slice(0, -1).filter((time) => time >= now - kept)
          expect(all(recent, point, now - kept)).toEqual(expected.map(at))
        }
      }),
    )
  })

  it('are at most so many, and the oldest go', () => {
    const { recent, say } = speaking(1)
    for (let time = 0; time < MOST_RECENT + 10; time += 1) say(0, time, -Infinity)
    const oldest = MOST_RECENT - 1
    expect(all(recent, 0)).toHaveLength(MOST_RECENT)
    expect(recent.at(0, oldest)).toBe(9)
    recent.insert(0, MOST_RECENT, at(8), 0)
    expect(recent.at(0, oldest)).toBe(9)
    recent.insert(0, oldest, at(9.5), 0)
    expect(all(recent, 0)).toHaveLength(MOST_RECENT)
    expect([recent.at(0, oldest), recent.at(0, oldest - 1)]).toEqual([9.5, 10])
  })

  it('are forgotten where the newest is too old to be one of them', () => {
    const { recent, say } = speaking(2)
    for (let time = 0; time < 9; time += 1) say(1, time, -Infinity)
    say(1, 1_000, 900)
    expect([all(recent, 0), all(recent, 1)]).toEqual([[], []])
  })
})
