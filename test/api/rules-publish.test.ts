import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rulePublishView } from '../../src/api/rule-view.ts'
import type { Role } from '../../src/domain/identity.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'

const activated: OrganisationId[] = []
let api: TestApi
beforeAll(async () => {
  api = await openTestApi({
    activate: async (organisation) => void activated.push(organisation),
  })
})
afterAll(() => api[Symbol.asyncDispose]())

const rule = (below: number, priority = 3): string => `rules:
  very-dark:
    name: { sv: a, nb: a, en: a }
    priority: ${priority}
    assets: { type: Streetlight }
    condition: { kind: threshold, role: power, below: ${below} }
    faultClass: light_out
`
const story = (state: string): string => `tests:
  a:
    rule: very-dark
    series: { power: "9 9 1 1" }
    expect: [{ at: 3m, state: ${state} }]
`

async function publish(who: Role, text: string, more: object = {}) {
  const files = [
    { path: 'lights.yaml', text },
    { path: 'lights.test.yaml', text: story('ACTIVE') },
  ]
  const payload = { files, comment: 'as asked', ...more }
  return api.ask(who, { method: 'POST', url: '/api/v1/rules/publish', payload })
}

async function newest() {
  return api.database
    .read(north)
    .selectFrom('configuration_version')
    .select(['version', 'comment', 'author'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
}

describe('POST /rules/publish', () => {
  it('says with dryRun what would change, and changes nothing', async () => {
    const before = await newest()
    const answer = await publish('rule_engineer', rule(2), { dryRun: true })
    expect(answer.statusCode).toBe(200)
    const view = rulePublishView.parse(answer.json())
    expect(view).toMatchObject({ version: null, mistakes: [], wantBacktest: [] })
    expect(view.tests).toMatchObject([{ holds: true }])
    const [change] = view.differences
    expect(change?.slug).toBe('very-dark')
    expect(change?.lines.join('\n')).toContain('"below": 2')
    expect(await newest()).toEqual(before)
    expect(activated).toEqual([])
  })

  it('brings a rule into force, in the name of who did it', async () => {
    const answer = await publish('rule_engineer', rule(2))
    const { version } = rulePublishView.parse(answer.json())
    expect(await newest()).toEqual({
      version,
      comment: 'as asked',
      author: 'user:rule-engineer',
    })
    expect(activated).toEqual([north])
    const { last } = await api.database
      .read(north)
      .selectFrom('audit')
      .select(({ fn }) => fn.max('subject').as('last'))
      .where('action', '=', 'rule.publish')
      .executeTakeFirstOrThrow()
    expect(last).toBe(String(version))
  })

  it('writes nothing when a test does not hold', async () => {
    const before = await newest()
    const files = [
      { path: 'lights.yaml', text: rule(3) },
      { path: 'lights.test.yaml', text: story('NORMAL') },
    ]
    const answer = await api.ask('rule_engineer', {
      method: 'POST',
      url: '/api/v1/rules/publish',
      payload: { files, comment: 'as asked' },
    })
    const view = rulePublishView.parse(answer.json())
    expect(view).toMatchObject({ version: null, tests: [{ holds: false }] })
    expect(await newest()).toEqual(before)
  })

  it('says file and line of what is wrong', async () => {
    const answer = await publish('rule_engineer', rule(3).replace('below', 'belo'))
    expect(rulePublishView.parse(answer.json()).mistakes).toContainEqual(
      expect.objectContaining({ file: 'lights.yaml', line: 6 }),
    )
  })

  it.each([
    ['no comment', { comment: '' }],
    ['a side that is none', { take: 'mine' }],
    ['too many backtests', { backtests: Array.from({ length: 51 }, () => 'x') }],
    ['something nobody asked for', { force: true }],
  ])('refuses %s', async (_what, more) => {
    expect((await publish('rule_engineer', rule(3), more)).statusCode).toBe(400)
  })

  it('is not for everybody', async () => {
    expect((await publish('operations', rule(3))).statusCode).toBe(403)
  })
})

describe('an urgent rule', () => {
  const because = { withoutBacktest: 'a new station, no history' }

  it('wants a backtest, or the reason why there is none', async () => {
    const dry = await publish('rule_engineer', rule(2, 1), { dryRun: true })
    expect(rulePublishView.parse(dry.json()).wantBacktest).toEqual(['very-dark'])
    const answer = await publish('administrator', rule(2, 1))
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining('backtest') })
  })

  it('is published by somebody else than who tried it, and as it was tried', async () => {
    await publish('rule_engineer', rule(1, 1), { dryRun: true, ...because })
    const alone = await publish('rule_engineer', rule(1, 1), because)
    expect(alone.statusCode).toBe(403)
    expect(alone.json()).toMatchObject({ facts: { rules: ['very-dark'] } })
    const other = await publish('administrator', rule(1.5, 1), because)
    expect(other.statusCode).toBe(403)
    const both = await publish('administrator', rule(1, 1), because)
    expect(rulePublishView.parse(both.json()).version).not.toBeNull()
    expect((await newest()).author).toBe('user:administrator')
  })

  it('is forgotten as a proposal after 30 days', async () => {
    await publish('rule_engineer', rule(1.2, 1), { dryRun: true, ...because })
    api.clock.advance(durationUs(31 * 24 * HOUR))
    const answer = await publish('administrator', rule(1.2, 1), because)
    expect(answer.statusCode).toBe(403)
  })

  it('is published alone where nobody else may', async () => {
    await api.database.write(north, 'normal', async ({ query }) => {
      await query
        .deleteFrom('configuration_object')
        .where('kind', '=', 'user')
        .where('slug', '=', 'administrator')
        .execute()
    })
    const answer = await publish('rule_engineer', rule(1.3, 1), because)
    expect(rulePublishView.parse(answer.json()).version).not.toBeNull()
  })
})
