import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { durationUs, HOUR, timeUs } from '../../src/domain/time.ts'
import {
  measurements,
  readingFields,
  windowFields,
} from '../../src/store/influx/measurement.ts'
import { openInflux1Store } from '../../src/store/influx1/open.ts'
import {
  bad,
  gata,
  position,
  power,
  reading,
  second,
  write,
} from '../contract/reading-store.fixtures.ts'
import { findInfluxDaemon, memoryCursors, type InfluxDaemon } from '../support/influx.ts'
import { describeWithService } from '../support/services.ts'

const page = readFileSync(new URL('../../docs/influx.md', import.meta.url), 'utf8')
/** As Grafana would send them. */
const questions = page
  .matchAll(/```sql\n(?<sql>SELECT[^`]+)```/g)
  .map((match) => match.groups?.['sql']?.trim() ?? '')
  .map((sql) => sql.replaceAll('$timeFilter', 'time >= 0 AND time < 1900000000s'))
  .map((sql) => sql.replaceAll('$__interval', '1h'))
  .toArray()

it('names every measurement and every field', () => {
  for (const name of [...Object.values(measurements), ...readingFields, ...windowFields]) {
    expect(page).toContain(`\`${name}\``)
  }
})

describeWithService('influx', findInfluxDaemon(), (start) => {
  const running = new AsyncDisposableStack()
  let daemon: InfluxDaemon
  beforeAll(async () => {
    daemon = running.use(await (await start())())
    const options = { url: daemon.url, database: 'g', clock: systemClock }
    await using store = openInflux1Store({ ...options, cursors: memoryCursors() })
    const day = Array.from({ length: 48 }, (_, n) => reading(1, n * 1_800, n))
    await write(store, [...day, reading(1, 90_000, null, bad)], position(1))
    await store.retain({
      organisation: gata,
      points: [power],
      rawSince: second(40_000),
      rollUp: { width: durationUs(HOUR), since: timeUs(0) },
    })
  })
  afterAll(() => running.disposeAsync())

  it.each(questions)('gets an answer to: %s', async (question) => {
    expect(await daemon.query(question, 'g')).toMatchObject({
      results: [{ series: [{ values: expect.arrayContaining([expect.anything()]) }] }],
    })
  })

  it('has a question for each of five purposes', () => {
    expect(questions).toHaveLength(5)
  })
})
