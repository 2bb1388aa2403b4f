import { XMLParser } from 'fast-xml-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { durationUs, MINUTE, SECOND } from '../../src/domain/time.ts'
import { openSite, type Site } from './site.ts'

/** What FixMyStreet's client asks, as its public source does it: windows, and what it skips. */

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

interface FmsUpdate {
  readonly update_id?: string
  readonly service_request_id: string
  readonly status: string
  readonly updated_datetime: string
  readonly description: string
}

/**
 * Fetches as FixMyStreet does: from so long ago up to now, then throws away what has no id, what it
 * knows, and what is outside of the window as it compares text in UTC.
 */
const utcText = (at: number): string =>
  `${new Date(at / 1_000).toISOString().slice(0, 19)}Z`

class Fetcher {
  readonly kept = new Map<string, FmsUpdate>()
  readonly dropped: string[] = []

  async fetch(hours: number): Promise<void> {
    const now = site.clock.now()
    const [start, end] = [utcText(now - hours * 3_600_000_000), utcText(now)]
    const query = new URLSearchParams({
      jurisdiction_id: 'north.se',
      start_date: start,
      end_date: end,
      api_key: site.keys['fixamingata'] ?? '',
    })
    const answer = await site.get(`servicerequestupdates.xml?${query.toString()}`)
    const parser = new XMLParser({
      parseTagValue: false,
      isArray: (name) => name === 'request_update',
    })
    const read = parser.parse(await answer.text()) as {
      service_request_updates: '' | { request_update: FmsUpdate[] }
    }
    const list = read.service_request_updates
    for (const update of list === '' ? [] : list.request_update) {
      const { update_id, updated_datetime: at } = update
      const utc = new Date(at).toISOString().slice(0, 19)
      if (update_id === undefined) this.dropped.push('no id')
      else if (utc < start.slice(0, 19) || utc > end.slice(0, 19))
        this.dropped.push(update_id)
      else if (!this.kept.has(update_id)) this.kept.set(update_id, update)
    }
  }
}

describe('a fetcher like that of FixMyStreet', () => {
  it('drops nothing and ends where the case ends', async () => {
    const fetcher = new Fetcher()
    const id = await site.report()
    const about = await site.caseOf(id)
    await fetcher.fetch(2)
    await site.move(about, { to: 'in_progress' })
    await fetcher.fetch(2)
    await site.move(about, { to: 'done_reported', text: 'Klart' })
    site.clock.advance(durationUs(5 * MINUTE))
    await site.move(about, { to: 'closed', reason: 'fixed' })
    await fetcher.fetch(2)
    await fetcher.fetch(2)
    site.clock.advance(durationUs(30 * SECOND))
    await fetcher.fetch(2)
    const own = [...fetcher.kept.values()].filter((one) => one.service_request_id === id)
    expect(own.map(({ status }) => status)).toEqual(['in_progress', 'in_progress', 'fixed'])
    expect(fetcher.dropped).toEqual([])
    for (const { description } of own) expect(description).not.toBe('')
  })

  it('hears what happened while it did not ask for longer than its window', async () => {
    const fetcher = new Fetcher()
    const id = await site.report()
    await site.move(await site.caseOf(id), { to: 'in_progress' })
    site.clock.advance(durationUs(600 * MINUTE))
    await fetcher.fetch(2)
    expect([...fetcher.kept.keys()]).toContain(`${id}-u1`)
  })

  it('finds a request of the second that its window ends in', async () => {
    site.clock.advance(durationUs(0.4 * SECOND))
    const id = await site.report()
    const end = utcText(site.clock.now())
    const start = utcText(site.clock.now() - 3_600_000_000)
    const path = `requests.xml?jurisdiction_id=north.se&start_date=${start}&end_date=${end}`
    const text = await (await site.get(path)).text()
    expect(text).toContain(`<service_request_id>${id}</service_request_id>`)
    // It throws away what is later than it asked for, as text.
    const times = [...text.matchAll(/<updated_datetime>(.*?)</g)].map(([, at]) => at ?? '')
    expect(times.every((at) => at <= end)).toBe(true)
  })

  it('finds a new request in a window of its last hour', async () => {
    const id = await site.report()
    const now = new Date(site.clock.now() / 1_000)
    const start = new Date(now.getTime() - 3_600_000)
    const query = `start_date=${start.toISOString()}&end_date=${now.toISOString()}`
    const list = (await (await site.get(`requests.json?${query}`)).json()) as {
      service_request_id: string
      updated_datetime: string
      requested_datetime: string
    }[]
    const own = list.find((one) => one.service_request_id === id)
    expect(own?.updated_datetime).toBe(own?.requested_datetime)
  })
})
