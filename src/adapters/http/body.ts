import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Problem } from '../../domain/problem.ts'
import { UnsupportedBody } from './delivery.ts'
import type { Hold } from './room.ts'

const unpack = promisify(gunzip)

/**
 * Reads a body into memory that `hold` has room for. Rejects with Problem too_large or too_many; the
 * rest of the body is then let go by unread.
 */
export function readBody(
  stream: NodeJS.ReadableStream,
  most: number,
  hold: Hold,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const stop = (problem: Error): void => {
      stream.removeListener('data', take)
      stream.resume()
      reject(problem)
    }
    const take = (chunk: Buffer): void => {
      length += chunk.length
      if (length > most) return stop(bodyTooLarge(most))
      if (!hold.atLeast(length)) return stop(noRoom())
      chunks.push(chunk)
    }
    stream.on('data', take)
    stream.once('end', () => resolve(Buffer.concat(chunks, length)))
    stream.once('error', reject)
    stream.once('close', () => reject(new Error('the sender went away')))
  })
}

/** Unpacks what `content-encoding` says. Rejects with Problem or UnsupportedBody. */
export async function unpacked(
  body: Buffer,
  headers: IncomingMessage['headers'],
  bounds: { readonly most: number; readonly hold: Hold },
): Promise<Buffer> {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return body
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    const shown = JSON.stringify(encoding.slice(0, 40))
    throw new UnsupportedBody(
      `The content encoding ${shown} is not read here`,
      'Send the body as it is, or packed with gzip',
    )
  }
  const { most, hold } = bounds
  // Before it is unpacked: a small body may hold a large one.
  if (!hold.set(body.length + most)) throw noRoom()
  const plain = await unpack(body, { maxOutputLength: most }).catch((error: unknown) => {
    const tooLong = error instanceof RangeError
    throw tooLong ? bodyTooLarge(most) : badGzip(error)
  })
  hold.set(plain.length)
  return plain
}

export function bodyTooLarge(most: number): Problem {
  return new Problem({
    kind: 'too_large',
    what: `The body is longer than ${most} bytes; nothing of it was stored`,
    where: 'body',
    next: 'Send less at a time, or raise maxBody of the connection',
    facts: { maxBody: most },
  })
}

/** Seconds after which a sender that was turned away may come again. */
const SOON = 5

export function noRoom(): Problem {
  return new Problem({
    kind: 'too_many',
    what: 'Too much is under way; nothing of this was stored',
    why: 'What came before waits to be made durable',
    next: `Send it again in ${SOON} s`,
    facts: { retryAfterSeconds: SOON },
  })
}

function badGzip(cause: unknown): Problem {
  return new Problem(
    {
      kind: 'invalid',
      what: 'The body says gzip and cannot be unpacked; nothing of it was stored',
      where: 'body',
      next: 'Send the whole gzip stream, or no content-encoding',
    },
    { cause },
  )
}
