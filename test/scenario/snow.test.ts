import { request } from 'node:http'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { caseView, type CaseView } from '../../src/cases/views.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import {
  eventually,
  fjordvik,
  startService,
  strandkoping,
  type Person,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { rowsIn } from './look.ts'
import type { Receipt } from './people-say.ts'

const REPORTS = 240
/** What one address may send in a minute. */
const FROM_ONE = 20

const snow = {
  kind: 'storm',
  title: { sv: 'Snöoväder', nb: 'Snøvær', en: 'Snow' },
  text: { sv: 'Vi plogar', nb: 'Vi brøyter', en: 'We plough' },
  scope: { categories: ['street-damage'] },
}

/** One of many citizens: each twenty have an address of their own. */
async function say(
  service: TestService,
  organisation: OrganisationId,
  { from, said }: { readonly from: number; readonly said: object },
): Promise<{ readonly status: number; readonly receipt: Receipt }> {
  const body = JSON.stringify({ language: 'sv', ...said })
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number
    receipt: Receipt
  }>()
  const asking = request(
    `${service.http}/api/v1/organisations/${organisation}/reports`,
    {
      method: 'POST',
      localAddress: `127.0.0.${from + 2}`,
      headers: { 'content-type': 'application/json' },
    },
    (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, receipt: JSON.parse(text) as Receipt }),
      )
    },
  )
  asking.on('error', reject)
  asking.end(body)
  return await promise
}

/** How many are accepted and not placed yet. */
async function waiting({ app }: TestService): Promise<number> {
  const { count } = await app.database
    .read(strandkoping)
    .selectFrom('intake')
    .select((select) => select.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

async function openCases(staff: Person): Promise<readonly CaseView[]> {
  const answer = z.object({ cases: z.array(caseView) })
  return answer.parse((await staff.get('/cases?limit=500')).body).cases
}

it('accepts every report of a storm, gathers them by area, and lets nobody else wait', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock, also: fjordvik })
  const staff = await service.logIn('drift@strandkoping.example')
  const published = await staff.post('/notices', {
    ...snow,
    from: new Date(clock.now() / 1_000).toISOString(),
  })
  expect(published.status).toBe(201)

  // Some at the quay, others elsewhere in town.
  const places = [
    { lat: 58.345, lon: 11.434 },
    { lat: 58.35, lon: 11.45 },
  ]
  const storm = Array.from({ length: REPORTS }, (_, index) =>
    say(service, strandkoping, {
      from: Math.floor(index / FROM_ONE),
      said: {
        category: 'street-damage',
        text: `Oplogat, nummer ${index}`,
        place: places[index % places.length],
        idempotencyKey: `snow-${String(index).padStart(6, '0')}`,
      },
    }),
  )
  const elsewhere = await say(service, fjordvik, {
    from: 100,
    said: { category: 'light-out', asset: 'lamp-1', text: 'Mørkt' },
  })
  const order: string[] = []
  const settled = Promise.all(storm).then((answers) => {
    order.push('storm')
    return answers
  })
  expect(elsewhere.status).toBe(201)
  order.push('elsewhere')
  const answers = await settled
  expect(order).toEqual(['elsewhere', 'storm'])
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  const numbers = new Set(answers.map(({ receipt }) => receipt.number))
  expect(numbers.size).toBe(REPORTS)

  // The same again, while it waits or afterwards, is the same.
  const again = await say(service, strandkoping, {
    from: 101,
    said: {
      category: 'street-damage',
      text: 'Oplogat, nummer 0',
      place: places[0],
      idempotencyKey: 'snow-000000',
    },
  })
  expect(again.receipt).toMatchObject({ number: answers[0]?.receipt.number, token: '' })

  let left = Infinity
  while (left > 0) {
    const before = left
    left = await eventually(
      () => waiting(service),
      (now) => now < before,
    )
  }
  const open = await openCases(staff)
  expect(open.reduce((sum, one) => sum + one.reports.human, 0)).toBe(REPORTS)
  expect(open.map(({ kind }) => kind)).toEqual(['storm', 'storm'])
  expect(await rowsIn(service, 'report')).toBe(REPORTS)
  // The storms' cases, and one for each number.
  expect(await rowsIn(service, 'case')).toBe(REPORTS + 2)

  // The one at the quay is the harbour's, and for the harbour to answer.
  const one = open.find(({ unit }) => unit === 'gata')
  const told = await staff.post(`/cases/${one?.id}/say`, {
    version: one?.version,
    to: 'public',
    text: 'Nästa runda kl. 18',
  })
  expect(told.status).toBe(200)
  const pages = await Promise.all(
    answers.slice(0, 2).map(async ({ receipt }) => {
      const page = await fetch(`${service.http}/f/${receipt.token}?lang=sv`)
      return { status: page.status, text: await page.text() }
    }),
  )
  expect(pages.map(({ status }) => status)).toEqual([200, 200])
  expect(pages.filter(({ text }) => text.includes('Nästa runda kl. 18'))).toHaveLength(1)

  // Before the form: the storm, and what somebody else said already where there is none.
  const before = `${service.http}/api/v1/organisations`
  const banner = await fetch(`${before}/${strandkoping}/notices?category=street-damage`)
  expect(await banner.json()).toMatchObject({ notices: [{ kind: 'storm' }] })
  const near = await fetch(
    `${before}/${fjordvik}/suggestions?category=light-out&asset=lamp-1`,
  )
  expect(await near.json()).toMatchObject({
    suggestions: [{ number: elsewhere.receipt.number, metres: 0 }],
  })
  expect(await staff.get(`/cases/${one?.id}/remaining`)).toEqual({
    status: 200,
    body: { cases: [] },
  })
  expect((await staff.get(`/cases/${one?.id}/duplicates`)).status).toBe(200)
})
