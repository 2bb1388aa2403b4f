import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { catalogue } from '../cases/town.ts'
import { openSite, type Site } from '../citizen/site.ts'
import { findChromium } from '../support/browser.ts'
import { north } from '../support/database.ts'
import { describeWithService } from '../support/services.ts'
import { barriers } from './scene.ts'

/** A page of the municipality's own site, under a policy as strict as the snippet needs. */
function pageWith(tag: string, service: string): { body: string; policy: string } {
  const body = `<!doctype html>
    <html lang="nb"><head><meta charset="utf-8"><title>North</title>
    <script type="module" src="${service}/gatuvakt-report.js"></script>
    <script src="/heard.js"></script></head>
    <body><main><h1>Feil i gata</h1>${tag}<p id="after">Etter</p></main></body></html>`
  const policy = `default-src 'none'; script-src 'self' ${service}; frame-src ${service}`
  return { body, policy }
}

const listen = `window.heard = []
document.addEventListener('gatuvakt:reported', ({ detail }) => window.heard.push(detail))`

async function heights(page: Page): Promise<{ frame: number; content: number }> {
  const frame = await page.locator('gatuvakt-report iframe').boundingBox()
  const inside = page.frameLocator('iframe').locator('body')
  return {
    frame: frame?.height ?? 0,
    content: (await inside.boundingBox())?.height ?? 0,
  }
}

const heardList = z.array(z.object({ number: z.string(), follow: z.string().nullable() }))

describeWithService('chromium', findChromium(), (launch) => {
  let site: Site
  let host: Server
  let browser: Browser
  let service = ''
  let own = ''
  let stranger = ''
  let tag = ''

  beforeAll(async () => {
    host = createServer((request, response) => {
      const { body, policy } = pageWith(tag, service)
      const isScript = request.url === '/heard.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.setHeader('content-security-policy', policy)
      response.end(isScript ? listen : body)
    }).listen(0)
    await once(host, 'listening')
    const { port } = host.address() as AddressInfo
    own = `http://localhost:${port}`
    stranger = `http://127.0.0.1:${port}`
    site = await openSite({ catalogue: { ...catalogue, embeddedBy: [own] } })
    service = await site.app.listen({ host: '127.0.0.1', port: 0 })
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    host.close()
    await site[Symbol.asyncDispose]()
  })

  async function open(element: string, at = own): Promise<Page> {
    tag = element
    const page = await browser.newPage({ viewport: { width: 390, height: 700 } })
    await page.goto(at)
    return page
  }

  it('reports from a page of another site, as high as its content, and says so there', async () => {
    const element =
      '<gatuvakt-report organisation="north" category="lamp-blinks" asset="lamp-1" language="sv"></gatuvakt-report>'
    const page = await open(element)
    const inside = page.frameLocator('iframe')
    await inside.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.locator('iframe').getAttribute('title')).toBe('Felanmälan')
    await expect.poll(async () => (await heights(page)).frame).not.toBe(1_080)
    const { frame, content } = await heights(page)
    expect(Math.abs(frame - content)).toBeLessThan(2)
    expect(await barriers(page)).toEqual([])

    // To the keyboard it is one thing more on the page.
    await page.evaluate("document.querySelector('gatuvakt-report').focus()")
    expect(await page.evaluate('document.activeElement.localName')).toBe('gatuvakt-report')

    await inside.getByRole('button', { name: 'Skicka' }).click()
    await inside.locator('.number').waitFor()
    await expect.poll(() => page.evaluate('window.heard')).toHaveLength(1)
    const [heard] = heardList.parse(await page.evaluate('window.heard'))
    expect(heard?.number).toBe(await inside.locator('.number').textContent())
    expect(heard?.follow).toMatch(new RegExp(`^${service}/f/[A-Za-z0-9_-]{20,}$`))
    // The receipt is shorter than the form, and one sees its beginning.
    await expect.poll(async () => (await heights(page)).frame).toBeLessThan(frame)
    const top = await page.locator('gatuvakt-report').boundingBox()
    expect(top?.y).toBeGreaterThanOrEqual(-1)
    const [row] = await site.town.database
      .read(north)
      .selectFrom('report')
      .select('source')
      .execute()
    expect(row).toEqual({ source: 'embed' })

    // The page of the report stands there too, with its forms, and nothing is told twice.
    await inside.getByRole('link', { name: 'Följ ärendet' }).click()
    await inside.getByRole('heading', { name: heard?.number ?? '' }).waitFor()
    const follow = await heights(page)
    await expect
      .poll(async () => {
        const now = await heights(page)
        return Math.abs(now.frame - now.content)
      })
      .toBeLessThan(2)
    expect(follow.frame).toBeGreaterThan(0)
    expect(await page.evaluate('window.heard')).toHaveLength(1)
  })

  it('speaks the language of the page around it, and follows its attributes', async () => {
    const page = await open('<gatuvakt-report organisation="north"></gatuvakt-report>')
    const html = page.frameLocator('iframe').locator('html')
    await expect.poll(() => html.getAttribute('lang')).toBe('nb')
    const frame = page.locator('iframe')
    expect(await frame.getAttribute('title')).toBe('Meld fra om feil')
    await page.evaluate(
      "document.querySelector('gatuvakt-report').setAttribute('language', 'en')",
    )
    await expect.poll(() => html.getAttribute('lang')).toBe('en')
    await page.evaluate(
      "document.querySelector('gatuvakt-report').setAttribute('asset', 'lamp-1')",
    )
    const address = new URL((await frame.getAttribute('src')) ?? '')
    expect(`${address.pathname}${address.search}`).toBe('/north/a/lamp-1?embed=1&lang=en')
  })

  it('shows nothing on a site that the organisation has not named', async () => {
    const page = await open(
      '<gatuvakt-report organisation="north"></gatuvakt-report>',
      stranger,
    )
    await page.locator('gatuvakt-report iframe').waitFor()
    const inside = page.frameLocator('iframe').getByRole('heading', { level: 1 })
    await expect.poll(() => page.frames().length).toBe(2)
    expect(await inside.count()).toBe(0)
  })

  it('hears nobody but its own frame', async () => {
    const page = await open('<gatuvakt-report organisation="north"></gatuvakt-report>')
    await expect.poll(async () => (await heights(page)).frame).not.toBe(1_080)
    const before = (await heights(page)).frame
    await page.evaluate(`
      window.postMessage({ type: 'gatuvakt:height', height: 5000 }, '*')
      window.postMessage({ type: 'gatuvakt:reported', number: 'X-1', follow: null }, '*')
      new Promise((done) => { window.onmessage = done; window.postMessage('last', '*') }).then(() => null)
    `)
    expect((await heights(page)).frame).toBe(before)
    expect(await page.evaluate('window.heard')).toEqual([])
  })

  it.each(['', '../evil', 'UPPER', 'a/b'])('opens no page for %j', async (organisation) => {
    const page = await open(
      `<gatuvakt-report organisation="${organisation}"></gatuvakt-report>`,
    )
    await page.locator('gatuvakt-report iframe').waitFor({ state: 'attached' })
    expect(await page.locator('iframe').getAttribute('src')).toBeNull()
  })
})
