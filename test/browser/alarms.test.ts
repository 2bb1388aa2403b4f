import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { findChromium } from '../support/browser.ts'
import { describeWithService } from '../support/services.ts'
import { barriers, logIn, running } from './scene.ts'

/** Half of what the second cabinet feeds. */
const lamps = Array.from({ length: 8 }, (_, index) => `lamp-${index + 17}`)

describeWithService('chromium', findChromium(), (launch) => {
  describe('a cable fault in a real browser', () => {
    it('is one alarm, says why, can be planned around, and is counted', async () => {
      await using scene = await running(lamps)
      await using browser = await launch()
      const page = await browser.newPage({ locale: 'sv-SE' })
      await logIn(page, scene)
      // Rows come up under the mouse, which lies still since the log-in: it holds nothing back.
      const [last = '', ...others] = lamps.toReversed()
      for (const one of others) await scene.say(one, 'dark')
      await page.getByRole('row').nth(others.length).waitFor()
      await scene.say(last, 'dark')

      const row = page.getByRole('row').filter({ hasText: 'Belysningscentral 2' })
      await row.getByText('samlat från 8 anläggningar').waitFor()
      await row.getByRole('link', { name: /STR-\d{4}-\d{6}/ }).waitFor()

      await page.getByRole('link', { name: 'Undertryckta' }).click()
      const kept = page.getByRole('row').filter({ hasText: 'Lyktstolpe 17' })
      await kept.getByText('Förklaras av').waitFor()
      await kept
        .getByRole('link', { name: 'Lampan är mörk, Belysningscentral 2' })
        .waitFor()
      expect(page.url()).toContain('which=suppressed')
      expect(await barriers(page)).toEqual([])

      await kept.getByRole('link', { name: 'Lampan är mörk', exact: true }).click()
      await page.getByRole('heading', { name: 'Varför' }).waitFor()
      await page
        .getByRole('heading', { name: 'Vad som håller det borta från folk' })
        .waitFor()
      const journal = page.getByRole('table', { name: 'Journal' })
      await journal.getByText('förklaras av ett annat larm').first().waitFor()
      expect(await barriers(page)).toEqual([])

      await plan(page)
      await tryDesk(page)
      await page.getByRole('link', { name: 'Nyckeltal' }).click()
      await page.locator('.uplot canvas').first().waitFor()
      expect(await page.textContent('main')).toContain('Belysningscentral 2')
      expect(await barriers(page)).toEqual([])
    })
  })
})

/** Plans work on all lamps with the keyboard alone, sees what it hits first, and ends it. */
async function plan(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Underhåll' }).click()
  await page.getByRole('button', { name: 'Planera arbete' }).press('Enter')
  await page.getByLabel('Vilka anläggningar').selectOption({ label: 'Alla av vissa typer' })
  await page.getByLabel('Typer').fill('Streetlight')
  await page.getByLabel('Typer').press('Enter')
  await page.getByRole('alert').getByText('Skriv varför').waitFor()
  await page.getByLabel('Skäl').fill('Kabelfel')
  await page.getByLabel('Skäl').press('Enter')
  await page.getByText('Berör 48 anläggningar, 8 öppna larm.').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Planera arbetet' }).press('Enter')
  await page.getByText('Arbetet är planerat.').waitFor()
  await page.getByRole('button', { name: 'Avsluta nu: Kabelfel' }).press('Enter')
  await page.getByText('avslutat av drift').waitFor()
  expect(await barriers(page)).toEqual([])
}

/** Sends the desk's test, which arrives in the folder of mails. */
async function tryDesk(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Larmbord' }).click()
  await page.getByRole('heading', { name: 'Driftcentralen' }).waitFor()
  await page
    .getByRole('button', { name: 'Skicka ett prov till Driftcentralen' })
    .press('Enter')
  await page.getByText('kom fram').first().waitFor()
  expect(await barriers(page)).toEqual([])
}
