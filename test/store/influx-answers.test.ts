import { describe, expect, it } from 'vitest'
import { all, gata, power } from '../contract/reading-store.fixtures.ts'
import { influxStores, startInfluxLike } from '../support/influx-stores.ts'
import { memoryCursors } from '../support/influx.ts'
import { refusalOf } from '../support/problems.ts'

describe.each(influxStores)('answers of an InfluxDB, with %s', (_, __, open) => {
  it.each([
    ['no JSON', '<html>sign in</html>'],
    ['no answer to a query', '{"status":"pass"}'],
    [
      'a cut answer',
      '{"results":[{"series":[{"columns":["time"],"values":[],"partial":true}]}]}',
    ],
  ])('does not take %s for an empty history', async (_, body) => {
    await using influx = await startInfluxLike((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })
    await using store = open({ url: influx.url, cursors: memoryCursors() })
    expect(await refusalOf(all(store))).toMatchObject({ kind: 'unavailable' })
    expect(await refusalOf(store.totals(gata, power))).toMatchObject({
      kind: 'unavailable',
    })
  })

  it.each([
    ['database not found: g', 'not_found'],
    ['default retention policy not set for: g', 'not_found'],
    ['error authorizing query: u not authorized to execute statement', 'forbidden'],
    ['max-concurrent-queries limit exceeded(1, 1)', 'unavailable'],
  ])('finds the error %j inside a 200', async (error, kind) => {
    await using influx = await startInfluxLike((response) => {
      response.end(JSON.stringify({ results: [{ statement_id: 0, error }] }))
    })
    await using store = open({ url: influx.url, cursors: memoryCursors() })
    const problem = await refusalOf(all(store))
    expect(problem).toMatchObject({ kind, why: expect.stringContaining(error) })
  })
})
