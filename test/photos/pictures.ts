import { deflateSync, crc32 } from 'node:zlib'
import sharp from 'sharp'

/** Real pictures, made here; each some kilobytes. */

interface Size {
  readonly width: number
  readonly height: number
}

/** Coloured noise, so that a codec has something to do. */
export function canvas({ width, height }: Size): ReturnType<typeof sharp> {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: { r: 90, g: 140, b: 60 },
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
}

export const jpeg = (size: Size): Promise<Buffer> => canvas(size).jpeg().toBuffer()
export const png = (size: Size): Promise<Buffer> => canvas(size).png().toBuffer()
export const webp = (size: Size): Promise<Buffer> => canvas(size).webp().toBuffer()

/** As a phone writes it: held upright, with the place, its maker and a serial number. */
export function phoneJpeg(size: Size): Promise<Buffer> {
  return canvas(size)
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Make: 'Telefonfabriken' },
      IFD2: { BodySerialNumber: 'SERIAL-4711' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '59/1 19/1 3030/100',
        GPSLongitudeRef: 'E',
        GPSLongitude: '18/1 4/1 720/100',
      },
    })
    .jpeg()
    .toBuffer()
}

export async function animated(format: 'webp' | 'gif', frames: number): Promise<Buffer> {
  const height = 40
  const all = await canvas({ width: 40, height: height * frames })
    .raw()
    .toBuffer()
  const raw = {
    width: 40,
    height: height * frames,
    channels: 3 as const,
    pageHeight: height,
  }
  const many = sharp(all, { raw })
  return await (format === 'webp' ? many.webp() : many.gif()).toBuffer()
}

/** A PNG that says how large it is and has almost nothing in it. */
export function pngBomb({ width, height }: Size): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // One bit a pixel, grey.
  header.set([1, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc(Math.min(50_000_000, height * (1 + Math.ceil(width / 8))))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** The first box of a picture of an iPhone; the rest is of no matter. */
export function heicHead(): Buffer {
  const box = Buffer.alloc(24)
  box.writeUInt32BE(24)
  box.write('ftypheic', 4, 'latin1')
  box.write('mif1heic', 16, 'latin1')
  return Buffer.concat([box, Buffer.alloc(2_000)])
}

export const svg = Buffer.from(
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
)
