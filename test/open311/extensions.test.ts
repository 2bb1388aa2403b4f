import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

describe('what the contract has no fields for', () => {
  it('is told to whoever asks for extensions, in JSON, and nothing of a person', async () => {
    const id = await site.report({ first_name: 'Åsa', description: 'Hemligt ord' })
    const about = await site.caseOf(id)
    await site.move(about, { to: 'in_progress' })
    await site.move(about, {
      to: 'closed',
      reason: 'accepted_no_action',
      text: 'Skadan är liten.',
    })
    const answer = await site.get(`requests/${id}.json?extensions=true`)
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject([
      {
        service_request_id: id,
        extended_attributes: { external_status_code: 'accepted_no_action', media_urls: [] },
        notes: [
          { type: 'opened', datetime: '2026-11-20T12:00:00Z', description: null },
          { type: 'in_progress' },
          { type: 'accepted_no_action', description: 'Skadan är liten.' },
        ],
      },
    ])
    expect(text).not.toMatch(/Åsa|Hemligt|anna/)
    const xml = await site.get(`requests/${id}.xml?extensions=true`)
    expect(await xml.text()).not.toContain('<notes')
    expect(await (await site.get(`requests/${id}.json`)).json()).not.toHaveProperty(
      '0.notes',
    )
  })

  it('is told of so many at once and no more', async () => {
    const ids = Array.from({ length: 51 }, (_, at) => `NOR-2026-${at}`).join(',')
    for (const query of ['page_size=51', `service_request_id=${ids}`]) {
      const answer = await site.get(`requests.json?extensions=true&${query}`)
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('50')
      expect((await site.get(`requests.json?${query}`)).status).toBe(200)
    }
  })
})
