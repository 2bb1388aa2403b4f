import { fileTypeFromBuffer } from 'file-type'
import sharp, { type Sharp } from 'sharp'
import { exifPlace } from './exif-place.ts'
import { FULL_EDGE, INPUT_PIXELS, PATIENCE, SMALL_EDGE, SNIFF_BYTES } from './limits.ts'
import type { MadePicture, PictureRefusal } from './picture.ts'
import { SECOND } from '../domain/time.ts'

/** Runs only inside the process for pictures: it touches what strangers sent. */

/** Media type → how the decoder calls it. */
const known: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpeg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
])
const heic: ReadonlySet<string> = new Set([
  'image/heic',
  'image/heic-sequence',
  'image/heif',
  'image/heif-sequence',
])

const quality = { full: 80, small: 70 }

/** Leaves the decoders of four formats, so that nothing that looks like one of them reaches another. */
export function onlyKnownDecoders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
      'VipsForeignLoadNsgifBuffer',
    ],
  })
  // One picture at a time, none of them twice.
  sharp.cache(false)
  sharp.concurrency(1)
}

/**
 * Makes the kept picture and its preview as JPEG, which every partner's program reads and which costs
 * a quarter of the time of WebP: turned as the camera was held, the first frame of an
 * animation, without any metadata. What is refused is a value; what throws is a fault of ours.
 */
export async function encodePicture(
  bytes: Uint8Array,
): Promise<MadePicture | PictureRefusal> {
  const format = await sniff(bytes)
  if (typeof format !== 'string') return format
  try {
    const source = open(bytes)
    const facts = await source.metadata()
    if (facts.format !== format) return { kind: 'damaged' }
    const place = facts.exif && exifPlace(facts.exif)
    return { ...(await encode(source)), ...(place !== undefined && { place }) }
  } catch (error) {
    return refusalOf(error)
  }
}

async function sniff(bytes: Uint8Array): Promise<string | PictureRefusal> {
  const type = await fileTypeFromBuffer(bytes.subarray(0, SNIFF_BYTES)).catch(
    () => undefined,
  )
  if (type !== undefined && heic.has(type.mime)) return { kind: 'heic' }
  return (
    known.get(type?.mime ?? '') ?? {
      kind: 'unknown',
      type: type === undefined ? null : type.mime,
    }
  )
}

function open(bytes: Uint8Array): Sharp {
  return sharp(bytes, {
    failOn: 'error',
    limitInputPixels: INPUT_PIXELS,
    sequentialRead: true,
    autoOrient: true,
  }).timeout({ seconds: PATIENCE / SECOND })
}

async function encode(source: Sharp): Promise<MadePicture> {
  const { data: full, info } = await source
    .resize(within(FULL_EDGE))
    .flatten({ background: 'white' })
    .jpeg({ quality: quality.full })
    .toBuffer({ resolveWithObject: true })
  const small = await sharp(full)
    .resize(within(SMALL_EDGE))
    .jpeg({ quality: quality.small })
    .toBuffer()
  return { full, small, width: info.width, height: info.height }
}

function within(edge: number) {
  return { width: edge, height: edge, fit: 'inside', withoutEnlargement: true } as const
}

/** The library has one kind of error and tells them apart in words. */
function refusalOf(error: unknown): PictureRefusal {
  const words = error instanceof Error ? error.message : ''
  return /pixel limit|too (?:large|big)|dimensions/i.test(words)
    ? { kind: 'pixels' }
    : { kind: 'damaged' }
}
