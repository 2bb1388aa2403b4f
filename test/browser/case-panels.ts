import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { z } from 'zod'
import { until } from '../support/until.ts'
import { barriers, type Scene } from './scene.ts'

/** On the page of a contractor's case: lets the contractor know who reported it, and takes it back. */
export async function letsKnow(page: Page): Promise<void> {
  const panel = page.getByRole('region', { name: 'Vet entreprenören vem som anmälde?' })
  await panel.getByText('Grönt AB ser inte vem som anmälde.').waitFor()
  const share = panel.getByRole('button', { name: 'Låt entreprenören se det' })
  expect(await share.isDisabled()).toBe(true)
  await panel.getByLabel('Varför').fill('De ska ringa innan de kommer.')
  await share.press('Enter')
  await panel.getByText('Grönt AB får se vem som anmälde').waitFor()
  expect(await barriers(page)).toEqual([])
  // Whoever takes it back need not say why.
  await panel.getByRole('button', { name: 'Ta tillbaka det' }).press('Enter')
  await panel.getByText('Grönt AB ser inte vem som anmälde.').waitFor()
  await page
    .getByRole('listitem')
    .getByText('De ska ringa innan de kommer.')
    .first()
    .waitFor()
}

/** A storm gathers a dark lamp; on the page of the storm's case it is taken out again. */
export async function takesOutOfStorm(page: Page, scene: Scene): Promise<void> {
  const headers = { origin: scene.http, 'sec-fetch-site': 'same-origin' }
  const words = { sv: 'Storm', nb: 'Storm', en: 'Storm' }
  const told = await page.request.post(`${scene.http}/api/v1/notices`, {
    headers,
    data: {
      kind: 'storm',
      title: words,
      text: words,
      scope: { categories: ['light-out'] },
      from: new Date().toISOString(),
    },
  })
  expect(told.status()).toBe(201)
  await scene.say('lamp-5', 'dark')
  let storm: string | undefined
  await until(async () => {
    storm = await stormCase(page, scene)
    return storm !== undefined
  })
  await page.goto(`${scene.http}/console/cases/${storm}`)
  const panel = page.getByRole('region', { name: 'Fortfarande fel: 1' })
  const row = panel.getByRole('row').filter({ hasText: 'Lyktstolpe 5' })
  await row.getByText('i det här ärendet').waitFor()
  expect(await barriers(page)).toEqual([])
  await row.getByRole('button', { name: /^Ta ut det igen: STR-/ }).press('Enter')
  await panel.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: /^STR-/ }).waitFor()
  expect(await barriers(page)).toEqual([])
}

const cases = z.object({ cases: z.array(z.object({ id: z.string(), kind: z.string() })) })

async function stormCase(page: Page, scene: Scene): Promise<string | undefined> {
  const answer = await page.request.get(`${scene.http}/api/v1/cases?which=open&limit=50`)
  return cases.parse(await answer.json()).cases.find(({ kind }) => kind === 'storm')?.id
}
