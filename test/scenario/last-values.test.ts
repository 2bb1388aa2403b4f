import { expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openCore, type Core } from '../../src/core.ts'
import { comparePositions } from '../../src/domain/position.ts'
import { Problem } from '../../src/domain/problem.ts'
import { SECOND } from '../../src/domain/time.ts'
import type { Around } from '../../src/ports.ts'
import { seededRandom } from '../../simulators/seeded-random.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { lamp } from '../support/devices-say.ts'
import { startService, strandkoping } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

it(
  'are there again after a restart, from the history alone',
  { timeout: 90_000 },
  async () => {
    await using folder = await temporaryFolder()
    const clock = await townThatSpoke(folder.path)
    await using core = await open(folder.path, clock)
    expect(await core.store?.cursor()).toMatchObject({ epoch: core.log.epoch })
    expect(await powerOfLamps(core)).toEqual([0.4, 62])
  },
)

it(
  'are there again when history was behind the log as the service ended',
  { timeout: 90_000 },
  async () => {
    await using folder = await temporaryFolder()
    const clock = await townThatSpoke(folder.path)
    clock.advance(SECOND)
    {
      await using core = await open(folder.path, clock, { store: withoutWrites })
      await core.log.append({
        kind: 'envelope',
        organisation: strandkoping,
        connection: 'mqtt',
        device: 'lamp-17',
        topic: `lights/${strandkoping}/lamp-17/status`,
        payload: Buffer.from(JSON.stringify(lamp(clock.now(), 'lit'))),
        ingest: clock.now(),
        retained: false,
      })
      await core.consumers.live?.settled()
      expect(await powerOfLamps(core)).toEqual([62, 62])
    }
    {
      // Still without a history that can be written: what is shown comes from store and log together.
      await using core = await open(folder.path, clock, { store: withoutWrites })
      await core.consumers.live?.settled()
      const [written, head] = [await core.store?.cursor(), core.log.head()]
      if (written === undefined || head === undefined)
        throw new Error('both have something')
      expect(comparePositions(written, head)).toBeLessThan(0)
      expect(await powerOfLamps(core)).toEqual([62, 62])
    }
    await using core = await open(folder.path, clock)
    await core.settled()
    expect(await powerOfLamps(core)).toEqual([62, 62])
    expect(await core.store?.cursor()).toEqual(core.log.head())
  },
)

/** Lamp 17 was dark when the service was stopped, lamp 18 was lit. */
async function townThatSpoke(folder: string): Promise<VirtualClock> {
  const clock = new VirtualClock()
  await using service = await startService({ folder, clock })
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  clock.advance(SECOND)
  await service.say('lamp-17', lamp(clock.now(), 'dark'))
  await service.say('lamp-18', lamp(clock.now(), 'lit'))
  await service.settle()
  return clock
}

function open(folder: string, clock: VirtualClock, around: Around = {}): Promise<Core> {
  return openCore({
    config: readConfig({ env: {}, flags: { data: folder } }),
    clock,
    random: seededRandom(clock.now()),
    logger: quietLogger(),
    around,
  })
}

const withoutWrites: NonNullable<Around['store']> = (store) => ({
  cursor: () => store.cursor(),
  write: () =>
    Promise.reject(new Problem({ kind: 'unavailable', what: 'the history is away' })),
  rewrite: (records) => store.rewrite(records),
  adopt: () => store.adopt(),
  series: (request) => store.series(request),
  windows: (request) => store.windows(request),
  scan: (request) => store.scan(request),
  scanColumns: (request) => store.scanColumns(request),
  keepsArrivals: (request) => store.keepsArrivals(request),
  latest: (organisation) => store.latest(organisation),
  totals: (organisation, point) => store.totals(organisation, point),
  retain: (keep) => store.retain(keep),
  [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
})

/** The power of lamp 17 and of lamp 18, in W. */
async function powerOfLamps({ configurations, lastValues }: Core) {
  const configuration = await configurations.current(strandkoping)
  return ['lamp-17', 'lamp-18'].map((asset) => {
    const points = configuration?.assetPoints.get(asset) ?? []
    const point = points.find(({ role }) => role === 'power')?.point
    return point === undefined ? undefined : lastValues?.of(point)?.value
  })
}
