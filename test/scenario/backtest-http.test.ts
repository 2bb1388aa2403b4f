import { expect, it } from 'vitest'
import { durationUs, later, MINUTE, SECOND, toIso } from '../../src/domain/time.ts'
import type { BacktestReport } from '../../src/rules/backtest/report.ts'
import type { BacktestLine } from '../../src/workshop/backtest/messages.ts'
import { cabinet, lamp } from '../support/devices-say.ts'
import { startService, strandkoping, type TestService } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** Below cabinet-1 are lamps 1 to 16, below cabinet-2 17 to 32. */
const lamps = ['lamp-1', 'lamp-2', 'lamp-3', 'lamp-17', 'lamp-18', 'lamp-19']

it('a backtest over HTTP tells what the service told: topology, planned work and chatter as of then', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const began = clock.now()
  await play(service)
  const to = toIso(later(clock.now(), MINUTE))
  const asked = { rule: 'lamp-dark', against: 'live', from: toIso(began), to }

  const engineer = await cookieOf(service, 'regler')
  const lines = await backtest(service, engineer, asked)
  expect(lines.at(0)).toMatchObject({ kind: 'partial' })
  const report = reportOf(lines)
  const [draft, live] = report.arms
  expect(report.arms.map(({ name }) => name)).toEqual(['draft', 'live'])
  // The draft is the rule as it is in force, and so says and tells the same.
  expect({ ...draft, name: 'live' }).toEqual(live)
  expect(report.difference).toMatchObject({ raised: 0, annunciations: 0, onlyFirst: 0 })

  const told = await annunciated(service)
  expect(told).toEqual(['lamp-17', 'lamp-19', 'lamp-3'])
  expect(draft?.kpis.annunciations).toBe(told.length)
  const assets = draft?.kpis.topAssets.flatMap(({ asset, annunciations }) =>
    Array.from({ length: annunciations }, () => asset),
  )
  expect(assets?.toSorted()).toEqual(told.toSorted())
  const { neverToldBecause } = draft?.kpis ?? {}
  expect(neverToldBecause).toMatchObject({ topology: 2, maintenance: 1 })

  // What was not told yet tells nobody: a backtest leaves nothing behind but its report.
  expect(await annunciated(service)).toEqual(told)
  expect(JSON.stringify(reportOf(await backtest(service, engineer, asked)))).toBe(
    JSON.stringify(report),
  )
  const lower = { condition: { kind: 'threshold', role: 'missing', above: 1_000 } }
  const draftText = { ...(await ruleText(service, engineer)), ...lower }
  const other = reportOf(await backtest(service, engineer, { ...asked, draft: draftText }))
  expect(other.arms.map(({ kpis }) => kpis.annunciations)).toEqual([0, told.length])
  expect(other.difference?.onlySecond).toBe(live?.kpis.raised)
}, 60_000)

/** A quarter of an hour: dark lamps, some for want of supply, some where people are at work. */
async function play(service: TestService): Promise<void> {
  const dark = new Set<string>()
  let volts = 230
  const minutes = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const now = service.clock.now()
      await service.say('cabinet-1', cabinet(now, volts))
      for (const one of lamps)
        await service.say(one, lamp(now, dark.has(one) ? 'dark' : 'lit'))
      await service.settle()
      for (let step = 0; step < 6; step++) {
        service.pass(durationUs(10 * SECOND))
        await service.settle()
      }
    }
  }
  await minutes(1)
  dark.add('lamp-17')
  await minutes(2)
  const drift = await cookieOf(service, 'drift')
  const now = service.clock.now()
  const planned = await ask(service, drift, {
    method: 'POST',
    path: '/maintenance-windows',
    body: {
      scope: { assets: ['lamp-18', 'lamp-19'] },
      from: toIso(now),
      to: toIso(later(now, durationUs(20 * MINUTE))),
      reason: 'lamps are exchanged',
    },
  })
  const { window }: { window: { id: string } } = JSON.parse(planned)
  volts = 0
  dark.add('lamp-1').add('lamp-2').add('lamp-18').add('lamp-19')
  await minutes(3)
  // Ended long before its time: what stands is told now.
  dark.delete('lamp-18')
  await minutes(1)
  await ask(service, drift, { method: 'DELETE', path: `/maintenance-windows/${window.id}` })
  await minutes(1)
  dark.clear()
  volts = 230
  await minutes(3)
  dark.add('lamp-3')
  await minutes(3)
}

/** Assets of the annunciations of dark lamps, as the journal has them. */
async function annunciated({ app }: TestService): Promise<readonly string[]> {
  const rows = await app.database
    .read(strandkoping)
    .selectFrom('transition')
    .innerJoin('alarm', 'alarm.id', 'transition.alarm')
    .select('alarm.asset')
    .where('alarm.rule', '=', 'lamp-dark')
    .where('transition.annunciated', '=', 1)
    .orderBy('transition.processed_at')
    .orderBy('alarm.asset')
    .execute()
  return rows.map(({ asset }) => asset)
}

async function cookieOf({ app, http }: TestService, user: string): Promise<string> {
  const { token } = await app.identity.oneTimeLink(strandkoping, user)
  const password = 'only for this test 2'
  await app.identity.setPassword(token, password)
  const email = `${user}@strandkoping.example`
  const answer = await fetch(`${http}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: http },
    body: JSON.stringify({ organisation: strandkoping, email, password }),
  })
  return (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
}

async function ask(
  { http }: TestService,
  cookie: string,
  asked: {
    readonly method: 'GET' | 'POST' | 'DELETE'
    readonly path: string
    readonly body?: object
  },
): Promise<string> {
  const { method, path, body } = asked
  const answer = await fetch(`${http}/api/v1${path}`, {
    method,
    headers: {
      origin: http,
      cookie,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`)
  return text
}

async function backtest(
  service: TestService,
  cookie: string,
  body: object,
): Promise<readonly BacktestLine[]> {
  const path = '/rules/backtest'
  const text = await ask(service, cookie, { method: 'POST', path, body })
  return text
    .trim()
    .split('\n')
    .map((line): BacktestLine => JSON.parse(line))
}

function reportOf(lines: readonly BacktestLine[]): BacktestReport {
  const [report, cost] = lines.slice(-2)
  if (report?.kind !== 'report') throw new Error(`no report: ${JSON.stringify(report)}`)
  // The clock of the test stands still meanwhile.
  const { readings } = report
  expect(cost).toEqual({ kind: 'cost', readings, seconds: 0, readingsPerSecond: null })
  return report
}

async function ruleText(service: TestService, cookie: string): Promise<object> {
  const text = await ask(service, cookie, { method: 'GET', path: '/rules/lamp-dark' })
  const { document }: { document: object } = JSON.parse(text)
  return document
}
