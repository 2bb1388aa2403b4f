import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { notFound, replyProblem } from './problem-reply.ts'

/**
 * Serves the built console below /console/. An address without a dot in its last part is one of
 * the console's own pages, so it gets the page that then draws it.
 */
export async function serveConsole(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(
    async (scope) => {
      scope.packagePermission = 'public'
      await scope.register(fastifyStatic, {
        root: folder,
        prefix: '/',
        decorateReply: true,
        index: 'index.html',
        // Hidden files have no business in a built console.
        dotfiles: 'ignore',
        setHeaders: (reply, path) => {
          void reply.header('cache-control', cacheFor(path))
        },
      })
      scope.setNotFoundHandler((request, reply) => {
        const { pathname } = new URL(request.url, 'http://localhost')
        const isFile = pathname.split('/').at(-1)?.includes('.') === true
        if (request.method !== 'GET' || isFile) {
          replyProblem(notFound(), request, reply)
          return
        }
        void reply.sendFile('index.html')
      })
    },
    { prefix: '/console' },
  )
}

/** Built files carry a hash of their content in their name, all but the page itself. */
function cacheFor(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
}
