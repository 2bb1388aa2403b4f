import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { App } from '../../src/app.ts'
import { parseJsonObject } from '../../src/configuration/json.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'
import { documentHash } from '../../src/workshop/backtest/kept-reports.ts'
import { openDesk, startListening, type Desk } from './run.ts'

const lund = organisationId.parse('lund')
let desk: Desk
let service: App

beforeAll(async () => {
  desk = await openDesk()
  service = await startListening(desk.data)
  await desk.run(
    'init',
    '--organisation',
    'lund',
    '--name',
    'Lund',
    '--email',
    'a@b.example',
  )
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await desk[Symbol.asyncDispose]()
})

async function file(path: string, text: string): Promise<string> {
  const whole = join(desk.folder, path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, text)
  return whole
}

const rule = (priority: number, above: number): string => `rules:
  high:
    name: { sv: a, nb: a, en: a }
    priority: ${priority}
    assets: { type: Well }
    condition: { kind: threshold, role: level, above: ${above} }
    faultClass: well_high
`
const story = (state: string): string => `tests:
  a:
    rule: high
    series: { level: "1 99" }
    expect: [{ at: 1m, state: ${state} }]
`

async function versionAndComment() {
  return service.database
    .read(lund)
    .selectFrom('configuration_version')
    .select(['version', 'comment', 'author'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
}

describe('gatuvakt rules publish', () => {
  let path = ''
  beforeEach(async () => {
    path = await file('rules/wells.yaml', rule(3, 5))
    await file('rules/wells.test.yaml', story('ACTIVE'))
  })

  it('brings nothing into force while a test does not hold', async () => {
    const before = await versionAndComment()
    await file('rules/wells.test.yaml', story('NORMAL'))
    const { code, out } = await desk.run('rules', 'publish', path, '--comment', 'why')
    expect(code).toBe(3)
    expect(out).toContain('WRONG  high: a')
    expect(out).toContain('nothing was changed')
    expect(await versionAndComment()).toEqual(before)
  })

  it('shows the difference, keeps author and comment, and is idle the second time', async () => {
    const dry = await desk.run('rules', 'publish', path, '--comment', 'why', '--dry-run')
    expect(dry).toMatchObject({ code: 0 })
    expect(dry.out).toContain('lund: 1 rule would change')
    const { code, out } = await desk.run('rules', 'publish', path, '--comment', 'why')
    expect(code).toBe(0)
    const now = await versionAndComment()
    expect(out).toContain(`lund: now version ${now.version}`)
    expect(now).toMatchObject({ comment: 'why', author: 'local' })
    const again = await desk.run('rules', 'publish', path, '--comment', 'why')
    expect(again).toMatchObject({ code: 0 })
    expect(again.out).toContain('nothing to change')
  })

  it('wants a backtest of this very text for priority 1 and 2, or a reason', async () => {
    path = await file('rules/wells.yaml', rule(1, 6))
    const publish = (...more: readonly string[]) =>
      desk.run('rules', 'publish', path, '--comment', 'urgent', ...more)
    const refused = await publish()
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('--without-backtest')
    expect(await publish('--backtest', 'none')).toMatchObject({ code: 4 })

    const document = parseJsonObject(
      JSON.stringify({
        name: { sv: 'a', nb: 'a', en: 'a' },
        priority: 1,
        assets: { type: 'Well' },
        condition: { kind: 'threshold', role: 'level', above: 6 },
        faultClass: 'well_high',
      }),
    )
    await service.database.write(lund, 'normal', async ({ query }) => {
      const at = timeUs(1)
      const common = {
        organisation: lund,
        rule: 'high',
        from_at: at,
        to_at: at,
        report: '{}',
      }
      const by = { author: 'local', at }
      await query
        .insertInto('backtest')
        .values([
          {
            ...common,
            ...by,
            id: 'other',
            hash: documentHash({ ...document, priority: 2 }),
          },
          { ...common, ...by, id: 'right', hash: documentHash(document) },
        ])
        .execute()
    })
    const other = await publish('--backtest', 'other')
    expect(other).toMatchObject({ code: 3 })
    expect(other.err).toContain('another text')
    expect(await publish('--backtest', 'right')).toMatchObject({ code: 0 })
    expect(await versionAndComment()).toMatchObject({ comment: 'urgent (backtest right)' })

    await file('rules/wells.yaml', rule(1, 7))
    expect(await publish('--without-backtest', 'a new well')).toMatchObject({ code: 0 })
    expect(await versionAndComment()).toMatchObject({
      comment: 'urgent (without backtest: a new well)',
    })
  })
})
