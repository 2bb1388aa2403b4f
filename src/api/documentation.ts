import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from '@fastify/type-provider-zod'
import type { FastifyInstance } from 'fastify'

/** Collects every route registered after it into an OpenAPI document. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gatuvakt',
        version,
        description:
          'Alarms, cases, assets and reports of street infrastructure. Refusals are RFC 9457 problems. ' +
          'Requests that change something and carry the session cookie need Origin or Sec-Fetch-Site of this service.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: '__Host-sid' },
        },
      },
    },
    transform: jsonSchemaTransform,
  })
}

/** Shows the document to people at /docs. */
export async function showDocumentation(app: FastifyInstance): Promise<void> {
  await app.register(async (scope) => {
    scope.packagePermission = 'public'
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      // Its page styles elements one by one; scripts still come from files of ours alone.
      staticCSP:
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    })
  })
}
