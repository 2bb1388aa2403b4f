import { expect, it } from 'vitest'
import { alarmId } from '../../src/alarms/ids.ts'
import { createFloodSource } from '../../src/alarms/flood-source.ts'
import { floodsNow } from '../../src/alarms/floods-now.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import { keyOf, openFixture, said, take } from './fixture.ts'

it('a flood that lasts says where, since when and how many wait', async () => {
  const source = createFloodSource((_, { asset }) =>
    asset.startsWith('far') ? 'harbour' : 'control',
  )
  await using here = await openFixture({ sources: [source] })
  const now = () => floodsNow(here.database.read(north), here.clock.now())
  here.clock.advance(MINUTE)
  const began = here.clock.now()
  const at = { at: began, ingest: began }
  const lamps = Array.from({ length: 14 }, (_, n) =>
    said(n, 'raised', { ...at, key: keyOf('lamp-dark', `lamp-${n}`) }),
  )
  await take(here, ...lamps.slice(0, 10))
  expect(await now()).toEqual([])
  await take(here, ...lamps.slice(10))
  await take(here, said(20, 'raised', { ...at, key: keyOf('lamp-dark', 'far-1') }))
  const since = new Date(began / 1_000).toISOString()
  expect(await now()).toEqual([{ desk: 'control', since, held: 4 }])
  expect(await floodsNow(here.database.read(south), here.clock.now())).toEqual([])
  // Over at once when its time has come, also before the timer that says so.
  here.clock.advance(durationUs(11 * MINUTE))
  expect(await now()).toEqual([])
  await here.runTimers()
  expect(here.heard(alarmId(keyOf('lamp-dark', 'lamp-13')))).toEqual(['raised'])
})
