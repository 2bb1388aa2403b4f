/**
 * Makes the data folders that the upgrade tests keep of a release. Run once, with the tree of that
 * release: `node test/upgrade/make-folder.process.ts test/upgrade/released/0.1.0`. Everybody and
 * everything in them is invented.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { durationUs, MINUTE, SECOND, toIso } from '../../src/domain/time.ts'
import { allCases, journal, openAlarms } from '../scenario/look.ts'
import { darkOnLamp17, report } from '../scenario/people-say.ts'
import { lamp, station } from '../support/devices-say.ts'
import { eventually, startService, strandkoping } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const seconds = (count: number) => durationUs(count * SECOND)

/** A folder that was stopped tidily, and one whose process was killed with its write-ahead logs. */
async function makeBoth(into: string): Promise<void> {
  for (const end of ['stopped', 'killed']) {
    await using temporary = await temporaryFolder()
    const folder = join(temporary.path, 'data')
    spawnSync(process.execPath, [import.meta.filename, 'story', folder, end], {
      stdio: 'inherit',
    })
    await pack(folder, join(into, end))
  }
}

/** Each file compressed on its own; what a start makes anew stays behind. */
async function pack(folder: string, into: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('-shm')) continue
    const path = join(entry.parentPath, entry.name)
    const target = join(into, path.slice(folder.length))
    await mkdir(join(target, '..'), { recursive: true })
    const content = await readFile(path)
    // People compare this one; the others only the tests read.
    if (entry.name === 'expected.json') await writeFile(target, content)
    else await writeFile(`${target}.gz`, gzipSync(content, { level: 9 }))
  }
}

async function story(folder: string, end: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const clock = new VirtualClock()
  const service = await startService({ folder, clock })
  const readings: Record<string, { count: number; sum: number }> = {}

  function note(point: string, value: number): void {
    const of = (readings[point] ??= { count: 0, sum: 0 })
    of.count += 1
    of.sum = Math.round((of.sum + value) * 1_000) / 1_000
  }
  async function lampSays(name: string, state: 'lit' | 'dark'): Promise<void> {
    await service.say(name, lamp(clock.now(), state))
    note(`${name} power`, state === 'lit' ? 62 : 0.4)
    note(`${name} missing`, state === 'lit' ? 0 : 61.6)
  }
  async function stationSays(level: number): Promise<void> {
    await service.say('station-1', station(clock.now(), { level }))
    note('station-1 level', level)
  }
  const journalHas = (lines: number) =>
    eventually(
      () => journal(service, { rule: 'lamp-dark' }),
      ({ length }) => length === lines,
    )

  for (let minute = 0; minute < 5; minute += 1) {
    for (const name of ['lamp-17', 'lamp-18', 'lamp-19']) await lampSays(name, 'lit')
    await stationSays(1 + minute / 8)
    await service.settle()
    service.pass(MINUTE)
  }
  // One lamp goes dark for good, one for a while.
  await lampSays('lamp-17', 'dark')
  await lampSays('lamp-18', 'dark')
  await lampSays('lamp-19', 'lit')
  await stationSays(1.75)
  await service.settle()
  service.pass(seconds(21))
  await journalHas(2)
  await lampSays('lamp-18', 'lit')
  await service.settle()
  service.pass(seconds(21))
  await journalHas(3)
  const contact = { email: 'anna@example.se' }
  await report(service, { ...darkOnLamp17, contact, wantsUpdates: true })
  service.pass(seconds(8))
  await eventually(
    () => deliveries(service),
    (rows) => rows.length > 0 && rows.every(({ delivered_at: at }) => at !== null),
  )
  // And one has been dark for 6 of the 20 seconds that its rule waits.
  await lampSays('lamp-19', 'dark')
  await service.settle()
  const email = 'admin@strandkoping.example'
  const { staff, cookie } = await hearCookie(() => service.logIn(email))
  const spare = await service.credential('lamp-20')
  service.pass(seconds(6))
  if (end === 'killed') {
    // Acknowledged, and nobody waits until it has been taken in.
    for (let second = 0; second < 5; second += 1) {
      await lampSays('lamp-17', 'dark')
      await stationSays(1.5 + second / 8)
      service.pass(SECOND)
    }
  }
  const expected = {
    stoppedAt: toIso(clock.now()),
    email,
    password: 'only for this test 1',
    cookie,
    device: { name: 'lamp-20', ...spare },
    readings,
    openAlarms: (await openAlarms(staff)).map(({ id, rule, asset, state }) => {
      return { id, rule: rule.id, asset: asset.id, state }
    }),
    cases: (await allCases(staff)).map(({ id, number, state, reports }) => {
      return { id, number, state, reports }
    }),
    journal: (await journal(service)).map(({ rule, asset, event, at }) => {
      return `${rule} ${asset} ${event} ${at}`
    }),
    deliveries: await deliveries(service),
  }
  await writeFile(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`)
  if (end === 'killed') process.kill(process.pid, 'SIGKILL')
  await service[Symbol.asyncDispose]()
}

function deliveries({ app }: Awaited<ReturnType<typeof startService>>) {
  return app.database
    .read(strandkoping)
    .selectFrom('outbox')
    .select(['id', 'delivered_at'])
    .orderBy('id')
    .execute()
}

/** Logs somebody in and keeps the cookie that their browser would keep. */
async function hearCookie<T>(
  logIn: () => Promise<T>,
): Promise<{ staff: T; cookie: string }> {
  const real = globalThis.fetch
  let cookie = ''
  globalThis.fetch = async (...request) => {
    const answer = await real(...request)
    const set = answer.headers.getSetCookie()[0]?.split(';')[0]
    cookie = set ?? cookie
    return answer
  }
  try {
    const staff = await logIn()
    return { staff, cookie }
  } finally {
    globalThis.fetch = real
  }
}

const [first = '', second = '', end = ''] = process.argv.slice(2)
if (first === 'story') await story(second, end)
else await makeBoth(first)
