import { expect, it } from 'vitest'
import { later, MINUTE, toIso } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { findPostgres } from '../support/postgres.ts'
import { eventually, startService, type TestService } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { eventsOf, journal } from './look.ts'

const dark = { rule: 'lamp-dark', asset: 'lamp-17' }

/** What a command of the machine itself answers, line by line. */
async function lines(
  { app }: TestService,
  url: string,
  payload: object,
): Promise<readonly Record<string, unknown>[]> {
  const answer = await app.local?.inject({
    method: 'POST',
    url,
    payload: { organisation: 'strandkoping', ...payload },
  })
  expect(answer?.statusCode).toBe(200)
  return (answer?.body ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

it('says of the past what was said then, and what other limits would have said', async () => {
  expect(await story()).toMatchObject(swept)
})

describeWithService('postgres', await findPostgres(), (start) => {
  it('says the same', async () => {
    await using server = await start()
    expect(await story(await server.createDatabase())).toMatchObject(swept)
  })
})

/** The values that were tried, and how often the rule would have raised. */
const swept = [
  { value: '10', raised: 1 },
  { value: '20', raised: 1 },
  { value: '1000', raised: 0 },
]

/** Plays five minutes and asks for the report of them; answers with what other limits would have said. */
async function story(databaseUrl?: string): Promise<unknown> {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({
    folder: folder.path,
    clock,
    ...(databaseUrl !== undefined && { databaseUrl }),
  })
  const began = clock.now()
  for (const state of ['lit', 'dark', 'dark', 'lit', 'lit'] as const) {
    await service.say('lamp-17', lamp(clock.now(), state))
    await service.settle()
    service.pass(MINUTE)
    await service.settle()
  }
  const said = await eventually(
    () => journal(service, dark),
    (all) => all.length >= 2,
  )
  expect(eventsOf(said).map((event) => event.split(' ')[0])).toEqual(['raised', 'cleared'])

  const range = { from: toIso(began), to: toIso(later(clock.now(), MINUTE)) }
  const report = (
    await lines(service, '/rules-backtest', { rule: 'lamp-dark', ...range })
  ).at(-2)
  expect(report).toMatchObject({
    kind: 'report',
    // The rule looks further back than the service is old, and the report says so.
    inexact: [expect.stringContaining('is known since')],
    arms: [{ kpis: { raised: 1 } }],
    occurrences: [
      {
        asset: 'lamp-17',
        raisedAt: eventsOf(said)[0]?.split(' ')[1],
        endedAt: eventsOf(said)[1]?.split(' ')[1],
      },
    ],
  })

  const sweep = { rule: 'lamp-dark', ...range, path: 'condition.above' }
  const values = [10, 20, 1_000]
  const answer = (await lines(service, '/rules-sweep', { ...sweep, values })).at(-2)
  expect(answer).toMatchObject({ kind: 'sweep' })
  return answer?.['rows']
}
