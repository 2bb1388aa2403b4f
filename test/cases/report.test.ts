import { afterEach, beforeEach, expect, it } from 'vitest'
import type { installationTables } from '../../src/database/tables.ts'
import { north } from '../support/database.ts'
import { anna, aReport, openTown, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

it('gives the same number and no second token for a report sent twice', async () => {
  const report = aReport({ idempotencyKey: 'double-click' })
  const first = await town.cases.report(north, report)
  const again = await town.cases.report(north, report)
  expect(again).toEqual({ ...first, token: '' })
  expect(first.token).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const [view] = await town.cases.list(north, { which: 'all', limit: 10 })
  expect(view?.reports.human).toBe(1)
})

it('says again that the fault was known when a report that joined is sent twice', async () => {
  await town.raise('lamp-1')
  const report = aReport({ idempotencyKey: 'double-click' })
  const first = await town.cases.report(north, report)
  expect((await town.cases.report(north, report)).known).toEqual(first.known)
})

it('takes 20 copies of one report that arrive together as one', async () => {
  const report = aReport({ idempotencyKey: 'hammering' })
  const receipts = await Promise.all(
    Array.from({ length: 20 }, () => town.cases.report(north, report)),
  )
  expect(new Set(receipts.map(({ number }) => number)).size).toBe(1)
  expect(receipts.filter(({ token }) => token !== '')).toHaveLength(1)
})

it('refuses another report with a key that was used', async () => {
  await town.cases.report(north, aReport({ idempotencyKey: 'double-click' }))
  const other = aReport({ idempotencyKey: 'double-click', text: 'Något annat' })
  await expect(town.cases.report(north, other)).rejects.toMatchObject({
    details: { kind: 'reused', where: 'idempotencyKey' },
  })
})

it.each([
  ['an unknown category', { category: 'ufo' }, 'invalid', 'category'],
  ['a category that is not for citizens', { category: 'pump' }, 'invalid', 'category'],
  ['an unknown asset', { asset: 'lamp-0' }, 'not_found', 'asset'],
  [
    'an asset citizens may not know of',
    { asset: 'pump-1', category: 'litter' },
    'not_found',
    'asset',
  ],
])('refuses %s by naming the field', async (_, said, kind, where) => {
  await expect(town.cases.report(north, aReport(said))).rejects.toMatchObject({
    details: { kind, where },
  })
})

it.each([
  ['with its degrees swapped', { lat: 11.43, lon: 58.27 }, 'each other'],
  ['in Australia', { lat: -33.9, lon: 151.2 }, '300 km'],
])('refuses a place %s, unless it is imported', async (_, place, why) => {
  const report = aReport({ category: 'litter', place, text: 'Glas' })
  await expect(town.cases.report(north, report)).rejects.toMatchObject({
    details: { kind: 'invalid', where: 'place', why: expect.stringContaining(why) },
  })
  expect(await town.cases.list(north, { which: 'all', limit: 10 })).toEqual([])
  await town.cases.report(north, { ...report, source: 'import' })
})

it('says the same of a hidden asset as of one that does not exist', async () => {
  const [hidden, none] = await Promise.allSettled([
    town.cases.report(north, aReport({ asset: 'pump-1', category: 'litter' })),
    town.cases.report(north, aReport({ asset: 'pump-99', category: 'litter' })),
  ])
  expect(hidden.status).toBe('rejected')
  expect(hidden).toEqual(none)
})

it('lets the phone desk report what citizens cannot see', async () => {
  const receipt = await town.cases.report(
    north,
    aReport({ source: 'phone', asset: 'pump-1', category: 'pump', actor: 'user:anna' }),
  )
  const followed = await town.cases.follow(receipt.token)
  expect(followed.asset).toBeNull()
})

it('lets nobody follow with a made-up or a changed link', async () => {
  const { token } = await town.cases.report(north, aReport())
  for (const wrong of ['', 'x', `${token}x`, token.toLowerCase(), 'A'.repeat(43)]) {
    await expect(town.cases.follow(wrong)).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
  }
})

it('writes what a person says of themselves nowhere in the clear', async () => {
  const person = {
    name: 'Maj Planterad',
    email: 'maj.planterad@example.se',
    phone: '0523-99 88 77',
  }
  const text = 'Ring Planterad på 0523-99 88 77'
  const receipt = await town.cases.report(
    north,
    aReport({ text, contact: person, wantsUpdates: true }),
  )
  await town.cases.report(north, aReport({ text, contact: person, wantsUpdates: true }))
  const { version } = await town.cases.get(north, receipt.case, true)
  await town.cases.move(north, receipt.case, {
    to: 'closed',
    reason: 'no_fault_found',
    version,
    by: anna,
  })
  const planted = [...Object.values(person), receipt.token].map((t) => t.toLowerCase())
  const tables = await town.database.installation.query.introspection.getTables()
  expect(tables.length).toBeGreaterThan(10)
  const leaks: string[] = []
  for (const { name } of tables) {
    const rows = await dump(name)
    if (planted.some((secret) => rows.includes(secret))) leaks.push(name)
  }
  expect(leaks).toEqual([])
  const { reporters } = await town.cases.get(north, receipt.case, true)
  expect(reporters?.map((said) => said.text)).toEqual([text, text])
  expect(await dump('outbox')).toContain('mail.case_news')
})

async function dump(table: string): Promise<string> {
  const rows = await town.database.installation.query
    .selectFrom(table as (typeof installationTables)[number])
    .selectAll()
    .execute()
  return JSON.stringify(rows).toLowerCase()
}

it('shows the public neither words nor contacts of those who report', async () => {
  const { token } = await town.cases.report(
    north,
    aReport({ text: 'hemligt', contact: { name: 'Maj' } }),
  )
  const seen = JSON.stringify([
    await town.cases.follow(token),
    await town.cases.knownAt(north, 'lamp-1'),
    await town.cases.list(north, { which: 'all', limit: 10 }),
  ])
  expect(seen).not.toContain('hemligt')
  expect(seen).not.toContain('Maj')
})

it('shows contacts to those who may see them only', async () => {
  const { case: id } = await town.cases.report(north, aReport({ contact: { name: 'Maj' } }))
  expect((await town.cases.get(north, id, false)).reporters).toBeNull()
  expect((await town.cases.get(north, id, true)).reporters).toMatchObject([
    { name: 'Maj', email: null, phone: null },
  ])
})
