import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import { exportConfiguration } from '../../src/configuration/export.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import type { Database } from '../../src/database/database.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { timeUs } from '../../src/domain/time.ts'
import { systemRandom } from '../../src/random.ts'
import { north } from '../support/database.ts'
import { findPostgres, type PostgresServer } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { look } from './look.ts'
import { applyTown, changesOf, minuteUs, sound, townFile } from './town.ts'

describeWithService('postgres', await findPostgres(), (start) => {
  let server: PostgresServer
  let database: Database
  beforeAll(async () => {
    server = await start()
    const url = await server.createDatabase()
    database = await openPostgresDatabase({ url, clock: systemClock, random: systemRandom })
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it('one after another, a town is made, changed, renamed, pruned and read back', async () => {
    const both = await Promise.all([applyTown(database), applyTown(database)])
    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['applied', 'unchanged'])
    const points = await look(database).points()
    expect(points).toHaveLength(4)

    const renamed = townFile('devices.yaml', 'slc-2: {', 'slc-two: { was: slc-2,')
    expect(changesOf(await applyTown(database, renamed, { minute: 1 }))).toEqual([
      'rename device slc-two',
    ])
    expect(await look(database).points()).toEqual(points)

    const swapped = {
      'devices.yaml': 'devices:\n  new: { type: acme/slc@1.0.0, asset: lamp-1 }\n',
    }
    await applyTown(database, swapped, { minute: 2, prune: true })
    const open = (await look(database).bindings()).filter(
      ({ valid_to }) => valid_to === null,
    )
    expect(open.map(({ role, device }) => `${device} ${role}`)).toEqual([
      'new level',
      'new power',
    ])

    const current = await createConfigurations(database).current(north)
    expect([current?.version, current?.decode.devices.size]).toEqual([3, 1])
    const files = await exportConfiguration(database, north)
    const back = sound(parseConfiguration({ organisation: north, files }))
    const again = { configuration: back, author: 'local', now: timeUs(minuteUs(3)) }
    expect((await applyConfiguration(database, again)).outcome).toBe('unchanged')
  })

  it('1,542 assets are imported in less than five seconds', async () => {
    const objects = Array.from({ length: 1_542 }, (_, index) => ({
      kind: 'asset' as const,
      slug: `pole-${index}`,
      document: { name: `Pole ${index}`, type: 'Streetlight' },
    }))
    const configuration = { organisation: north, objects }
    const request = { configuration, author: 'local', now: timeUs(minuteUs(4)) }
    const started = performance.now()
    const result = await applyConfiguration(database, { ...request, source: 'import' })
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(changesOf(result)).toHaveLength(1_542)
  })
})
