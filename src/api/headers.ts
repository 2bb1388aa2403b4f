import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** Headers that keep browsers to our own scripts, styles and addresses. */
export async function secureHeaders(app: FastifyInstance, baseUrl: string): Promise<void> {
  const overTls = new URL(baseUrl).protocol === 'https:'
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Small icons are built into the style sheet.
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Promised only where TLS is, or a plain address could not be opened again for a year.
    hsts: overTls && { maxAge: 31_536_000, includeSubDomains: false },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
}
