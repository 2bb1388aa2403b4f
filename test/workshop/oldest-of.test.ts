import { describe, expect, it } from 'vitest'
import { timeUs } from '../../src/domain/time.ts'
import { MOST_HELD, oldestOf, type Place } from '../../src/workshop/backtest/oldest-of.ts'

const since = timeUs(1_000)
const lamp = new Set(['lamp'])

/** A table of so many rows, three of each moment; every so manieth is of the lamp. */
function table(length: number, every: number) {
  const rows = Array.from({ length }, (_, n) => ({
    at: timeUs(since + Math.floor(n / 3)),
    id: `r-${String(n).padStart(9, '0')}`,
    asset: n % every === 0 ? 'lamp' : n % 2 === 0 ? 'door' : null,
  }))
  let reads = 0
  const read = (behind: Place, atMost: number) => {
    reads += 1
    const first = rows.findIndex(
      ({ at, id }) => at > behind.at || (at === behind.at && id > behind.id),
    )
    return Promise.resolve(first === -1 ? [] : rows.slice(first, first + atMost))
  }
  const own = rows.filter(({ asset }) => asset === 'lamp')
  return { read, own, reads: () => reads }
}

describe('the oldest rows of the watched assets', () => {
  it.each([
    ['nothing', 0, 1],
    ['a page that is not full', 9_999, 7],
    ['a full page', 10_000, 7],
    ['several pages, cut inside a moment', 31_000, 7],
    ['exactly as many as are held', MOST_HELD, 1],
  ])('are all there: %s', async (_, length, every) => {
    const { read, own } = table(length, every)
    const { list, more } = await oldestOf({ from: since, assets: lamp }, read)
    expect(list.map(({ id }) => id)).toEqual(own.map(({ id }) => id))
    expect(more).toBe(false)
  })

  it('are counted after the others were left out, and it is said that there are more', async () => {
    const { read, own } = table(3 * MOST_HELD + 10, 3)
    const { list, more } = await oldestOf({ from: since, assets: lamp }, read)
    expect(list.map(({ id }) => id)).toEqual(own.slice(0, MOST_HELD).map(({ id }) => id))
    expect(more).toBe(true)
  })

  it('are not looked for without end among those of others', async () => {
    let reads = 0
    const { list, more } = await oldestOf(
      { from: since, assets: lamp },
      (behind, atMost) => {
        reads += 1
        const row = { at: timeUs(behind.at + 1), id: 'x', asset: 'door' }
        return Promise.resolve(Array.from({ length: atMost }, () => row))
      },
    )
    expect({ list, more, reads }).toEqual({ list: [], more: true, reads: 300 })
  })
})
