import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { openInflux2Store } from '../../src/store/influx2/open.ts'
import {
  bad,
  position,
  reading,
  second,
  write,
} from '../contract/reading-store.fixtures.ts'
import { memoryCursors } from '../support/influx.ts'
import { describeWithService } from '../support/services.ts'
import { findVictoriaMetrics, type VictoriaMetrics } from '../support/victoria-metrics.ts'

describeWithService('victoria-metrics', findVictoriaMetrics(), (start) => {
  let server: VictoriaMetrics | undefined
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server?.[Symbol.asyncDispose]())

  it('gets every reading that the client of version 2 writes, and no line a device made up', async () => {
    if (server === undefined) throw new Error('the server has not been started')
    const cursors = memoryCursors()
    await using store = openInflux2Store({
      url: server.url,
      organisation: 'gatuvakt',
      bucket: 'gatuvakt',
      token: 'a-token',
      cursors,
      clock: systemClock,
    })
    const many = Array.from({ length: 12_000 }, (_, n) => reading(1, n, n / 4))
    const forged = 'x\nreading,organisation=gata,point=17 number=666 1795000000000001\n'
    await write(
      store,
      [
        ...many,
        reading(1, 1, forged, { point: 18 as PointId }),
        reading(1, 1, true, { point: 19 as PointId, native: 2.5 }),
        reading(1, 1, null, { point: 20 as PointId, ...bad }),
        reading(1, 1, 5, { organisation: 'vatten' as OrganisationId }),
      ],
      position(1),
    )
    expect(cursors.saved).toEqual([position(1)])

    const series = await server.export()
    const numbers = series.filter(({ metric }) => metric['__name__'] === 'reading_number')
    const of = (point: string, organisation = 'gata') =>
      numbers.find(
        ({ metric }) =>
          metric['point'] === point && metric['organisation'] === organisation,
      )
    const day = of('17')
    expect(day?.values).toEqual(many.map(({ value }) => value))
    expect(day?.timestamps).toEqual(many.map(({ effective }) => effective / 1_000))
    expect(of('19')).toMatchObject({ values: [1], timestamps: [second(1) / 1_000] })
    expect(of('17', 'vatten')?.values).toEqual([5])
    expect(numbers).toHaveLength(3)
    expect(new Set(series.map(({ metric }) => metric['point']))).toEqual(
      new Set(['17', '18', '19', '20']),
    )
  })
})
