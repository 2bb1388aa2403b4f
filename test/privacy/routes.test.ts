import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Role } from '../../src/domain/identity.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

const kim = { name: 'Kim Testsson', email: 'kim@example.org', phone: '0523-98 76 54' }
const text = 'Ring 0523-98 76 54 om lyktan'

let api: TestApi
let id: string
let ofKim: string

beforeEach(async () => {
  api = await openTestApi()
  for (const contact of [kim, { email: 'bo@example.org' }]) {
    const receipt = await api.cases.report(north, {
      source: 'web',
      category: 'light-out',
      asset: 'lamp-17',
      text,
      language: 'sv',
      contact,
      wantsUpdates: false,
      actor: 'citizen',
    })
    id = receipt.case
  }
  const found = await api.cases.get(north, id, true)
  ofKim = found.reporters?.find(({ email }) => email === kim.email)?.report ?? ''
})
afterEach(() => api[Symbol.asyncDispose]())

const exported = async (who: Role, query = '', organisation = north) =>
  await api.ask(who, { url: `/api/v1/cases/${id}/export${query}`, organisation })
const erase = async (payload: object, who: Role = 'administrator', organisation = north) =>
  await api.ask(who, {
    method: 'POST',
    url: `/api/v1/cases/${id}/erase`,
    payload,
    organisation,
  })

async function audited(): Promise<readonly string[]> {
  const rows = await api.database
    .read(north)
    .selectFrom('audit')
    .select(['action', 'actor', 'subject'])
    .orderBy('number')
    .execute()
  return rows.map(({ action, actor, subject }) => `${action} ${actor} ${subject}`)
}

it('hands out everything of a case, masked unless asked otherwise, and writes down who took it', async () => {
  const said = { version: 0, to: 'staff', text: `Kim nås på ${kim.phone}` }
  const url = `/api/v1/cases/${id}/say`
  expect(
    (await api.ask('operations', { method: 'POST', url, payload: said })).statusCode,
  ).toBe(200)
  const masked = await exported('auditor')
  expect(masked.statusCode).toBe(200)
  expect(masked.json()).toMatchObject({ masked: true, case: id })
  for (const word of [kim.email, kim.phone, kim.name])
    expect(masked.body).not.toContain(word)
  expect(masked.body).toContain('om lyktan')
  const whole = await exported('administrator', '?masked=false')
  for (const word of [kim.email, kim.phone, kim.name]) expect(whole.body).toContain(word)
  const [first, second] = (await audited()).filter((line) => line.startsWith('case.export'))
  expect(first).toContain(`user:auditor ${id}`)
  expect(second).toContain(`user:administrator ${id}`)
  expect((await exported('auditor', '?masked=perhaps')).statusCode).toBe(400)
})

it('erases one report, then the case; what was erased is in no answer any more', async () => {
  const report = ofKim
  expect((await erase({ report })).json()).toEqual({ erased: 1 })
  expect((await erase({ report })).json()).toEqual({ erased: 0 })
  const shown = async () =>
    (await api.ask('customer_service', { url: `/api/v1/cases/${id}` })).body
  expect(await shown()).not.toContain(kim.email)
  expect(await shown()).toContain('bo@example.org')
  expect((await erase({})).json()).toEqual({ erased: 1 })
  expect(await shown()).not.toContain('bo@example.org')
  const whole = await exported('administrator', '?masked=false')
  expect(whole.body).not.toContain('example.org')
  expect((await audited()).filter((line) => line.includes('.erase '))).toEqual([
    `person.erase user:administrator ${report}`,
    `person.erase user:administrator ${report}`,
    `case.erase user:administrator ${id}`,
  ])
})

it('is refused to those who may not, to other organisations and of what is not there', async () => {
  for (const who of ['operations', 'customer_service', 'control_centre'] as const) {
    expect((await erase({}, who)).statusCode).toBe(403)
    expect((await exported(who)).statusCode).toBe(403)
  }
  expect((await erase({}, 'administrator', south)).statusCode).toBe(404)
  expect((await exported('auditor', '', south)).statusCode).toBe(404)
  expect((await erase({ report: 'f'.repeat(32) })).statusCode).toBe(404)
  expect((await erase({ reports: [] })).statusCode).toBe(400)
  expect((await api.cases.get(north, id, true)).reporters).toHaveLength(2)
})
