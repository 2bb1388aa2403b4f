import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { phoneJpeg } from '../photos/pictures.ts'
import { findChromium } from '../support/browser.ts'
import { describeWithService } from '../support/services.ts'
import { barriers, logIn, running } from './scene.ts'

const lead = /Skicka med Ctrl\+Enter/

describeWithService('chromium', findChromium(), (launch) => {
  it('a report is taken down by keys alone, added to what is known, or answered at once', async () => {
    await using scene = await running([], undefined, asking)
    await using browser = await launch()
    const page = await browser.newPage({ locale: 'sv-SE' })
    await logIn(page, scene, 'kundtjanst@strandkoping.example')
    await page
      .getByRole('navigation', { name: 'Huvudmeny' })
      .getByRole('link', { name: 'Ta emot en anmälan' })
      .press('Enter')
    await page.getByText(lead).waitFor()
    expect(await page.locator('.menu [aria-current]').allTextContents()).toEqual([
      'Ta emot en anmälan',
    ])

    const number = await takesDown(page)
    await isKnown(page, number)
    await answersAtOnce(page)
    await page.getByRole('link', { name: 'Ärenden', exact: true }).press('Enter')
    const again = page.getByRole('main').getByRole('link', { name: 'Ta emot en anmälan' })
    await again.waitFor()
    expect(await barriers(page)).toEqual([])
  })
})

const words = (said: string) => `{ sv: ${said}, nb: ${said}, en: ${said} }`

/** Of a hole in the street it is asked whether it is dangerous. */
function asking(path: string, text: string): string {
  if (!path.endsWith('categories.yaml')) return text
  const choices = [
    `{ key: no, name: ${words('Nej')} }`,
    `{ key: gas, name: ${words('Gas')}, call: { phone: '112', text: ${words('Gå undan')} } }`,
  ]
  const question = `{ code: danger, text: ${words('Är det farligt')}, answer: one, required: true, choices: [${choices.join(', ')}] }`
  const fault = 'faultClass: street_damage\n'
  const ready = `{ name: Litet hål, when: { reason: accepted_no_action }, text: { sv: 'Till {category}: det lagas till våren.' } }`
  return `${text.replace(fault, `${fault}    questions: [${question}]\n`)}templates:\n  small: ${ready}\n`
}

/** A new case, after a form that lacks everything. */
async function takesDown(page: Page): Promise<string> {
  const happened = page.getByLabel('Vad som har hänt')
  await expect.poll(() => isFocused(page, 'intake-text')).toBe(true)
  await page.keyboard.press('Control+Enter')
  const alert = page.getByRole('alert')
  await alert.getByText('Skriv vad som har hänt och var').waitFor()
  await alert.getByText('Välj vad det gäller').waitFor()
  expect(await barriers(page)).toEqual([])
  await happened.fill('Lampan är släckt sedan i går')
  await page.getByLabel('Vad', { exact: true }).selectOption({ label: 'Släckt gatlykta' })
  await findsLamp(page)
  await page.getByText('Inget öppet ärende i närheten.').waitFor()
  await sendsPhotos(page)
  // Enter in a field sends nothing that is half written.
  await page.getByLabel('Namn', { exact: true }).press('Enter')
  await page.getByLabel('Telefon', { exact: true }).fill('0523-12 34 56')
  await page.keyboard.press('Control+Enter')
  await page.getByText('Ett nytt ärende.').waitFor()
  expect(await isFocused(page, 'taken-number')).toBe(true)
  expect(await barriers(page)).toEqual([])
  const number = (await page.locator('#taken-number').textContent()) ?? ''
  expect(await photosOf(page)).toBe(1)
  expect(number).toMatch(/^STR-\d{4}-\d{6}$/)
  await takesNext(page)
  return number
}

/** Two that came in a letter; one of them shows something else. */
async function sendsPhotos(page: Page): Promise<void> {
  const bytes = await phoneJpeg({ width: 300, height: 200 })
  const photo = (name: string) => ({ name, mimeType: 'image/jpeg', buffer: bytes })
  const album = page.getByLabel('Välj foton')
  expect(await page.getByLabel('Ta ett foto').count()).toBe(0)
  await album.setInputFiles(Array.from({ length: 6 }, (_, at) => photo(`${at}.jpg`)))
  await page.getByRole('alert').getByText('högst fem foton').waitFor()
  await album.setInputFiles([photo('lampan.jpg'), photo('katten.jpg')])
  await page.getByText('2 foton följer med anmälan.').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Ta bort katten.jpg' }).press('Enter')
  await page.getByText('Ett foto följer med anmälan.').waitFor()
}

const photoList = z.object({ photos: z.array(z.object({ id: z.string() })) })

/** How many photos the case has that the report made. */
async function photosOf(page: Page): Promise<number> {
  const link = page.getByRole('link', { name: 'Till ärendet' })
  const id = (await link.getAttribute('href'))?.split('/').at(-1) ?? ''
  const answer = await page.request.get(
    new URL(`/api/v1/cases/${id}/photos`, page.url()).href,
  )
  return photoList.parse(await answer.json()).photos.length
}

async function findsLamp(page: Page): Promise<void> {
  await page.getByLabel('Sök på namn eller nummer').fill('Lyktstolpe 3,')
  await page.getByRole('button', { name: /^Lägg till Lyktstolpe 3,/ }).press('Enter')
  await page.getByRole('button', { name: /^Ta bort Lyktstolpe 3,/ }).waitFor()
}

async function takesNext(page: Page): Promise<void> {
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText(lead).waitFor()
  expect(await page.getByLabel('Vad som har hänt').inputValue()).toBe('')
}

/** Somebody else means the same lamp, which is no case to answer for that one alone. */
async function isKnown(page: Page, number: string): Promise<void> {
  const source = page.getByLabel('Hur den kommer in')
  await source.selectOption({ label: 'besök' })
  await page.getByLabel('Vad', { exact: true }).selectOption({ label: 'Släckt gatlykta' })
  await findsLamp(page)
  await page.getByText('1 öppet ärende i närheten.').waitFor()
  const answered = page.getByLabel('Besvarat på en gång')
  const same = page.getByRole('button', { name: `Är samma: ${number}` })
  await same.press('Enter')
  await page.getByText(`Anmälan läggs till ${number}.`).waitFor()
  expect(await answered.count()).toBe(0)
  expect(await barriers(page)).toEqual([])
  await same.press('Enter')
  await answered.press('Space')
  await page
    .getByLabel('Varför avslutas ärendet?')
    .selectOption({ label: 'Inget fel hittades' })
  await page.getByLabel('Det här får allmänheten läsa').fill('Vi var där och den lyste.')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('alert').getByText(`hör till ${number}`).waitFor()
  // Nothing that was typed is gone.
  await page.getByText('Vi var där och den lyste.').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Skicka utan svaret' }).press('Enter')
  await page.getByText('Känt sedan').waitFor()
  expect(await page.locator('#taken-number').textContent()).toBe(number)
  await takesNext(page)
  expect(await source.inputValue()).toBe('visit')
}

/** A hole that is answered while it is taken down, after a danger and a second look. */
async function answersAtOnce(page: Page): Promise<void> {
  await page.getByLabel('Vad som har hänt').fill('Ett litet hål vid kajen')
  await page
    .getByLabel('Vad', { exact: true })
    .selectOption({ label: 'Skada på gata eller gångväg' })
  const danger = page.getByLabel('Är det farligt')
  await danger.selectOption({ label: 'Gas' })
  await page.getByRole('alert').getByText('Ring 112 nu').waitFor()
  await page.getByLabel(/^Latitud/).fill('58,3529')
  await page.getByLabel(/^Longitud/).fill('11,4261')
  await page.getByText('Inget öppet ärende i närheten.').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByRole('alert').getByText('ska ringas in, inte anmälas').first().waitFor()
  await danger.selectOption({ label: 'Nej' })
  await page.getByLabel('Besvarat på en gång').press('Space')
  await page
    .getByLabel('Varför avslutas ärendet?')
    .selectOption({ label: 'Godtas utan åtgärd' })
  const answer = page.getByLabel('Det här får allmänheten läsa')
  await answer.fill('Hålet är litet. Fråga kim@example.org.')
  await page.keyboard.press('Control+Enter')
  await page.getByText('e-postadress:').waitFor()
  expect(await page.locator('mark').allTextContents()).toEqual(['kim@example.org'])
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await overflow(page)).toBe(0)
  expect(await barriers(page)).toEqual([])
  await answer.fill('')
  await page.getByLabel('Färdig text').selectOption({ label: 'Litet hål · Svenska' })
  expect(await answer.inputValue()).toMatch(
    /^Till Skada på gata.*: det lagas till våren\.$/,
  )
  await page.keyboard.press('Control+Enter')
  await page.getByText('Besvarat och avslutat.').waitFor()
  expect(await overflow(page)).toBe(0)
  await page.getByRole('link', { name: 'Till ärendet' }).press('Enter')
  await page.getByRole('listitem').getByText('lagas till våren').first().waitFor()
}

async function isFocused(page: Page, id: string): Promise<unknown> {
  return await page.evaluate(`document.activeElement?.id === '${id}'`)
}

/** Pixels by which the page is wider than the window. */
async function overflow(page: Page): Promise<unknown> {
  return await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
}
