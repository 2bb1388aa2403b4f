import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { category } from '../../src/cases/category.ts'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { releaseText } from '../../src/privacy/released-texts.ts'
import { anna, aReport, catalogue } from '../cases/town.ts'
import { openSite, type Site } from '../citizen/site.ts'
import { jpeg } from '../photos/pictures.ts'
import { findChromium } from '../support/browser.ts'
import { north } from '../support/database.ts'
import { describeWithService } from '../support/services.ts'
import { barriers } from './scene.ts'

const words = (sv: string, nb: string, en: string) => ({ sv, nb, en })
const leak = category.parse({
  name: words('Vattenläcka', 'Vannlekkasje', 'Water leak'),
  hint: words(
    'Vatten där det inte ska vara',
    'Vann der det ikke skal være',
    'Water where it should not be',
  ),
  group: 'Vatten och avlopp',
  faultClass: 'leak',
  questions: [
    {
      code: 'how',
      text: words('Hur mycket rinner?', 'Hvor mye renner?', 'How much runs?'),
      answer: 'one',
      required: true,
      choices: [
        { key: 'drops', name: words('Det droppar', 'Det drypper', 'It drips') },
        {
          key: 'street',
          name: words(
            'Gatan står under vatten',
            'Gata står under vann',
            'The street is flooded',
          ),
          call: {
            phone: '0523-61 30 00',
            text: words('Håll avstånd.', 'Hold avstand.', 'Keep away.'),
          },
        },
      ],
    },
    {
      code: 'where',
      text: words('Var syns det?', 'Hvor syns det?', 'Where is it seen?'),
      answer: 'several',
      choices: [
        { key: 'road', name: words('På vägen', 'På veien', 'On the road') },
        { key: 'house', name: words('Vid ett hus', 'Ved et hus', 'At a house') },
      ],
    },
    {
      code: 'since',
      text: words('Sedan när?', 'Siden når?', 'Since when?'),
      answer: 'time',
    },
  ],
})
const town = {
  ...catalogue,
  categories: new Map([...catalogue.categories, ['leak', leak]]),
}

describeWithService('chromium', findChromium(), (launch) => {
  let site: Site
  let browser: Browser
  let http: string
  let token: string

  beforeAll(async () => {
    site = await openSite({ catalogue: town })
    http = await site.app.listen({ host: '127.0.0.1', port: 0 })
    browser = await launch()
    token = await prepare(site)
  })
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  })

  const pages = () => ({
    start: '/north',
    unknown: '/north/a?asset=lamp-0',
    known: '/north/a/lamp-1',
    categories: '/north/report?asset=lamp-1',
    form: '/north/report?asset=lamp-1&category=lamp-dark',
    questions: '/north/report?category=leak',
    follow: '/north/report?asset=lamp-1&category=lamp-dark&follow=1',
    case: `/f/${token}`,
    nowhere: '/nowhere',
  })

  it.each(['sv', 'nb', 'en'])(
    'keeps nobody out, and needs no sideways scrolling at 320 px: %s',
    async (lang) => {
      await using context = await browser.newContext({
        viewport: { width: 320, height: 640 },
      })
      const page = await context.newPage()
      for (const [name, path] of Object.entries(pages())) {
        await page.goto(`${http}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
        expect({ name, ...(await look(page)) }).toEqual({ name, ...fits })
      }
      await page.goto(`${http}/north/report?category=leak&lang=${lang}`)
      await page.locator('#email').fill('ingen adress')
      await page.locator('form .rest button').click()
      await page.locator('[role=alert]').waitFor()
      expect(await look(page)).toEqual(fits)
    },
  )

  it('takes a report with a photo from the keyboard alone, without JavaScript', async () => {
    await using context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${http}/north?lang=en`)
    await tabTo(page, 'a', 'Water leak')
    await page.keyboard.press('Enter')
    await page.waitForURL(/category=leak/)
    await tabTo(page, '#answer-how')
    await page.keyboard.press('Space')
    await tabTo(page, '#answer-where')
    await page.keyboard.press('Space')
    await tabTo(page, '#text')
    await page.keyboard.type('It drips from the hydrant')
    await tabTo(page, '#photos')
    const picture = await jpeg({ width: 300, height: 200 })
    const photo = { name: 'a.jpg', mimeType: 'image/jpeg', buffer: picture }
    await page.locator('#photos').setInputFiles([photo])
    await tabTo(page, '#email')
    await page.keyboard.type('no address')
    await page.keyboard.press('Enter')

    // The summary has the focus: the first press leads to the first mistake.
    await page.locator('[role=alert]:focus').waitFor()
    expect(await page.locator('#text').inputValue()).toBe('It drips from the hydrant')
    expect(await page.locator('#answer-how').isChecked()).toBe(true)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('#where:focus').waitFor()
    await page.keyboard.type('Storgatan 5')
    await tabTo(page, '#email')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('kim@example.se')
    await page.keyboard.press('Enter')
    await page.getByText('Thank you, we have received your report').first().waitFor()
    await tabTo(page, 'a', 'Follow the case')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/f\//)
    const made = await site.town.cases.follower(page.url().split(/[/?]/)[4] ?? '')
    const query = site.town.database.read(north)
    expect(await site.photos.of(query, [made.case])).toHaveLength(1)
  })

  it('stops the form where one has to call, before anything is sent', async () => {
    await using context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${http}/north/report?category=leak&lang=en`)
    const send = page.getByRole('button', { name: 'Send the report' })
    expect(await send.isVisible()).toBe(true)
    await page.getByLabel('The street is flooded').check()
    expect(await send.isVisible()).toBe(false)
    const call = page.getByRole('link', { name: /Call 0523-61 30 00 now/ })
    expect(await call.getAttribute('href')).toBe('tel:0523613000')
    await page.getByLabel('It drips').check()
    expect(await send.isVisible()).toBe(true)
  })
})

const fits = { barriers: [], wide: 320 }

/** What keeps people out of the page, and how wide it is. */
async function look(page: Page) {
  const wide: unknown = await page.evaluate('document.documentElement.scrollWidth')
  return { barriers: await barriers(page), wide }
}

/** Presses Tab until the focus is where it should be; 80 presses pass every field there is. */
async function tabTo(page: Page, selector: string, hasText?: string): Promise<void> {
  const wanted = page.locator(`${selector}:focus`, hasText === undefined ? {} : { hasText })
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await wanted.count()) > 0) return
    await page.keyboard.press('Tab')
  }
  expect.fail(`no way to ${selector} ${hasText ?? ''} with Tab`)
}

/** A known fault with a picture, a notice, and a closed case with everything that a follow page can show. */
async function prepare(site: Site): Promise<string> {
  const { cases, clock, database } = site.town
  await site.town.raise('lamp-1')
  const seen = await site.photos.take(north, await jpeg({ width: 600, height: 400 }))
  await cases.report(north, aReport({ asset: 'lamp-1', photos: [seen.id] }))
  await site.notices.publish(north, {
    kind: 'storm',
    title: words('Stormen Tor', 'Stormen Tor', 'Storm Tor'),
    text: words(
      'Vi lagar så fort vi kan.',
      'Vi reparerer så fort vi kan.',
      'We mend as fast as we can.',
    ),
    phone: '0523-61 30 00',
    link: 'https://north.example/storm',
    scope: { categories: [], assets: [] },
    from: clock.now(),
    to: later(clock.now(), durationUs(26 * HOUR)),
    by: 'user:anna',
  })
  const photo = await site.photos.take(north, await jpeg({ width: 600, height: 400 }))
  const contact = { email: 'kim@example.se' }
  const { case: id, token } = await cases.report(
    north,
    aReport({ asset: 'lamp-2', photos: [photo.id], contact, wantsUpdates: true }),
  )
  const { report } = await cases.follower(token)
  await cases.move(north, id, { to: 'closed', reason: 'fixed', version: 1, by: anna })
  await database.write(north, 'normal', async (work) => {
    const at = clock.now()
    await releaseText(work, {
      id: report,
      text: 'Det är mörkt vid skolan.',
      actor: 'user:anna',
      at,
    })
    await site.photos.release(work, photo.id, 'user:anna')
    await site.photos.release(work, seen.id, 'user:anna')
  })
  return token
}
