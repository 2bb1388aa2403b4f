import { describe, expect, it } from 'vitest'
import { organisation } from '../../src/configuration/kinds.ts'
import { aReport, catalogue } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { openSite } from './site.ts'

const embeddedBy = ['https://www.north.example', 'http://localhost:3000']
const policy = 'content-security-policy'

describe('a page in a frame', () => {
  it('stands on the sites that the organisation named, those of follow links too', async () => {
    await using site = await openSite({ catalogue: { ...catalogue, embeddedBy } })
    const { token } = await site.town.cases.report(north, aReport())
    const pages = [
      '/north?embed=1',
      '/north/report?embed=1',
      '/north/a/lamp-1',
      `/f/${token}`,
    ]
    for (const page of [...pages, '/north/a/nothing']) {
      const { headers } = await site.get(page)
      expect(headers).not.toHaveProperty('x-frame-options')
      expect(String(headers[policy]).split(';')).toEqual(
        expect.arrayContaining([
          "default-src 'self'",
          `frame-ancestors ${embeddedBy.join(' ')}`,
        ]),
      )
      expect(String(headers[policy])).not.toContain("frame-ancestors 'none'")
    }
  })

  it('leads to others that know where they stand', async () => {
    await using site = await openSite({ catalogue: { ...catalogue, embeddedBy } })
    for (const page of ['/north?embed=1&lang=sv', '/north/report?embed=1&lang=sv']) {
      const { body } = await site.get(page)
      const own = [...body.matchAll(/href="(\/north[^"]*)"/g)].map(([, href]) => href)
      expect(own.length).toBeGreaterThan(1)
      expect(own.filter((href) => href?.includes('embed=1') !== true)).toEqual([])
    }
  })

  it.each(['/north', '/north/report', '/f/nothing', '/nowhere'])(
    'stands nowhere else: %s',
    async (page) => {
      await using site = await openSite()
      const { headers } = await site.get(page)
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers[policy]).toContain("frame-ancestors 'none'")
    },
  )

  it('is never allowed where no organisation is known', async () => {
    await using site = await openSite({ catalogue: { ...catalogue, embeddedBy } })
    for (const page of ['/nowhere', '/f/nothing']) {
      expect((await site.get(page)).headers[policy]).toContain("frame-ancestors 'none'")
    }
  })
})

const town = { name: 'North', timezone: 'Europe/Oslo', languages: ['nb'] }

it.each([
  '*',
  'https://*.example',
  "'self'",
  'www.north.example',
  'https://north.example/',
  'https://north.example/path',
  'https://north.example;script-src *',
  'https://north.example https://other.example',
  'https://north.example,other',
  'javascript:alert(1)',
  'data:',
  '',
])('a site that is none is refused: %j', (site) => {
  expect(organisation.safeParse({ ...town, embeddedBy }).success).toBe(true)
  expect(organisation.safeParse({ ...town, embeddedBy: [site] }).success).toBe(false)
})

describe('the scripts of a page in a frame', () => {
  it('are let in from where they are needed, and are small', async () => {
    await using site = await openSite()
    const element = await site.app.inject('/gatuvakt-report.js')
    expect(element.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    })
    expect(element.body.length).toBeLessThan(6_000)
    const inFrame = await site.app.inject('/citizen-frame.js')
    expect(inFrame.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(inFrame.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('stand on no other page, and know only the sites that were named', async () => {
    const script = '<script src="/citizen-frame.js"'
    await using site = await openSite({ catalogue: { ...catalogue, embeddedBy } })
    expect((await site.get('/north')).body).not.toContain(script)
    expect((await site.get('/north/r/lamp-1')).body).not.toContain(script)
    const { body } = await site.get('/north?embed=1')
    expect(body).toContain(`${script} defer data-sites="${embeddedBy.join(' ')}"></script>`)
    await using other = await openSite()
    expect((await other.get('/north?embed=1')).body).not.toContain(script)
  })
})
