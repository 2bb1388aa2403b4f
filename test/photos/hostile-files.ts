import { crc32, deflateSync } from 'node:zlib'
import { jpeg } from './pictures.ts'

/** Files that strangers send in place of photos, made here. */

/**
 * A GIF whose first bytes are a script, too: the width of its screen opens a comment that its comment
 * block closes.
 */
export function gifAndScript(): Buffer {
  const script = Buffer.from('*/=0;alert("polyglot")//', 'latin1')
  return Buffer.concat([
    Buffer.from('GIF89a'),
    // 10,799 x 10,799: the width reads as `/*`.
    Buffer.from('/*', 'latin1'),
    Buffer.from([2, 0, 0, 0, 0]),
    Buffer.from([0x21, 0xfe, script.length]),
    script,
    Buffer.from([0]),
    frame,
    Buffer.from([0x3b]),
  ])
}

/** 2 x 2 px of one colour, with a palette of its own. */
const frame = Buffer.from([
  0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0x80, 90, 140, 60, 0, 0, 0, 2, 3, 0x84, 0x51, 0x05, 0,
])

/** A GIF of so many frames, each some bytes. */
export function gifOf(frames: number): Buffer {
  return Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from([2, 0, 2, 0, 0, 0, 0]),
    ...Array.from({ length: frames }, () => frame),
    Buffer.from([0x3b]),
  ])
}

/**
 * A JPEG with everything that may stand beside a picture: a thumbnail in its EXIF, XMP with a place and a
 * name, a comment, IPTC, and an archive behind its end.
 */
export async function talkingJpeg(): Promise<Buffer> {
  const picture = await jpeg({ width: 120, height: 80 })
  const thumbnail = Buffer.concat([
    await jpeg({ width: 16, height: 16 }),
    Buffer.from('PLANTED-thumbnail'),
  ])
  return Buffer.concat([
    picture.subarray(0, 2),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exifWith(thumbnail)])),
    segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp}`)),
    segment(0xed, Buffer.from('Photoshop 3.0\x008BIM\u0004\u0004PLANTED-iptc')),
    segment(0xfe, Buffer.from('PLANTED-comment')),
    picture.subarray(2),
    Buffer.from('PK\u0003\u0004PLANTED-archive'),
  ])
}

const xmp =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="59,19.5N" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="PLANTED-xmp"/></rdf:RDF></x:xmpmeta>'

/** An empty IFD0, and an IFD1 that says where the thumbnail lies (CIPA DC-008). */
function exifWith(thumbnail: Buffer): Buffer {
  const head = Buffer.alloc(44)
  head.write('II', 0, 'latin1')
  head.writeUInt16LE(42, 2)
  head.writeUInt32LE(8, 4)
  // IFD0 has no entry and leads to IFD1.
  head.writeUInt32LE(14, 10)
  head.writeUInt16LE(2, 14)
  entry(16, 0x02_01, head.length)
  entry(28, 0x02_02, thumbnail.length)
  return Buffer.concat([head, thumbnail])

  function entry(at: number, tag: number, value: number): void {
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(4, at + 2)
    head.writeUInt32LE(1, at + 4)
    head.writeUInt32LE(value, at + 8)
  }
}

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}

/** A header of Windows Media whose parts have no size, over which a reader may go for ever. */
export function endlessAsf(): Buffer {
  const guid = Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex')
  const stream = Buffer.from('9107dcb7b7a9cf118ee600c00c205365', 'hex')
  return Buffer.concat([guid, Buffer.alloc(14, 1), stream, Buffer.alloc(4_000)])
}

/** A PNG with so many bytes of text inside that unpack to megabytes. */
export function pngWithText(megabytes: number): Buffer {
  const text = Buffer.concat([
    Buffer.from('Comment\0\0'),
    deflateSync(Buffer.alloc(megabytes * 1_048_576, 0x61)),
  ])
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0])
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('zTXt', text),
    chunk('IDAT', deflateSync(Buffer.alloc(6, 0x80))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
