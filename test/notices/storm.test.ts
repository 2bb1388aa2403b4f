import { expect, it } from 'vitest'
import { durationUs, earlier, HOUR, MINUTE, timeUs } from '../../src/domain/time.ts'
import { isStorm, proposeStorms } from '../../src/notices/storm.ts'
import { caseOf, plant, reportOf } from '../statistics/rows.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'

it.each([
  [10, 0, false],
  [11, 0, true],
  [30, 5, false],
  [31, 5, true],
  [11, 1.5, true],
])('calls %d reports where %d are usual a storm: %s', (reports, usual, storm) => {
  expect(isStorm(reports, usual)).toBe(storm)
})

it('proposes what many report at once, where it is unusual', async () => {
  const now = timeUs(Date.parse('2026-11-20T07:00:00Z') * 1_000)
  const clock = createManualClock(now)
  await using database = await openTestDatabase(clock)
  let count = 0
  const places = { snow: 58.2, litter: 58.2, lamp: 59 }
  const at = (days: number, minutes: number) =>
    earlier(now, durationUs(days * 24 * HOUR + minutes * MINUTE))
  const say = (
    category: keyof typeof places,
    days: number,
    minutes: number,
    times: number,
  ) =>
    Array.from({ length: times }, () => {
      count += 1
      const id = `r-${count}`
      return reportOf({ id, case: category, category, received_at: at(days, minutes) })
    })
  await plant(database, {
    cases: Object.entries(places).map(([id, lat]) =>
      caseOf({ id, category: id, lat, lon: 11.4 }),
    ),
    reports: [
      ...say('snow', 0, 10, 12),
      ...say('snow', 0, 1, 1),
      // A quarter of an hour ago is no longer now.
      ...say('snow', 0, 15, 50),
      // Every day at this time three: twelve today are four times as many.
      ...Array.from({ length: 28 }, (_, day) => say('litter', day + 1, 5, 3)).flat(),
      ...say('litter', 0, 5, 12),
      ...say('lamp', 0, 5, 10),
    ],
  })
  const parts = {
    database,
    clock,
    areaOf:
      async () =>
      ({ lat }: { readonly lat: number }) =>
        lat < 58.5 ? 'centre' : '',
  }
  expect(await proposeStorms(parts, north)).toEqual([
    {
      category: 'snow',
      area: 'centre',
      reports: 13,
      usual: 0,
      since: '2026-11-20T06:50:00.000Z',
    },
  ])
  expect(await proposeStorms(parts, south)).toEqual([])
})
