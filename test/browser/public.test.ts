import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { takenPhotosView } from '../../src/api/photo-views.ts'
import { jpeg } from '../photos/pictures.ts'
import { findChromium } from '../support/browser.ts'
import { strandkoping } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { barriers, logIn, running, type Scene } from './scene.ts'

describeWithService('chromium', findChromium(), (launch) => {
  describe('customer service in a real browser', () => {
    it('answers before people ask, looks at what they sent, and counts it', async () => {
      await using scene = await running([])
      await sendReports(scene)
      await using browser = await launch()
      const page = await browser.newPage({ locale: 'sv-SE' })
      await logIn(page, scene, 'kundtjanst@strandkoping.example')
      await publish(page)
      await review(page)

      await open(page, 'Statistik')
      const channels = page.getByRole('link', { name: 'Kanal', exact: true })
      await page.locator('.uplot canvas, table').first().waitFor()
      expect(await barriers(page)).toEqual([])
      await channels.click()
      const web = page.getByRole('row').filter({ hasText: 'webben' })
      await web.getByText('11').first().waitFor()
      expect(page.url()).toContain('by=source')
      expect(await barriers(page)).toEqual([])
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Ärendena som GeoJSON' }).click(),
      ])
      expect(file.suggestedFilename()).toBe('cases.geojson')

      await open(page, 'Brev')
      await page.getByText('Allt har kommit fram.').waitFor()
      expect(await barriers(page)).toEqual([])
    })
  })
})

/** Eleven people report the same within a quarter of an hour, one of them with a photo. */
async function sendReports(scene: Scene): Promise<void> {
  const organisation = `${scene.http}/api/v1/organisations/${strandkoping}`
  const form = new FormData()
  const picture = await jpeg({ width: 640, height: 480 })
  form.set('photo', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'a.jpg')
  const headers = { origin: scene.http }
  const sent = await fetch(`${organisation}/photos`, {
    method: 'POST',
    headers,
    body: form,
  })
  const { photos } = takenPhotosView.parse(await sent.json())
  for (let count = 0; count < 11; count += 1) {
    const answer = await fetch(`${organisation}/reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        category: 'water-leak',
        place: { lat: 58.345, lon: 11.434 },
        text: count === 0 ? 'Ring 0523-98 76 54 om läckan' : 'Vatten på gatan',
        language: 'sv',
        ...(count === 0 && { photos: photos.map(({ id }) => id) }),
      }),
    })
    expect([201, 202]).toContain(answer.status)
  }
}

async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

/** One press makes the storm that is proposed; planned work is written with the keyboard alone. */
async function publish(page: Page): Promise<void> {
  await open(page, 'Besked')
  await page.getByText('11 anmälningar på 15 minuter: Vattenläcka, Hamnen').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Publicera en storm: Vattenläcka' }).press('Enter')
  const storm = page.getByRole('row').filter({ hasText: 'Många anmäler: Vattenläcka' })
  await storm.waitFor()
  await page.getByText('En storm svarar dem redan.').waitFor()

  await page.getByRole('button', { name: 'Nytt besked' }).press('Enter')
  const form = page.getByRole('dialog')
  await form.getByLabel('Rubrik, Svenska').fill('Vi gräver i hamnen')
  await form.getByLabel('Rubrik, Svenska').press('Enter')
  await form.getByText('Planerat arbete har ett slut: skriv när').waitFor()
  expect(await barriers(page)).toEqual([])
  await form.getByLabel('Slag').selectOption({ label: 'Känt fel' })
  await form.getByRole('checkbox', { name: 'Vattenläcka' }).press('Space')
  await form.getByLabel('Var och om vad').selectOption({ label: 'Ett område' })
  await form.getByLabel('Område').selectOption({ label: 'Hamnen' })
  expect(await barriers(page)).toEqual([])
  await form.getByLabel('Rubrik, Svenska').press('Enter')
  await page.getByText('Beskedet är publicerat.').waitFor()
  await page.getByRole('button', { name: 'Avsluta nu: Vi gräver i hamnen' }).press('Enter')
  const over = page.getByRole('table', { name: 'Tidigare' })
  await over.getByText('Vi gräver i hamnen').waitFor()
  expect(await barriers(page)).toEqual([])
}

/** Shows a photo and a text to the public, and takes the photo back. */
async function review(page: Page): Promise<void> {
  await open(page, 'Granskning')
  const photo = page.getByRole('img', { name: /^Foto till STR-/ })
  await photo.waitFor()
  // The preview that the service made of it.
  await expect
    .poll(() => page.evaluate("document.querySelector('.photos img').naturalWidth"))
    .toBe(480)
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: /^Visa för alla: foto 1,/ }).press('Enter')
  await page.getByText('Det visas för alla.').waitFor()
  await page.getByText('Inget foto väntar.').waitFor()
  const copy = page.getByLabel('Det här får alla läsa').first()
  expect(await copy.inputValue()).toBe('Ring ••• om läckan')
  await copy.fill('Läckan är stor')
  await page.getByRole('button', { name: /^Visa för alla: text 1,/ }).press('Enter')
  await page.getByRole('link', { name: 'Visas', exact: true }).click()
  await page.getByText('Läckan är stor').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: /^Sluta visa: foto 1,/ }).press('Enter')
  await page.getByText('Inget foto visas.').waitFor()
}
