import type { Browser, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { organisationId } from '../../src/domain/ids.ts'
import { heicHead, phoneJpeg } from '../photos/pictures.ts'
import { findChromium } from '../support/browser.ts'
import { describeWithService } from '../support/services.ts'
import { barriers, logIn, running, type Scene } from './scene.ts'

const gront = organisationId.parse('gront')
const receipt = z.object({ case: z.string(), number: z.string() })

describeWithService('chromium', findChromium(), (launch) => {
  it('staff order work, the contractor does it with photos, and both see it as it happens', async () => {
    await using scene = await running([], gront)
    await using browser = await launch()
    const staff = await browser.newPage({ locale: 'sv-SE' })
    await logIn(staff, scene, 'admin@strandkoping.example')
    const { number } = await openCase(staff, scene)
    const gro = await contractor(browser, scene)
    await gro.getByText('Inget är beställt just nu.').waitFor()

    await orders(staff)
    // Nobody asks again: the contractor's page hears of it.
    const order = gro.getByRole('article', { name: `${number}-A1` })
    await order.getByText('Såga ner grenen över gångvägen.').waitFor()
    expect(await gro.getByText('Kim').count()).toBe(0)
    await changes(staff)
    await order.getByText('Såga ner grenen och ta bort den.').first().waitFor()
    await order.getByText('Ändrat').waitFor()
    // What it said before is not hidden from those who read it then.
    await order.getByText('Såga ner grenen över gångvägen.').waitFor()
    await order.getByRole('button', { name: 'Anta' }).press('Enter')

    const seen = staff.getByRole('article', { name: `${number}-A1` })
    await seen.getByRole('listitem').getByText('Antaget').waitFor()
    await seen.getByRole('listitem').getByText('Grönt AB').waitFor()
    await sendsPhotos(gro)
    await seen.getByRole('img', { name: 'Foto 1 av arbetet' }).waitFor()
    await order.getByLabel('Till beställaren').fill('Grenen är nere och bortforslad.')
    await order.getByRole('button', { name: 'Rapportera klart' }).press('Enter')
    await seen.getByText('Grenen är nere och bortforslad.').waitFor()
    expect(await barriers(gro)).toEqual([])
    await isWhole(seen.getByRole('img'))

    await sendsBackAndApproves(staff, gro)
    await gro.getByText('Inget är beställt just nu.').waitFor()
    // The case stayed where it was, and goes on.
    await staff.getByRole('button', { name: 'Lämna vidare' }).waitFor()
    expect(await barriers(staff)).toEqual([])
    for (const page of [staff, gro]) {
      await page.setViewportSize({ width: 390, height: 844 })
      expect(await overflow(page)).toBe(0)
    }
  })
})

/** A branch over a path, that the town keeps itself. */
async function openCase(page: Page, scene: Scene): Promise<z.infer<typeof receipt>> {
  const headers = { origin: scene.http, 'sec-fetch-site': 'same-origin' }
  const answer = await page.request.post(`${scene.http}/api/v1/cases`, {
    headers,
    data: {
      category: 'green-area',
      place: { lat: 58.352, lon: 11.436 },
      source: 'internal',
      text: 'Kim såg att en gren hänger löst',
      language: 'sv',
      wantsUpdates: false,
    },
  })
  const made = receipt.parse(await answer.json())
  await page.goto(`${scene.http}/console/cases/${made.case}`)
  await page.getByRole('button', { name: 'Lämna vidare' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Enhet').selectOption({ label: 'Gata och park' })
  await dialog.getByRole('button', { name: 'Lämna vidare' }).press('Enter')
  await page.getByText('Inget är beställt.').waitFor()
  return made
}

async function contractor(browser: Browser, scene: Scene): Promise<Page> {
  const page = await browser.newPage({ locale: 'sv-SE' })
  await page.goto(`${scene.http}/console/`)
  await page.getByLabel(/Organisation/).fill(gront)
  await page.getByLabel(/E-post/).fill('gro@gront.example')
  await page.getByLabel(/Lösenord/).fill(scene.password)
  await page.getByRole('button', { name: 'Logga in' }).click()
  await page.getByRole('heading', { name: 'Arbete åt andra' }).waitFor()
  return page
}

/** Orders the work, after a form that lacks everything. */
async function orders(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Beställ arbete' }).press('Enter')
  const dialog = page.getByRole('dialog')
  const order = dialog.getByRole('button', { name: 'Beställ', exact: true })
  await order.press('Enter')
  await dialog.getByRole('alert').getByText('Välj vem som ska göra det').waitFor()
  await dialog.getByRole('alert').getByText('Skriv vad som ska göras').waitFor()
  expect(await barriers(page)).toEqual([])
  await dialog.getByLabel('Av vem').selectOption({ label: 'Grönt AB' })
  await dialog.getByText('den ser beställningen och platsen').waitFor()
  await dialog.getByLabel('Vad som ska göras').fill('Såga ner grenen över gångvägen.')
  await order.press('Enter')
  await dialog.waitFor({ state: 'detached' })
}

/** Nobody has accepted it yet; what is as it was is no change. */
async function changes(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ändra beställningen' }).press('Enter')
  const dialog = page.getByRole('dialog')
  const change = dialog.getByRole('button', { name: 'Ändra beställningen' })
  await change.press('Enter')
  await dialog.getByRole('alert').getByText('Inget är ändrat än').waitFor()
  expect(await barriers(page)).toEqual([])
  const text = dialog.getByLabel('Vad som ska göras')
  expect(await text.inputValue()).toBe('Såga ner grenen över gångvägen.')
  await text.fill('Såga ner grenen och ta bort den.')
  await change.press('Enter')
  await dialog.waitFor({ state: 'detached' })
}

/** One in a format that is not read, one from the camera, two of the album. */
async function sendsPhotos(page: Page): Promise<void> {
  const bytes = await phoneJpeg({ width: 300, height: 200 })
  const photo = (name: string) => ({ name, mimeType: 'image/jpeg', buffer: bytes })
  const album = page.getByLabel('Välj foton')
  await album.setInputFiles({ ...photo('IMG_1.HEIC'), mimeType: 'image/heic' })
  await page.getByRole('alert').getByText('formatet HEIC').waitFor()
  // Of one that calls itself a photo the service finds out.
  await album.setInputFiles({ ...photo('a.jpg'), buffer: heicHead() })
  await page.getByRole('alert').getByText('Fotot gick inte att läsa').waitFor()
  await page.getByLabel('Ta ett foto').setInputFiles(photo('camera.jpg'))
  await page.getByText('Ett foto är skickat.').waitFor()
  await album.setInputFiles([photo('a.jpg'), photo('b.jpg')])
  await page.getByText('2 foton är skickade.').waitFor()
  await isWhole(page.getByRole('img', { name: 'Foto 3 av arbetet' }))
}

/** What was done is not enough at first. */
async function sendsBackAndApproves(staff: Page, gro: Page): Promise<void> {
  await staff.getByRole('button', { name: 'Skicka tillbaka' }).press('Enter')
  const dialog = staff.getByRole('dialog')
  const send = dialog.getByRole('button', { name: 'Skicka tillbaka' })
  await send.press('Enter')
  await dialog.getByRole('alert').getByText('Skriv varför').waitFor()
  await dialog.getByLabel('Meddelande').fill('Stubben är kvar.')
  await send.press('Enter')
  await gro.getByText('Stubben är kvar.').waitFor()
  await gro.getByRole('button', { name: 'Rapportera klart' }).press('Enter')
  await staff.getByRole('button', { name: 'Godkänn' }).press('Enter')
  await dialog.getByRole('button', { name: 'Godkänn' }).press('Enter')
  await staff.getByRole('article').getByText('Godkänt').first().waitFor()
}

/** The picture came, not only its frame. */
async function isWhole(picture: ReturnType<Page['getByRole']>): Promise<void> {
  const width = async () =>
    Number(
      await picture
        .first()
        .evaluate((image): unknown => Reflect.get(image, 'naturalWidth')),
    )
  await expect.poll(width).toBeGreaterThan(0)
}

/** Pixels by which the page is wider than the window. */
async function overflow(page: Page): Promise<unknown> {
  return await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
}
