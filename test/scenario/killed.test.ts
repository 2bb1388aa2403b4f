import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { seededNumbers } from '../../simulators/seeded-random.ts'
import { patientDevice } from '../support/patient-device.ts'
import { prepareFolder } from '../support/prepared.ts'
import { freePorts, serve } from '../support/process.ts'
import { eventually, startService, strandkoping } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { systemClock } from '../../src/clock.ts'
import { toIso } from '../../src/domain/time.ts'

const kills = 50
const lamps = Array.from({ length: 10 }, (_, index) => `lamp-${index + 1}`)
const seed = 20_261_120

/** What one lamp has had acknowledged. */
interface Spoken {
  readonly times: number[]
  sum: number
  darkPhases: number
}

it(`keeps every acknowledged message and counts every episode once through ${kills} kills`, async () => {
  await using folder = await temporaryFolder()
  const ports = await freePorts()
  const { secrets } = await prepareFolder(folder.path, lamps)
  const random = seededNumbers(seed)
  const url = `mqtt://127.0.0.1:${ports.mqtt}`
  const spoken = new Map<string, Spoken>(
    lamps.map((lamp) => [lamp, { times: [], sum: 0, darkPhases: 0 }]),
  )
  const enough = new AbortController()

  async function talk(lamp: string): Promise<void> {
    const own = spoken.get(lamp)
    const credential = secrets.get(lamp)
    if (own === undefined || credential === undefined) throw new Error(`no ${lamp}`)
    const topic = `lights/${strandkoping}/${lamp}/status`
    const device = patientDevice({ url, device: lamp, topic, ...credential })
    for (let count = 0; !enough.signal.aborted || count % 6 !== 0; count += 1) {
      // Three dark messages, three lit ones: an episode each time.
      const dark = count % 6 < 3
      const at = systemClock.now()
      const missing = dark ? 600 + (count % 7) : 0
      const message = { ts: at / 1_000_000, p: 4, dp: missing, dim: 100, st: 1, f: 0 }
      await device.say(JSON.stringify(message))
      own.times.push(at)
      own.sum += missing / 10
      if (count % 6 === 0) own.darkPhases += 1
      await wait(5 + random() * 30)
    }
    await device.stop()
  }

  let service = serve(folder.path, ports)
  await service.ready
  const talking = Promise.all(lamps.map(talk))
  for (let kill = 0; kill < kills; kill += 1) {
    // Sometimes it is killed while it still starts, sometimes in the middle of its work.
    if (random() < 0.8) await service.ready
    await wait(random() * 700)
    service.child.kill('SIGKILL')
    await service.ended
    service = serve(folder.path, ports)
  }
  await service.ready
  enough.abort()
  await talking
  service.child.kill('SIGTERM')
  expect(await service.ended).toBe(0)

  await verify(folder.path, spoken)
}, 400_000)

async function verify(folder: string, spoken: ReadonlyMap<string, Spoken>): Promise<void> {
  await using service = await startService({
    folder,
    clock: new VirtualClock(toIso(systemClock.now())),
  })
  await service.settle()
  const { app } = service
  const configuration = await app.configurations.current(strandkoping)
  const query = app.database.read(strandkoping)
  const raises = await eventually(
    () =>
      query
        .selectFrom('transition')
        .innerJoin('alarm', 'alarm.id', 'transition.alarm')
        .where('event', '=', 'raised')
        .where('alarm.rule', '=', 'lamp-dark')
        .select(['alarm.asset'])
        .execute(),
    (rows) => rows.length > 0,
  )
  const cases = await query.selectFrom('case').select(['asset', 'closed_at']).execute()
  const points = new Map(
    lamps.map((lamp) => [
      lamp,
      configuration?.assetPoints.get(lamp)?.find(({ role }) => role === 'missing')?.point,
    ]),
  )
  await service[Symbol.asyncDispose]()
  await using store = await openDuckdbStore({ file: `${folder}/readings.duckdb` })
  for (const [lamp, own] of spoken) {
    const point = points.get(lamp)
    if (point === undefined) throw new Error(`${lamp} has no point`)
    const stored = await store.totals(strandkoping, point)
    expect(stored.count, `${lamp}: stored of ${own.times.length} acknowledged`).toBe(
      own.times.length,
    )
    expect(stored.sum).toBeCloseTo(own.sum, 3)
    expect(raises.filter(({ asset }) => asset === lamp)).toHaveLength(own.darkPhases)
    expect(cases.filter(({ asset }) => asset === lamp)).toHaveLength(1)
  }
}
