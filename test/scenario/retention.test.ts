import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { eventually, startService, strandkoping } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases } from './look.ts'
import { report } from './people-say.ts'

/** Decided for green areas alone: contacts at once, and the rest after a year. */
const decided = `retention:
  green:
    order: 1
    when: { category: green-area }
    contactsMonths: 0
    caseYears: 1
    decision: KS 2026/7 § 3
`

const kim = { name: 'Kim Testsson', email: 'kim.planted@example.org' }
const said = { language: 'sv', wantsUpdates: true, contact: kim }
const DAY = durationUs(24 * HOUR)

it('each kind of case is forgotten as its decision says, and its statistics stay', async () => {
  await using folder = await temporaryFolder()
  const { path } = folder
  const clock = new VirtualClock('2026-11-20T12:00:00Z')
  await using service = await startService({
    folder: path,
    clock,
    edit: (file, text) =>
      file === 'retention.yaml' ? text.replace('retention:\n', decided) : text,
  })
  const desk = async () => await service.logIn('central@strandkoping.example')
  for (const category of ['green-area', 'street-damage', 'water-leak']) {
    const place = { lat: 58.3512, lon: 11.434 }
    const text = `Zyqwfalk ${category}`
    expect((await report(service, { ...said, category, place, text })).status).toBe(201)
  }
  const staff = await desk()
  for (const { id, category, version } of await allCases(staff)) {
    // The leak is never closed, so its time never begins.
    if (category.id === 'water-leak') continue
    const closing = { to: 'closed', version, reason: 'fixed', text: `Klart ${category.id}` }
    expect((await staff.post(`/cases/${id}/move`, closing)).status).toBe(200)
  }
  const november = '/statistics?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z'
  const statistics = async () => (await (await desk()).get(november)).body
  const before = await statistics()
  /** Who can be found, and whose words can be read. */
  const left = async () => {
    const { app } = service
    const { found } = await service.local
      .inject({
        method: 'POST',
        url: '/privacy-find',
        payload: { organisation: strandkoping, email: kim.email },
      })
      .then((answer) => answer.json<{ found: readonly { readonly case: string }[] }>())
    const rows = await app.database
      .read(strandkoping)
      .selectFrom('case')
      .select(['id', 'category', 'closing_text'])
      .orderBy('category')
      .execute()
    return rows.map(({ id, category, closing_text }) => [
      category,
      found.some((one) => one.case === id) ? 'known' : 'nobody',
      closing_text,
    ])
  }
  expect(await left()).toEqual([
    ['green-area', 'known', 'Klart green-area'],
    ['street-damage', 'known', 'Klart street-damage'],
    ['water-leak', 'known', null],
  ])

  const nights = async (days: number, fits: readonly unknown[]) => {
    // Nothing happens on the way, and a year of timers takes its time.
    clock.suspend(durationUs(days * DAY))
    await eventually(
      async () => {
        service.pass(HOUR)
        return await left()
      },
      (now) => JSON.stringify(now) === JSON.stringify(fits),
    )
  }
  await nights(1, [
    ['green-area', 'nobody', 'Klart green-area'],
    ['street-damage', 'known', 'Klart street-damage'],
    ['water-leak', 'known', null],
  ])
  await nights(370, [
    ['green-area', 'nobody', null],
    ['street-damage', 'nobody', 'Klart street-damage'],
    ['water-leak', 'known', null],
  ])
  expect(await statistics()).toEqual(before)
  expect(ledger(join(path, 'gatuvakt.sqlite'))).toEqual([
    ['green', 'case', 1],
    ['green', 'contacts', 1],
    ['standard', 'contacts', 1],
  ])
}, 60_000)

/** What was erased by which rule; no ids, no names. */
function ledger(file: string): readonly unknown[] {
  using database = new DatabaseSync(file, { readOnly: true })
  return database
    .prepare('select rule, step, count from erasure order by rule, step')
    .all()
    .map(({ rule, step, count }) => [rule, step, count])
}
