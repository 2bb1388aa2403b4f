import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { toIso } from '../../src/domain/time.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { seededNumbers } from '../../simulators/seeded-random.ts'
import { findNats } from '../support/nats.ts'
import { patientDevice } from '../support/patient-device.ts'
import { findPostgres } from '../support/postgres.ts'
import { prepareFolder } from '../support/prepared.ts'
import { freePorts, serve, type ServiceProcess } from '../support/process.ts'
import { startService, strandkoping, type ServiceOptions } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const lamps = Array.from({ length: 6 }, (_, index) => `lamp-${index + 1}`)
/** DuckDB's file is held by one process, so history and the people who look at it share one. */
const shares = ['gateway', 'engine,delivery', 'projector,api'] as const
const rounds = 2

/** What one lamp has had acknowledged. */
interface Spoken {
  count: number
  sum: number
  darkPhases: number
}

const nats = await findNats()

describeWithService('postgres', await findPostgres(), (startPostgres) => {
  describeWithService('nats', nats, (startNats) => {
    it('loses and doubles nothing while gateway, engine and projector are killed in turn', async () => {
      await using postgres = await startPostgres()
      await using server = await startNats()
      await using folder = await temporaryFolder()
      const databaseUrl = await postgres.createDatabase()
      const servers = { databaseUrl, natsUrl: server.url }
      const { secrets } = await prepareFolder(folder.path, lamps, servers)
      const settings = {
        GATUVAKT_DATABASE__URL: databaseUrl,
        GATUVAKT_NATS__URL: server.url,
        GATUVAKT_READING_LOG__DURABILITY: 'relaxed',
      }
      const { mqtt } = await freePorts()
      const start = (roles: string): ServiceProcess => {
        const own = { ...settings, GATUVAKT_ROLES: roles }
        return serve(folder.path, { http: 0, mqtt }, [], own)
      }
      const processes = shares.map(start)
      await Promise.all(processes.map(({ ready }) => ready))

      const spoken = new Map<string, Spoken>()
      const enough = new AbortController()
      const random = seededNumbers(7)
      const talking = lamps.map(async (lamp) => {
        const own = { count: 0, sum: 0, darkPhases: 0 }
        spoken.set(lamp, own)
        const credential = secrets.get(lamp)
        if (credential === undefined) throw new Error(`no ${lamp}`)
        const topic = `lights/${strandkoping}/${lamp}/status`
        const url = `mqtt://127.0.0.1:${mqtt}`
        const device = patientDevice({ url, device: lamp, topic, ...credential })
        for (let count = 0; !enough.signal.aborted || count % 6 !== 0; count += 1) {
          const missing = count % 6 < 3 ? 600 + (count % 7) : 0
          const ts = systemClock.now() / 1_000_000
          await device.say(JSON.stringify({ ts, p: 4, dp: missing, dim: 100, st: 1, f: 0 }))
          own.count += 1
          own.sum += missing / 10
          if (count % 6 === 0) own.darkPhases += 1
          await wait(5 + random() * 30)
        }
        await device.stop()
      })
      for (let kill = 0; kill < rounds * shares.length; kill += 1) {
        await wait(random() * 500)
        const index = kill % shares.length
        processes[index]?.child.kill('SIGKILL')
        await processes[index]?.ended
        const again = start(shares[index] ?? '')
        processes[index] = again
        await again.ready
      }
      enough.abort()
      await Promise.all(talking)
      for (const { child, ended } of processes) {
        child.kill('SIGTERM')
        expect(await ended).toBe(0)
      }

      const settled = await settledState({ ...servers, folder: folder.path })
      for (const [lamp, { count, sum, darkPhases }] of spoken) {
        expect(settled.get(lamp), `what became of ${lamp}`).toEqual({
          count,
          sum: expect.closeTo(sum, 3) as number,
          raises: darkPhases,
          cases: 1,
        })
      }
    }, 240_000)
  })
})

/** What became of each lamp, once everything that is in the log has been handled. */
async function settledState(options: Omit<ServiceOptions, 'clock'>) {
  const clock = new VirtualClock(toIso(systemClock.now()))
  const service = await startService({ ...options, clock })
  await service.settle()
  const { configurations, database } = service.app
  const query = database.read(strandkoping)
  const raises = await query
    .selectFrom('transition')
    .innerJoin('alarm', 'alarm.id', 'transition.alarm')
    .where('event', '=', 'raised')
    .where('alarm.rule', '=', 'lamp-dark')
    .select(['alarm.asset'])
    .execute()
  const cases = await query.selectFrom('case').select(['asset']).execute()
  const points = (await configurations.current(strandkoping))?.assetPoints
  await service[Symbol.asyncDispose]()
  await using store = await openDuckdbStore({
    file: join(options.folder, 'readings.duckdb'),
  })
  const state = new Map<string, object>()
  for (const lamp of lamps) {
    const point = points?.get(lamp)?.find(({ role }) => role === 'missing')?.point
    if (point === undefined) throw new Error(`${lamp} has no point`)
    state.set(lamp, {
      ...(await store.totals(strandkoping, point)),
      raises: raises.filter(({ asset }) => asset === lamp).length,
      cases: cases.filter(({ asset }) => asset === lamp).length,
    })
  }
  return state
}
