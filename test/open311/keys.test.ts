import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addOpen311Client,
  listOpen311Clients,
  revokeOpen311Client,
} from '../../src/api/local/open311-clients.ts'
import { createClientKeys } from '../../src/open311/keys.ts'
import { writeAudit } from '../../src/identity/audit.ts'
import type { LocalParts } from '../../src/api/local/parts.ts'
import { north } from '../support/database.ts'
import { seededRandom } from '../support/random.ts'
import { aRequest, catalogue, openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

/** What the commands use of the parts of the machine. */
function local() {
  const { database, clock } = site
  const clientKeys = createClientKeys({
    database,
    clock,
    random: seededRandom(),
    audit: writeAudit,
  })
  const configurations = {
    organisations: async () => [north],
    current: async () => ({ ...catalogue }),
  }
  const parts = {
    database,
    clock,
    clientKeys,
    configurations,
    baseUrl: () => 'https://v.example',
  }
  return parts as unknown as LocalParts
}

const status = async (api_key: string): Promise<number> =>
  (await site.post('requests.xml', { ...aRequest(site.keys), api_key })).status

describe('keys of clients', () => {
  it('are made, used, listed and ended', async () => {
    const client = 'fixamingata'
    const issued = await addOpen311Client(local(), { client, organisation: north })
    expect(issued).toMatchObject({
      endpoint: 'https://v.example/open311/v2/',
      jurisdiction: 'north.se',
      key: expect.stringMatching(/^kv1_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/),
    })
    expect(await status(issued.key)).toBe(200)
    // One in use and one to change to, no third.
    await expect(
      addOpen311Client(local(), { client, organisation: north }),
    ).rejects.toThrow('2 live keys')
    const listed = await listOpen311Clients(local(), { organisation: north })
    const own = listed.clients.find((one) => one.client === client)
    expect(own?.keys.map(({ id }) => id)).toContain(issued.id)
    expect(JSON.stringify(listed)).not.toContain(issued.key)
    await revokeOpen311Client(local(), { client, organisation: north, key: issued.id })
    expect(await status(issued.key)).toBe(403)
    const again = { client, organisation: north, key: issued.id }
    await expect(revokeOpen311Client(local(), again)).rejects.toThrow('no live key')
    const audit = await site.database.read(north).selectFrom('audit').selectAll().execute()
    expect(audit.map(({ action }) => action)).toContain('open311.key.revoke')
    expect(JSON.stringify(audit)).not.toContain(issued.key)
  })

  it('are for partners of the configuration', async () => {
    await expect(
      addOpen311Client(local(), { client: 'nobody', organisation: north }),
    ).rejects.toThrow('no partner nobody')
  })

  it('open nothing when anything of them is wrong', async () => {
    const key = site.keys['fixamingata'] ?? ''
    expect(await status(key)).toBe(200)
    const wrong = [
      key.slice(0, -1),
      `${key}x`,
      key.toUpperCase(),
      key.replace('kv1_', 'kv2_'),
      `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`,
      'x'.repeat(10_000),
      "' or 1=1 --",
    ]
    for (const shown of wrong) expect(await status(shown)).toBe(403)
  })

  it('are of partners that are still there', async () => {
    const before = site.keys['basic'] ?? ''
    site.configure({
      partners: new Map([...catalogue.partners].filter(([id]) => id !== 'basic')),
    })
    expect(await status(before)).toBe(403)
    site.configure({ partners: catalogue.partners })
    expect(await status(before)).toBe(200)
  })

  it('cannot be guessed for long', async () => {
    const guesses = Array.from({ length: 60 }, () =>
      status(`kv1_000000000000_${'A'.repeat(43)}`),
    )
    expect(await Promise.all(guesses)).toContain(429)
  })
})
