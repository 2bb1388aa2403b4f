import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { StoredCursors } from '../../src/store/influx/stored-cursors.ts'
import { openInflux1Store } from '../../src/store/influx1/open.ts'
import { openInflux2Store } from '../../src/store/influx2/open.ts'
import type { ReadingStore } from '../../src/store/reading-store.ts'
import { findInfluxDaemon, memoryCursors } from '../support/influx.ts'
import { startInflux2Relay, type Influx2Relay } from '../support/influx2-relay.ts'
import { describeWithService } from '../support/services.ts'
import { exactRewriteContract, rewriteContract } from './reading-store-rewrite.contract.ts'
import { readingStoreContract } from './reading-store.contract.ts'

describeWithService('influx', findInfluxDaemon(), (start) => {
  const running = new AsyncDisposableStack()
  let url = ''
  let relay: Influx2Relay | undefined
  beforeAll(async () => {
    const daemon = running.use(await (await start())())
    url = daemon.url
    relay = running.use(await startInflux2Relay(url, 'a-token'))
  })
  afterAll(() => running.disposeAsync())

  wholeContract('InfluxDB 1.x, with the client of version 1', (name, cursors) =>
    openInflux1Store({ url, database: `one_${name}`, cursors, clock: systemClock }),
  )
  wholeContract(
    'InfluxDB 1.x behind a relay, with the client of version 2',
    (name, cursors) =>
      openInflux2Store({
        url: relay?.url ?? '',
        organisation: 'gatuvakt',
        bucket: `two_${name}`,
        token: 'a-token',
        cursors,
        clock: systemClock,
      }),
  )
})

function wholeContract(
  name: string,
  open: (database: string, cursors: StoredCursors) => ReadingStore,
): void {
  const kept = new Map<string, StoredCursors>()
  const openNamed = (own: string): Promise<ReadingStore> => {
    const cursors = kept.get(own) ?? memoryCursors()
    kept.set(own, cursors)
    return Promise.resolve(open(own, cursors))
  }
  readingStoreContract(name, openNamed)
  describe(`${name}, records written again`, () => {
    let test = 0
    const openOwn = () => openNamed(`again_${test}`)
    rewriteContract(openOwn)
    exactRewriteContract(openOwn)
    beforeEach(() => void test++)
  })
}
