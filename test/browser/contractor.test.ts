import { expect, it } from 'vitest'
import { organisationId } from '../../src/domain/ids.ts'
import { findChromium } from '../support/browser.ts'
import { strandkoping } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { barriers, running } from './scene.ts'

const gront = organisationId.parse('gront')

describeWithService('chromium', findChromium(), (launch) => {
  it('a contractor logs in and does the work that a town gave it', async () => {
    await using scene = await running([], gront)
    const reports = `${scene.http}/api/v1/organisations/${strandkoping}/reports`
    const sent = await fetch(reports, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        category: 'green-area',
        place: { lat: 58.352, lon: 11.436 },
        text: 'Kim såg att en gren har fallit',
        language: 'sv',
      }),
    })
    const { number } = (await sent.json()) as { readonly number: string }
    await using browser = await launch()
    const page = await browser.newPage({ locale: 'sv-SE' })
    await page.goto(`${scene.http}/console/`)
    await page.getByLabel(/Organisation/).fill(gront)
    await page.getByLabel(/E-post/).fill('gro@gront.example')
    await page.getByLabel(/Lösenord/).fill(scene.password)
    await page.getByRole('button', { name: 'Logga in' }).click()
    await page.getByRole('heading', { name: 'Arbete åt andra' }).waitFor()
    await page.getByText('Inget är beställt just nu.').waitFor()
    expect(
      await page.getByRole('navigation').getByRole('link', { name: 'Ärenden' }).count(),
    ).toBe(0)
    expect(await barriers(page)).toEqual([])

    await page.getByRole('link', { name: number }).press('Enter')
    await page.getByRole('heading', { name: number }).waitFor()
    expect(await page.getByText('Kim').count()).toBe(0)
    await page.getByLabel('Till beställaren').fill('Vi åker dit i eftermiddag.')
    await page.getByRole('button', { name: 'Ta på er ärendet' }).press('Enter')
    await page.getByText('Vi åker dit i eftermiddag.').waitFor()
    expect(await barriers(page)).toEqual([])
  })
})
