import { expect, it } from 'vitest'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { all, parsePage, textOf, valueOf, type Element } from '../citizen/markup.ts'
import { eventually, startService, strandkoping } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases, goDark } from './look.ts'

async function page(
  url: string,
  init?: RequestInit,
): Promise<{ url: string; page: Element }> {
  const answer = await fetch(url, init)
  expect(answer.status).toBe(200)
  return { url: answer.url, page: parsePage(await answer.text()) }
}

it('tells a citizen without JavaScript that the fault is known, and lets her follow it', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn('drift@strandkoping.example')
  await goDark(service)
  const [known] = await eventually(
    () => allCases(staff),
    ({ length }) => length === 1,
  )
  service.pass(durationUs(5 * MINUTE))

  // She types the number from the sign; a redirection (303) leads to the lamp's page.
  const start = `${service.http}/${strandkoping}`
  const shown = await page(`${start}/a?asset=LAMP-17`)
  expect(new URL(shown.url).pathname).toBe(`/${strandkoping}/a/lamp-17`)
  expect(textOf(shown.page)).toContain('Känt sedan 18:00')

  const form = await page(`${start}/report?asset=lamp-17&category=light-out`)
  const typed = new URLSearchParams({
    ...fieldsOf(form.page),
    category: 'light-out',
    asset: 'LAMP-17',
    text: 'Svart & <mörkt>',
    email: 'kim@example.org',
    updates: '1',
    lang: 'sv',
  })
  // What a browser sends for a form: the fields in this encoding, and where it stands.
  const post = { method: 'POST', body: typed, headers: { origin: service.http } }
  const receipt = await page(`${start}/report`, post)
  const words = textOf(receipt.page)
  expect(words).toContain('Tack, vi känner redan till felet')
  expect(words).toContain('Känt sedan 18:00. Vår givare har upptäckt felet.')
  expect(words).toContain(known?.number)

  const link = all(receipt.page, 'a').find(({ attributes }) =>
    attributes.get('href')?.startsWith('/f/'),
  )
  const follow = await page(`${service.http}${link?.attributes.get('href')}`)
  const told = textOf(follow.page)
  expect(told).toContain(known?.number)
  expect(told).toContain('Vår givare upptäckte felet')
  expect(told).toContain('Mottagen')
  expect(told).not.toContain('kim@example.org')
  expect(told).not.toContain('<mörkt>')

  // Sent again by the back button, it is the same report.
  const again = await page(`${start}/report`, post)
  expect(textOf(again.page)).toContain('Vi hade redan fått den här anmälan.')
  expect(await allCases(staff)).toMatchObject([{ reports: { alarm: 1, human: 1 } }])
})

/** What the form carries by itself. */
function fieldsOf(form: Element): Record<string, string> {
  const inputs = all(form, 'input').filter(({ attributes }) =>
    ['hidden', 'text'].includes(attributes.get('type') ?? 'text'),
  )
  return Object.fromEntries(
    inputs.map((input) => [input.attributes.get('name') ?? '', valueOf(input)]),
  )
}
