import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { findChromium } from '../support/browser.ts'
import { strandkoping } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { until } from '../support/until.ts'
import { barriers, logIn, running } from './scene.ts'

const lamps = ['lamp-5', 'lamp-17']

describeWithService('chromium', findChromium(), (launch) => {
  describe('in a real browser', () => {
    it('shows an alarm without reloading, acknowledges it and opens its case', async () => {
      await using scene = await running(lamps)
      await using browser = await launch()
      const page = await browser.newPage({ locale: 'sv-SE' })
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('requestfinished', (request) => {
        if (!request.url().startsWith(scene.http)) faults.push(`left for ${request.url()}`)
      })
      await logIn(page, scene)
      await page.getByText('Inga öppna larm').waitFor()
      let loads = 0
      page.on('load', () => (loads += 1))

      await scene.say('lamp-17', 'dark')
      const row = page.getByRole('row').filter({ hasText: 'Lyktstolpe 17' })
      await row.waitFor()
      expect(await row.textContent()).toContain('61,6')

      expect(await barriers(page)).toEqual([])

      await row.getByRole('button', { name: /^Kvittera/ }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Kvittera/ })
        .click()
      await row.getByText('Kvitterat', { exact: false }).first().waitFor()

      await row.getByRole('link', { name: /STR-\d{4}-\d{6}/ }).click()
      await page.getByRole('heading', { name: /STR-\d{4}-000001/ }).waitFor()
      expect(await barriers(page)).toEqual([])
      expect(loads).toBe(0)

      await page.goto(`${scene.http}/console/assets/lamp-17`)
      await page.getByRole('heading', { name: /Lyktstolpe 17/ }).waitFor()
      await page.locator('.uplot canvas').first().waitFor()
      expect(await barriers(page)).toEqual([])
      expect(faults).toEqual([])
    })

    it('lets a citizen report without JavaScript, and says what is known already', async () => {
      await using scene = await running(lamps)
      await scene.say('lamp-5', 'dark')
      await using browser = await launch()
      const context = await browser.newContext({
        javaScriptEnabled: false,
        locale: 'sv-SE',
      })
      const page = await context.newPage()
      await knownAt(page, `${scene.http}/${strandkoping}/a/lamp-5`)
      expect(await page.locator('html').getAttribute('lang')).toBe('sv')

      await page.goto(
        `${scene.http}/${strandkoping}/report?asset=lamp-5&category=light-out`,
      )
      await page
        .getByRole('textbox', { name: /Beskriv|Vad/ })
        .first()
        .fill('Mörkt vid skolan')
      await page.getByRole('button', { name: /Skicka/ }).click()
      await page
        .getByText(/STR-\d{4}-000001/)
        .first()
        .waitFor()
      expect(await page.textContent('main')).toMatch(/vet redan|känner redan|redan/i)

      await page
        .getByRole('link', { name: /[Ff]ölj/ })
        .first()
        .click()
      await page
        .getByText(/STR-\d{4}-000001/)
        .first()
        .waitFor()
    })
  })
})

/** The alarm takes a moment to become a case; the page is asked until it tells of it. */
async function knownAt(page: Page, address: string): Promise<void> {
  await until(async () => {
    await page.goto(address)
    return /redan/i.test((await page.textContent('main')) ?? '')
  })
}
