import type { FastifyReply } from 'fastify'
import { Problem } from '../domain/problem.ts'

/** Nothing but a picture, whatever a browser thinks of its bytes; erased means gone, so no cache keeps it. */
export function sendPhoto(
  reply: FastifyReply,
  bytes: Uint8Array | undefined,
): FastifyReply {
  if (bytes === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: 'There is no such photo',
      why: 'It was never there, it is not for you to see, or it was erased',
    })
  }
  return reply
    .type('image/jpeg')
    .header('cache-control', 'no-store')
    .header('content-disposition', 'inline; filename="photo.jpg"')
    .header('x-content-type-options', 'nosniff')
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}
