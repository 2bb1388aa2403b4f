import { mkdir } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { backupCommand } from '../../src/cli/backup.ts'
import { deliveriesCommand } from '../../src/cli/deliveries.ts'
import { restoreCommand } from '../../src/cli/restore.ts'
import { explain, type Terminal } from '../../src/cli/terminal.ts'
import { systemClock } from '../../src/clock.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import { timeUs } from '../../src/domain/time.ts'
import { addOrganisations, north } from '../support/database.ts'
import { patientDevice } from '../support/patient-device.ts'
import { prepareFolder } from '../support/prepared.ts'
import { freePorts, serve, type ServiceProcess } from '../support/process.ts'
import { strandkoping } from '../support/service.ts'
import { mailsOf, openPlace, recordsOf, type Place } from './desk.ts'

const lamps = Array.from({ length: 5 }, (_, index) => `lamp-${index + 1}`)

/** When each message of a lamp was acknowledged, by the time that it named. */
const acknowledged = new Map<string, number>()
let place: Place
let service: ServiceProcess
let talking: Promise<unknown>
const enough = new AbortController()

beforeAll(async () => {
  place = await openPlace()
  await mkdir(place.data)
  const { secrets } = await prepareFolder(place.data, lamps)
  const ports = await freePorts()
  service = serve(place.data, ports)
  await service.ready
  talking = Promise.all(
    lamps.map(async (lamp) => {
      const credential = secrets.get(lamp)
      if (credential === undefined) throw new Error(`no ${lamp}`)
      const topic = `lights/${strandkoping}/${lamp}/status`
      const url = `mqtt://127.0.0.1:${ports.mqtt}`
      const device = patientDevice({ url, device: lamp, topic, ...credential })
      while (!enough.signal.aborted) {
        const ts = systemClock.now() / 1_000_000
        const said = { ts, p: 620, dp: 0, dim: 100, st: 1, f: 0 }
        await device.say(JSON.stringify(said))
        acknowledged.set(`${lamp} ${ts}`, systemClock.now())
        await wait(5)
      }
      await device.stop()
    }),
  )
})
afterAll(async () => {
  enough.abort()
  await talking
  service.child.kill('SIGKILL')
  await service.ended
  await place[Symbol.asyncDispose]()
})

it('takes a backup while devices speak and are acknowledged, with all they said before', async () => {
  await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(100)
  const [began, before] = [systemClock.now(), acknowledged.size]
  const { code, out } = await run('--data', place.data, 'backup', place.backup, '--json')
  const during = [...acknowledged.values()].filter((at) => at >= began).length
  expect(code).toBe(0)
  expect(during).toBeGreaterThan(0)
  const answer = z.object({ log: z.object({ head: z.object({ sequence: z.int() }) }) })
  const { head } = answer.parse(JSON.parse(out)).log
  expect(head.sequence).toBeGreaterThan(0)

  const restored = await run('--data', place.restored, 'restore', place.backup, '--json')
  expect(JSON.parse(restored.out)).toMatchObject({ history: false, deliveries: 'held' })
  const kept = new Set(
    (await recordsOf(place.restored, systemClock)).flatMap(({ record }) => {
      if (record.kind !== 'envelope') return []
      const { ts } = JSON.parse(Buffer.from(record.payload).toString()) as { ts: number }
      return [`${record.device} ${ts}`]
    }),
  )
  const lost = [...acknowledged].slice(0, before).filter(([message]) => !kept.has(message))
  expect(lost).toEqual([])
}, 120_000)

it('leaves the history to the service that has it open', async () => {
  const folder = `${place.backup}-with-history`
  const said = await run('--data', place.data, 'backup', folder, '--with-history')
  expect(said).toMatchObject({
    code: 3,
    err: expect.stringContaining('the history of readings cannot be copied'),
  })
  expect(said.err).toContain('leave out --with-history')
})

it('holds and releases the deliveries of a service that runs', async () => {
  const data = ['--data', place.data, 'deliveries']
  expect(await run(...data, 'status')).toMatchObject({
    code: 0,
    out: 'Deliveries leave as usual.\nNothing waits.',
  })
  expect(await run(...data, 'hold')).toMatchObject({
    out: expect.stringMatching(/^Deliveries are held since .*: held by hand\./),
  })
  const dropped = await run(...data, 'drop', '--older-than', '2h', '--json')
  expect(JSON.parse(dropped.out)).toMatchObject({
    dropped: 0,
    held: { why: 'held by hand' },
  })
  expect(await run(...data, 'drop', '--older-than', 'long')).toMatchObject({ code: 3 })
  expect((await run(...data, 'release', '--json')).out).toBe('{"held":null,"waiting":[]}')
})

it('holds deliveries where no service runs, without one leaving meanwhile', async () => {
  const data = `${place.data}-stopped`
  await mkdir(data)
  await putDelivery(data)
  const status = await run('--data', data, 'deliveries', 'status')
  expect(status.out).toContain('mail.case_received  1 waiting, due since 1970-')
  const held = await run('--data', data, 'deliveries', 'hold', '--json')
  expect(JSON.parse(held.out)).toMatchObject({ waiting: [{ count: 1 }] })
  expect(mailsOf(data)).toEqual({})
}, 120_000)

it.each([
  ['backup', { GATUVAKT_DATABASE__URL: 'postgres://db/x' }, 'PostgreSQL', 'use pg_dump;'],
  [
    'restore',
    { GATUVAKT_NATS__URL: 'nats://n' },
    'JetStream',
    'nats stream backup gatuvakt',
  ],
])(
  'refuses a %s of what a server keeps, and says what to use',
  async (name, env, what, next) => {
    const said = await runWith(env, '--data', place.data, name, `${place.backup}-x`)
    expect(said.code).toBe(3)
    expect(said.err).toContain(what)
    expect(said.err).toContain(next)
  },
)

async function putDelivery(data: string): Promise<void> {
  const file = `${data}/gatuvakt.sqlite`
  await using database = await openSqliteDatabase({ file, clock: systemClock })
  await addOrganisations(database)
  const row = { id: 'waits', kind: 'mail.case_received', payload: {}, dueAt: timeUs(0) }
  await database.write(north, 'normal', (work) => enqueue(work, row))
}

const run = (...args: readonly string[]) => runWith({}, ...args)

/** The commands as the program runs them. */
async function runWith(env: Record<string, string>, ...args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const terminal: Terminal = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    interactive: false,
    env,
    agree: () => Promise.resolve(true),
    stop: new AbortController().signal,
  }
  let code = 0
  const finish = (result: number): void => {
    code = result
  }
  const program = new Command('gatuvakt').option('--data <folder>').exitOverride()
  for (const make of [backupCommand, restoreCommand, deliveriesCommand]) {
    program.addCommand(make(terminal, finish))
  }
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    code = explain(error, terminal)
  }
  return { code, out: out.join('\n'), err: err.join('\n') }
}
