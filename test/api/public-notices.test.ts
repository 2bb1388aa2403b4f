import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openTestApi, type TestApi } from '../support/api.ts'

const publicBase = '/api/v1/organisations'
const listed = z.object({ notices: z.array(z.record(z.string(), z.unknown())) })

const words = (text: string) => ({ sv: text, nb: text, en: text })

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
  await api.ask('operations', {
    method: 'POST',
    url: '/api/v1/notices',
    payload: {
      kind: 'planned',
      title: words('Grävning på Storgatan'),
      text: words('Lamporna är släckta till kvällen.'),
      scope: { categories: ['light-out'] },
      from: '2026-11-20T10:00:00Z',
      to: '2026-11-20T18:00:00Z',
    },
  })
})
afterAll(() => api[Symbol.asyncDispose]())

it('what is known already is told to everybody, but not who wrote it', async () => {
  const url = `${publicBase}/north/notices?category=light-out&lat=58.3&lon=11.4`
  const answer = await api.ask('nobody', { url })
  const { notices } = listed.parse(answer.json())
  expect(notices).toMatchObject([
    { kind: 'planned', title: { sv: 'Grävning på Storgatan' }, state: 'running' },
  ])
  expect(answer.body).not.toMatch(/operations|scope|"by"/)
  const other = await api.ask('nobody', { url: `${publicBase}/north/notices?category=x` })
  expect(other.json()).toEqual({ notices: [] })
})

it('planned work is a calendar with the name of the municipality', async () => {
  const url = `${publicBase}/north/planned-work.ics`
  const answer = await api.ask('nobody', { url })
  expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8')
  expect(answer.body).toMatch(/^BEGIN:VCALENDAR/)
  expect(answer.body).toContain('north town')
  expect(answer.body).toContain('SUMMARY:Grävning på Storgatan')
})

it.each(['notices', 'planned-work.ics'])(
  '%s of an organisation that is not here is not found',
  async (what) => {
    const answer = await api.ask('nobody', { url: `${publicBase}/east/${what}` })
    expect(answer.statusCode).toBe(404)
  },
)
