import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { organisationId } from '../../src/domain/ids.ts'
import { findChromium } from '../support/browser.ts'
import { describeWithService } from '../support/services.ts'
import { letsKnow, takesOutOfStorm } from './case-panels.ts'
import { barriers, logIn, running, type Scene } from './scene.ts'

/** Two holes in a street, some steps apart. */
const hole = { lat: 58.3529, lon: 11.4261 }
const otherHole = { lat: 58.3531, lon: 11.4264 }

describeWithService('chromium', findChromium(), (launch) => {
  describe('the cases in a real browser', () => {
    it('are found, given on, corrected, told of and put together', async () => {
      await using scene = await running(['lamp-5'], organisationId.parse('gront'))
      await using browser = await launch()
      const page = await browser.newPage({ locale: 'sv-SE' })
      await logIn(page, scene, 'admin@strandkoping.example')
      const first = await told(page, scene, { category: 'street-damage', place: hole })
      const second = await told(page, scene, {
        category: 'street-damage',
        place: otherHole,
      })
      await told(page, scene, { category: 'green-area', place: hole })

      await finds(page, { second: second.number })
      await goesToPeople(page)
      await putsTogether(page, { first, second })
      await page.getByRole('button', { name: 'Gäller något annat' }).press('Enter')
      await corrects(page)
      await letsKnow(page)
      await page.getByRole('link', { name: 'Hämta utan personuppgifter' }).waitFor()
      const exported = await page.request.get(
        `${scene.http}/api/v1/cases/${second.case}/export?masked=true`,
      )
      expect(exported.status()).toBe(200)
      await takesOutOfStorm(page, scene)
    })

    it('go to whoever stands in while somebody is away', async () => {
      await using scene = await running([])
      await using browser = await launch()
      const page = await browser.newPage({ locale: 'sv-SE' })
      await logIn(page, scene, 'admin@strandkoping.example')
      const { case: id } = await told(page, scene, { category: 'other', place: hole })

      await saysAway(page)
      await page.goto(`${scene.http}/console/cases/${id}`)
      await page.getByRole('button', { name: 'Lämna vidare' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Enhet').selectOption({ label: 'Fastighet' })
      await dialog.getByLabel('Person').selectOption({ label: 'Valter Vaktmästare' })
      await dialog.getByRole('button', { name: 'Lämna vidare' }).click()
      const outcome = page.getByRole('status').filter({ hasText: 'i stället för' })
      await outcome.getByText('Fia Fastighet har ärendet i stället för Valter').waitFor()
      await outcome.getByText('Valter Vaktmästare: borta').waitFor()
      expect(await barriers(page)).toEqual([])

      await page.getByRole('link', { name: 'Frånvaro' }).click()
      await page
        .getByRole('button', { name: 'Avsluta nu: Valter Vaktmästare' })
        .press('Enter')
      await page.getByText('Ingen är borta nu.').waitFor()
    })
  })
})

const receipt = z.object({ case: z.string(), number: z.string() })

/** Somebody of the house saw it: a case of its own. */
async function told(
  page: Page,
  scene: Scene,
  what: { readonly category: string; readonly place: { lat: number; lon: number } },
): Promise<z.infer<typeof receipt>> {
  const answer = await page.request.post(`${scene.http}/api/v1/cases`, {
    headers: { origin: scene.http, 'sec-fetch-site': 'same-origin' },
    data: {
      ...what,
      source: 'internal',
      text: 'Något är trasigt',
      language: 'sv',
      wantsUpdates: false,
    },
  })
  expect(answer.status()).toBe(201)
  return receipt.parse(await answer.json())
}

/** Narrows the list, comes back to it by its address, and opens a case by its number. */
async function finds(page: Page, { second }: { readonly second: string }): Promise<void> {
  await page.getByRole('link', { name: 'Ärenden' }).click()
  await page.getByText('3 ärenden visas.').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByText('Begränsa listan').click()
  await page.getByLabel('Vad').selectOption({ label: 'Skada på gata eller gångväg' })
  await page.getByRole('button', { name: 'Visa' }).click()
  await page.getByText('2 ärenden visas.').waitFor()
  await page.getByRole('link', { name: 'Närmaste frist först' }).click()
  expect(new URL(page.url()).search).toBe('?order=due&category=street-damage')
  await page.reload()
  await page.getByText('2 ärenden visas.').waitFor()
  expect(await barriers(page)).toEqual([])
  await looksAtMap(page)

  const search = page.getByLabel('Sök ärenden')
  await search.fill('STR-1999-000001')
  await search.press('Enter')
  await page.getByText('Det finns inget ärende STR-1999-000001.').waitFor()
  await search.fill(second.toLowerCase())
  await search.press('Enter')
  await page.getByRole('heading', { name: second }).waitFor()
}

/** Without a mouse: goes away from both holes on the map, has the list of what is there, and comes back. */
async function looksAtMap(page: Page): Promise<void> {
  const map = page.getByText('Karta över listan')
  await map.focus()
  await map.press('Enter')
  await page.getByText('2 av 2 ärenden ligger i den här delen av kartan.').waitFor()
  expect(await page.locator('.case-map circle').count()).toBe(2)
  expect(await barriers(page)).toEqual([])
  const north = page.getByRole('button', { name: 'Norrut' })
  await north.press('Enter')
  await north.press('Enter')
  await page.getByText('0 av 2 ärenden ligger i den här delen av kartan.').waitFor()
  await page.getByRole('button', { name: 'Bara ärenden i den här delen' }).press('Enter')
  await page.getByText('0 av 0 ärenden ligger i den här delen av kartan.').waitFor()
  expect(new URL(page.url()).searchParams.get('box')).toMatch(/^11\.\d{5},58\.\d{5},/)
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Ärenden överallt' }).press('Enter')
  await page.getByText('2 ärenden visas.').waitFor()
}

/** Takes the case, gives it to the harbour, and tells everybody, after a second look. */
async function goesToPeople(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Lämna vidare' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Lämna vidare' }).press('Enter')
  await dialog.getByRole('alert').getByText('Ärendet ligger redan där').waitFor()
  await dialog.getByLabel('Enhet').selectOption({ label: 'Hamnenheten' })
  await dialog.getByLabel('Person').selectOption({ label: 'Hedda Hamn' })
  expect(await barriers(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Lämna vidare' }).press('Enter')
  await page.getByRole('status').getByText('Hedda Hamn har ärendet').waitFor()
  // The page has heard of it too: what is told to others names the version that its writer saw.
  await page.getByRole('listitem').getByText('Hedda Hamn har ärendet').first().waitFor()

  await page.getByLabel('Till vem?').selectOption({ label: 'Alla' })
  await page.getByLabel('Meddelande').fill('Ring Kim, kim@example.org, om hålet.')
  await page.getByRole('button', { name: 'Skicka', exact: true }).press('Enter')
  await page.getByText('e-postadress:').waitFor()
  expect(await page.locator('mark').allTextContents()).toEqual(['kim@example.org'])
  expect(await barriers(page)).toEqual([])
  await page.getByLabel('Meddelande').fill('Hålet lagas i morgon.')
  await page.getByRole('button', { name: 'Skicka', exact: true }).press('Enter')
  await page.getByRole('listitem').getByText('Hålet lagas i morgon.').waitFor()
}

interface Two {
  readonly first: { readonly number: string }
  readonly second: { readonly number: string }
}

/** The hole nearby is the same hole. */
async function putsTogether(page: Page, { first, second }: Two): Promise<void> {
  const near = page.getByRole('table', { name: /Öppna ärenden i närheten/ })
  await near.getByRole('link', { name: first.number }).waitFor()
  await near.getByRole('button', { name: `Hämta hit: ${first.number}` }).press('Enter')
  await page.getByRole('heading', { name: 'Här ligger också' }).waitFor()
  await near.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: second.number }).waitFor()
  expect(await barriers(page)).toEqual([])
}

/** It is not the street but the green: another unit has it then. */
async function corrects(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Ändra' }).press('Enter')
  await dialog.getByRole('alert').getByText('Inget är ändrat än').waitFor()
  await dialog.getByLabel('Vad').selectOption({ label: 'Park och grönyta' })
  expect(await barriers(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Ändra' }).press('Enter')
  await page.getByText('Ändrat. Ärendet ligger hos Grönt AB.').waitFor()
}

/** Valter is away from today on, and Fia stands in. */
async function saysAway(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Frånvaro' }).click()
  await page.getByText('Ingen är borta nu.').waitFor()
  await page.getByRole('button', { name: 'Säg när någon är borta' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Spara' }).press('Enter')
  await dialog.getByRole('alert').getByText('Välj vem som är borta').waitFor()
  await dialog.getByRole('alert').getByText('Skriv sista dagen').waitFor()
  expect(await barriers(page)).toEqual([])
  await dialog
    .getByLabel('Vem', { exact: true })
    .selectOption({ label: 'Valter Vaktmästare' })
  const today = await dialog.getByLabel('Första dagen').inputValue()
  await dialog.getByLabel('Sista dagen').fill(today)
  await dialog
    .getByLabel('Lägg till någon i stället')
    .selectOption({ label: 'Fia Fastighet' })
  await dialog.getByRole('button', { name: 'Ta bort Fia Fastighet' }).waitFor()
  await dialog.getByRole('button', { name: 'Spara' }).press('Enter')
  await page.getByText('Frånvaron är sparad.').waitFor()
  const row = page.getByRole('row').filter({ hasText: 'Valter Vaktmästare' })
  await row.getByText('Fia Fastighet').waitFor()
  expect(await barriers(page)).toEqual([])
}
