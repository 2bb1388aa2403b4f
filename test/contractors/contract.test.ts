import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import { contract, isInForce, termOf } from '../../src/contractors/contract.ts'
import { timeUs, toIso } from '../../src/domain/time.ts'
import { north, openTestDatabase } from '../support/database.ts'

const at = (iso: string) => timeUs(Date.parse(iso) * 1_000)
const zone = 'Europe/Stockholm'

describe('a contract', () => {
  it.each([
    ['2026-03-28T22:59:59Z', false],
    ['2026-03-28T23:00:00Z', true],
    ['2026-10-25T22:59:59Z', true],
    ['2026-10-25T23:00:00Z', false],
  ])(
    'from the day the clock goes forward to the day it goes back, at %s: %s',
    (time, is) => {
      const term = { from: '2026-03-29', until: '2026-10-25' }
      expect(isInForce(term, { zone, at: at(time) })).toBe(is)
      expect(toIso(termOf(term, zone).from)).toBe('2026-03-28T23:00:00.000Z')
    },
  )

  it('without days is always in force', () => {
    expect(isInForce({}, { zone, at: at('1990-01-01T00:00:00Z') })).toBe(true)
    expect(termOf({}, zone).until).toBeNull()
  })

  it.each([
    [{ name: 'x' }],
    [{ name: 'x', contractor: 'LEVA AB' }],
    [{ name: 'x', contractor: 'leva', from: '2026-13-01' }],
    [{ name: 'x', contractor: 'leva', from: '2026-02-01', until: '2026-01-31' }],
    [{ name: 'x', contractor: 'leva', categories: [] }],
    [{ name: 'x', contractor: 'leva', reporter: 'always' }],
    [{ name: 'x', contractor: 'leva', sees: 'everything' }],
  ])('%j is none', (document) => {
    expect(contract.safeParse(document).success).toBe(false)
  })
})

const basis = `
organisation: { name: North, timezone: Europe/Stockholm, languages: [sv] }
users:
  anna: { name: Anna, email: anna@north.example, roles: [operations], language: sv, hours: [{ days: [workday], from: '07:00', to: '16:00' }] }
categories:
  lamp: { name: { sv: L, nb: L, en: L }, faultClass: light_out }
`

describe('the configuration', () => {
  it('knows contracts, whose they are, who is of a unit and when people are at work', async () => {
    await using database = await openTestDatabase()
    const text = `${basis}
contracts:
  light: { name: Lights, contractor: leva, categories: [lamp], closes: true }
units:
  leva: { name: LEVA, contract: light }
  park: { name: Park, members: [anna] }
`
    const parsed = parseConfiguration({ organisation: north, files: [{ path: 'a', text }] })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
    const { configuration } = parsed
    await applyConfiguration(database, { configuration, author: 'local', now: timeUs(0) })
    const active = await createConfigurations(database).current(north)
    expect(active?.contracts.get('light')).toMatchObject({
      contractor: 'leva',
      categories: ['lamp'],
      closes: true,
      reporter: 'never',
    })
    expect(active?.units.get('leva')?.contract).toBe('light')
    expect(active?.units.get('park')?.members).toEqual(['anna'])
    expect(active?.hours.get('anna')).toMatchObject([{ days: ['workday'], from: '07:00' }])
  })

  it.each([
    ['units: { leva: { name: L, contract: lights } }', 'there is no contract "lights"'],
    ['units: { park: { name: P, members: [bo] } }', 'there is no user "bo"'],
    [
      'contracts: { light: { name: L, contractor: leva, categories: [lamps] } }',
      'there is no category "lamps"',
    ],
    [
      'contracts: { light: { name: L, contractor: leva, areas: [town] } }',
      'there is no area "town"',
    ],
  ])('refuses %s', (more, what) => {
    const text = `${basis}\n${more}`
    const parsed = parseConfiguration({ organisation: north, files: [{ path: 'a', text }] })
    expect(parsed.ok).toBe(false)
    expect(JSON.stringify(parsed)).toContain(JSON.stringify(what).slice(1, -1))
  })
})
