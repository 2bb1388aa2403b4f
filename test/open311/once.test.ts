import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { onBothDatabases } from '../support/both-databases.ts'
import { north } from '../support/database.ts'
import { aRequest, openSite, type Form, type Site } from './site.ts'

/** Somebody really clicked so often. */
const CLICKS = 70

const frame = (text: string, link: string): string =>
  `Titel: Skräp\r\n\r\nBeskrivning: ${text}\r\n\r\nLänk till ärendet: ${link}` +
  '\r\n\r\nSkickad via FixaMinGata\r\n'

function once(name: string, open: () => Promise<Database>): void {
  describe(`a report that is sent more than once, on ${name}`, () => {
    let site: Site
    let database: Database
    beforeAll(async () => {
      database = await open()
      site = await openSite({ database })
    }, 120_000)
    afterAll(async () => {
      await site[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    })

    const idOf = async (form: Form): Promise<string> => {
      const answer = await site.post('requests.xml', form)
      const text = await answer.text()
      const [, id] = /<service_request_id>(.*?)</.exec(text) ?? []
      if (answer.status !== 200 || id === undefined) throw new Error(text)
      return id
    }
    const cases = async (): Promise<number> =>
      (await database.read(north).selectFrom('case').select('id').execute()).length

    it(`is one case with one id, ${CLICKS} times at once`, async () => {
      const before = await cases()
      const form = aRequest(site.keys)
      const ids = await Promise.all(Array.from({ length: CLICKS }, () => idOf(form)))
      expect(new Set(ids).size).toBe(1)
      expect(await cases()).toBe(before + 1)
      expect(await idOf(form)).toBe(ids[0])
    }, 120_000)

    it('is known by its link for ever, also with other words', async () => {
      const form = aRequest(site.keys)
      const said = (text: string) => ({
        ...form,
        description: frame(text, 'https://fixamingata.se/report/7'),
      })
      const ids = await Promise.all(['a', 'b', 'c'].map((text) => idOf(said(text))))
      site.clock.advance(durationUs(100 * HOUR))
      ids.push(await idOf(said('d')))
      expect(new Set(ids).size).toBe(1)
    })

    it('is another one for another client, another link, and a day later', async () => {
      const form = aRequest(site.keys)
      const link = 'https://fixamingata.se/report/8'
      const linked = { ...form, description: frame('x', link) }
      const ids = [
        await idOf(linked),
        await idOf({ ...linked, api_key: site.keys['basic'] ?? '' }),
        await idOf({ ...form, description: frame('x', `${link}9`) }),
        await idOf(form),
      ]
      site.clock.advance(durationUs(23 * HOUR))
      expect(await idOf(form)).toBe(ids[3])
      site.clock.advance(durationUs(2 * HOUR))
      ids.push(await idOf(form))
      expect(new Set(ids).size).toBe(5)
    })

    it('is another one for another person with the same words', async () => {
      const form = aRequest(site.keys)
      expect(await idOf({ ...form, email: 'a@example.org' })).not.toBe(
        await idOf({ ...form, email: 'b@example.org' }),
      )
    })
  })
}

await onBothDatabases((open, name) => once(name, open))
