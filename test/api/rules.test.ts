import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ruleCheckView,
  ruleListView,
  ruleTestView,
  ruleView,
} from '../../src/api/rule-view.ts'
import { openTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const text = `rules:
  very-dark:
    name: { sv: a, nb: a, en: a }
    priority: 3
    assets: { type: Streetlight }
    condition: { kind: threshold, role: power, below: 2 }
    faultClass: light_out
`
const story = `tests:
  a:
    rule: very-dark
    series: { power: "9 9 1 1" }
    expect: [{ at: 3m, state: STATE }]
`

async function post(url: string, files: readonly { path: string; text: string }[]) {
  return api.ask('rule_engineer', {
    method: 'POST',
    url: `/api/v1${url}`,
    payload: { files },
  })
}

describe('GET /rules', () => {
  it('lists the rules in force with what they watch', async () => {
    const answer = await api.ask('operations', { url: '/api/v1/rules' })
    expect(answer.statusCode).toBe(200)
    const { rules } = ruleListView.parse(answer.json())
    expect(rules.length).toBeGreaterThan(0)
    const [first] = rules
    const one = await api.ask('operations', { url: `/api/v1/rules/${first?.slug}` })
    expect(ruleView.parse(one.json())).toMatchObject({
      slug: first?.slug,
      document: { priority: first?.priority },
    })
  })

  it('counts what it matched in the last 24 hours', async () => {
    await api.raise()
    const { rules } = ruleListView.parse(
      (await api.ask('operations', { url: '/api/v1/rules' })).json(),
    )
    expect(rules.reduce((sum, { matchedLast24h }) => sum + matchedLast24h, 0)).toBe(1)
  })

  it('knows no other rule, and tells nobody else', async () => {
    expect((await api.ask('operations', { url: '/api/v1/rules/none' })).statusCode).toBe(
      404,
    )
    expect((await api.ask('nobody', { url: '/api/v1/rules' })).statusCode).toBe(401)
    expect((await api.ask('contractor', { url: '/api/v1/rules' })).statusCode).toBe(403)
  })
})

describe('POST /rules/check and /rules/test', () => {
  it('hold rules against what is in force', async () => {
    const wrong = text.replace('below', 'belo')
    const answer = await post('/rules/check', [{ path: 'lights.yaml', text: wrong }])
    const { against, mistakes } = ruleCheckView.parse(answer.json())
    expect(against).toBe('service')
    expect(mistakes).toContainEqual(
      expect.objectContaining({
        file: 'lights.yaml',
        line: 6,
        next: 'did you mean "below"?',
      }),
    )
  })

  it('run tests, and say what was seen', async () => {
    for (const [state, holds] of [
      ['ACTIVE', true],
      ['NORMAL', false],
    ] as const) {
      const answer = await post('/rules/test', [
        { path: 'lights.yaml', text },
        { path: 'lights.test.yaml', text: story.replace('STATE', state) },
      ])
      expect(answer.statusCode).toBe(200)
      expect(ruleTestView.parse(answer.json())).toMatchObject({ holds, mistakes: [] })
    }
  })

  it('refuse paths that lead elsewhere', async () => {
    const answer = await post('/rules/test', [{ path: '../x.yaml', text }])
    expect(answer.statusCode).toBe(400)
  })
})
