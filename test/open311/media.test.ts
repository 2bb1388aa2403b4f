import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { durationUs, MS } from '../../src/domain/time.ts'
import { Problem } from '../../src/domain/problem.ts'
import { createFetch } from '../../src/open311/fetch.ts'
import { MOST_PHOTOS, takePhotos } from '../../src/open311/media.ts'
import { north } from '../support/database.ts'

let server: Server
let base = ''
const asked: string[] = []
const picture = Buffer.from('a picture')

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    switch (request.url ?? '') {
      case '/photo.jpeg':
        response.end(picture)
        break
      case '/elsewhere':
        response.writeHead(302, { location: '/photo.jpeg' }).end()
        break
      case '/endless': {
        const more = (): boolean => response.write(Buffer.alloc(65_536))
        response.on('drain', () => {
          while (more());
        })
        while (more());
        break
      }
      case '/never':
        response.write('x')
        break
      default:
        response.writeHead(404).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const allowed = createFetch({
  clock: systemClock,
  allow: ['127.0.0.0/8'],
  timeout: durationUs(500 * MS),
})
const guarded = createFetch({ clock: systemClock })
const get = { method: 'GET', most: 1_000_000 } as const

describe('photos that are fetched', () => {
  it('come from where it is allowed', async () => {
    const { status, body } = await allowed({ ...get, url: `${base}/photo.jpeg` })
    expect([status, body.toString()]).toEqual([200, 'a picture'])
  })

  it('follow nobody elsewhere', async () => {
    expect((await allowed({ ...get, url: `${base}/elsewhere` })).status).toBe(302)
  })

  it('end in time and in size', async () => {
    await expect(allowed({ ...get, url: `${base}/endless` })).rejects.toThrow('longer than')
    await expect(allowed({ ...get, url: `${base}/never` })).rejects.toThrow('in time')
  })

  const hostile = [
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://0.0.0.0/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'file:///etc/passwd',
    'ftp://example.org/x',
    'gopher://example.org/',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    '//127.0.0.1/',
    'http://user:password@example.org/',
    'http:///',
    'nonsense',
    '',
  ]
  it.each(hostile)('are not fetched from %j', async (url) => {
    await expect(guarded({ ...get, url })).rejects.toThrow(
      /private network|no http address|password|ENOTFOUND/,
    )
    expect(asked).not.toContain('/latest/meta-data/')
  })
})

describe('photos of a report', () => {
  const taken: string[] = []
  const photos = {
    take: async (_organisation: unknown, bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString()
      if (text === 'broken')
        throw new Problem({ kind: 'invalid', what: 'It is no picture' })
      taken.push(text)
      return { id: `photo-${taken.length}`, width: 1, height: 1 }
    },
  }
  const log = pino({ level: 'silent' })
  const parts = { photos, fetch: allowed, log }

  it('are what came with it before what only has an address', async () => {
    const files = [Buffer.from('one'), Buffer.from('broken'), Buffer.from('two')]
    const urls = [`${base}/photo.jpeg`]
    expect(await takePhotos(parts, north, { files, urls, fetchMedia: true })).toMatchObject(
      { lost: 1 },
    )
    expect(taken.splice(0)).toEqual(['one', 'two'])
    expect(
      await takePhotos(parts, north, { files: [], urls, fetchMedia: true }),
    ).toMatchObject({ lost: 0 })
    expect(taken.splice(0)).toEqual(['a picture'])
  })

  it('never keep a report out', async () => {
    const urls = [`${base}/none`, `${base}/never`, 'http://[::1', 'file:///etc/passwd']
    expect(await takePhotos(parts, north, { files: [], urls, fetchMedia: true })).toEqual({
      ids: [],
      lost: 4,
    })
    const { fetch: _, ...without } = parts
    const one = { files: [], urls: [`${base}/photo.jpeg`], fetchMedia: true }
    expect(await takePhotos(without, north, one)).toEqual({ ids: [], lost: 1 })
    expect(await takePhotos({ log }, north, one)).toEqual({ ids: [], lost: 1 })
  })

  it('are so many and no more', async () => {
    const files = Array.from({ length: 20 }, () => Buffer.from('x'))
    const { ids, lost } = await takePhotos(parts, north, {
      files,
      urls: [],
      fetchMedia: true,
    })
    expect([ids.length, lost]).toEqual([MOST_PHOTOS, 20 - MOST_PHOTOS])
  })
})
