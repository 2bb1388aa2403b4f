import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodePicture, onlyKnownDecoders } from '../../src/photos/encode-picture.ts'
import { FULL_EDGE, SMALL_EDGE } from '../../src/photos/limits.ts'
import type { MadePicture, PictureRefusal } from '../../src/photos/picture.ts'
import {
  endlessAsf,
  gifAndScript,
  gifOf,
  pngWithText,
  talkingJpeg,
} from './hostile-files.ts'
import { animated, heicHead, jpeg, phoneJpeg, png, pngBomb, svg, webp } from './pictures.ts'

const size = { width: 300, height: 200 }

/** Made before the decoders are limited, as the limit is the process's. */
const made: Record<string, Buffer> = {}

beforeAll(async () => {
  const plain = await jpeg(size)
  Object.assign(made, {
    jpeg: plain,
    png: await png(size),
    webp: await webp(size),
    'animated WebP': await animated('webp', 12),
    'animated GIF': await animated('gif', 12),
    'large JPEG': await jpeg({ width: 5_000, height: 3_000 }),
    'phone JPEG': await phoneJpeg(size),
    'JPEG with a page behind it': Buffer.concat([
      plain,
      Buffer.from('<script>x()</script>'),
    ]),
    'half a JPEG': plain.subarray(0, plain.length / 2),
    'head of a JPEG': plain.subarray(0, 300),
    'half a PNG': (await png(size)).subarray(0, 4_000),
    'half a WebP': (await webp(size)).subarray(0, 700),
    'huge PNG in a tiny file': pngBomb({ width: 50_000, height: 50_000 }),
    'PNG that lacks its rows': pngBomb({ width: 6_000, height: 1 }).subarray(0, 45),
    'JPEG head on a PNG': Buffer.concat([plain.subarray(0, 20), await png(size)]),
    'GIF that is a script, too': gifAndScript(),
    'GIF of 10,000 frames': gifOf(10_000),
    'talking JPEG': await talkingJpeg(),
    'PNG with 100 MB of text': pngWithText(100),
    AVIF: await sharp(plain).avif({ effort: 0 }).toBuffer(),
    TIFF: await sharp(plain).tiff().toBuffer(),
  })
  onlyKnownDecoders()
})

describe('pictures', () => {
  it.each([
    ['jpeg', 300, 200],
    ['png', 300, 200],
    ['webp', 300, 200],
    // The first frame stands for it.
    ['animated WebP', 40, 40],
    ['animated GIF', 40, 40],
    ['large JPEG', FULL_EDGE, 1_229],
    ['JPEG with a page behind it', 300, 200],
    // Turned as it was held.
    ['phone JPEG', 200, 300],
    ['GIF that is a script, too', 2, 2],
    ['GIF of 10,000 frames', 2, 2],
    ['talking JPEG', 120, 80],
  ])('re-encodes a %s', async (name, width, height) => {
    const picture = assertMade(await encodePicture(bytes(name)))
    expect([picture.width, picture.height]).toEqual([width, height])
    for (const [encoded, edge] of [
      [picture.full, FULL_EDGE],
      [picture.small, SMALL_EDGE],
    ] as const) {
      const facts = await sharp(encoded).metadata()
      expect(facts.format).toBe('jpeg')
      expect(Math.max(facts.width, facts.height)).toBeLessThanOrEqual(edge)
      expect(facts.pages ?? 1).toBe(1)
    }
  })

  it('leaves nothing of what a phone writes beside the picture, and suggests the place', async () => {
    const before = await sharp(bytes('phone JPEG')).metadata()
    expect(before.exif).toBeDefined()
    const { full, small, place } = assertMade(await encodePicture(bytes('phone JPEG')))
    expect(place).toEqual({ lat: 59.325_083_3, lon: 18.068_666_7 })
    for (const encoded of [full, small]) {
      const facts = await sharp(encoded).metadata()
      expect(facts).not.toHaveProperty('exif')
      expect(facts).not.toHaveProperty('xmp')
      expect(facts).not.toHaveProperty('icc')
      const text = Buffer.from(encoded).toString('latin1')
      expect(text).not.toMatch(/SERIAL-4711|Telefonfabriken|EXIF|script/i)
    }
  })

  it.each([
    ['talking JPEG', /PLANTED|adobe|Exif|8BIM|GPS/i],
    ['GIF that is a script, too', /alert|polyglot/],
  ])('keeps no word that stood in a %s', async (name, words) => {
    const upload = bytes(name)
    expect(upload.toString('latin1')).toMatch(words)
    const { full, small } = assertMade(await encodePicture(upload))
    for (const encoded of [full, small]) {
      expect(Buffer.from(encoded).toString('latin1')).not.toMatch(words)
      expect(Buffer.from(encoded).subarray(-2)).toEqual(Buffer.of(0xff, 0xd9))
    }
  })

  it.each<[string, PictureRefusal]>([
    ['half a JPEG', { kind: 'damaged' }],
    ['head of a JPEG', { kind: 'damaged' }],
    ['half a PNG', { kind: 'damaged' }],
    ['half a WebP', { kind: 'damaged' }],
    ['PNG that lacks its rows', { kind: 'damaged' }],
    ['JPEG head on a PNG', { kind: 'damaged' }],
    ['PNG with 100 MB of text', { kind: 'damaged' }],
    ['huge PNG in a tiny file', { kind: 'pixels' }],
    ['AVIF', { kind: 'unknown', type: 'image/avif' }],
    ['TIFF', { kind: 'unknown', type: null }],
  ])('refuses %s', async (name, refusal) => {
    expect(await encodePicture(bytes(name))).toEqual(refusal)
  })

  it.each<[string, Buffer, PictureRefusal]>([
    ['no bytes', Buffer.alloc(0), { kind: 'unknown', type: null }],
    ['one byte', Buffer.from([0xff]), { kind: 'unknown', type: null }],
    ['a HEIC', heicHead(), { kind: 'heic' }],
    ['an SVG with a script', svg, { kind: 'unknown', type: 'application/xml' }],
    ['text', Buffer.from('hello, I am photo.jpg'), { kind: 'unknown', type: null }],
    [
      'a PDF',
      Buffer.from('%PDF-1.7\n1 0 obj'),
      { kind: 'unknown', type: 'application/pdf' },
    ],
    [
      'a header of Windows Media without end',
      endlessAsf(),
      { kind: 'unknown', type: null },
    ],
    ['a GIF head on a script', Buffer.from('GIF89a=0;alert(1)//'), { kind: 'damaged' }],
    ['a JPEG mark alone', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), { kind: 'damaged' }],
  ])('refuses %s', async (_, upload, refusal) => {
    expect(await encodePicture(upload)).toEqual(refusal)
  })

  it('answers whatever bytes come, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (upload) => {
        expect(await encodePicture(upload)).toHaveProperty('kind')
      }),
      { numRuns: 300 },
    )
  })

  it('answers whatever was changed in a real picture, and never throws', async () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), {
      minLength: 1,
      maxLength: 12,
    })
    const sources = fc.constantFrom('jpeg', 'png', 'webp', 'animated GIF', 'phone JPEG')
    await fc.assert(
      fc.asyncProperty(sources, changes, fc.nat(), async (name, changed, cut) => {
        const upload = Buffer.from(bytes(name))
        // Half of the changes go where the structure is.
        for (const [index, [at, value]] of changed.entries()) {
          upload[at % (index % 2 === 0 ? 400 : upload.length)] = value
        }
        const end = cut % 3 === 0 ? cut % upload.length : upload.length
        const answer = await encodePicture(upload.subarray(0, end))
        if ('kind' in answer) return
        const facts = await sharp(answer.full).metadata()
        expect(Math.max(facts.width, facts.height)).toBeLessThanOrEqual(FULL_EDGE)
      }),
      { numRuns: 200 },
    )
  }, 60_000)
})

function bytes(name: string): Buffer {
  const found = made[name]
  if (found === undefined) throw new Error(`no picture ${name}`)
  return found
}

function assertMade(answer: MadePicture | PictureRefusal): MadePicture {
  if ('kind' in answer) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer
}
