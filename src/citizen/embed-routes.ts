import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { config } from './requests.ts'

/** What other sites load: the element, from anywhere; and what stands in its frame. */
const scripts = [
  { name: 'gatuvakt-report.js', elsewhere: true },
  { name: 'citizen-frame.js', elsewhere: false },
] as const

/** The two small scripts of pages in a frame. Neither is on a page that stands for itself. */
export async function embedRoutes(app: FastifyInstance): Promise<void> {
  for (const { name, elsewhere } of scripts) {
    const script = await readFile(new URL(`embed/${name}`, import.meta.url), 'utf8')
    app.get(`/${name}`, { config }, (_request, reply) => {
      // Modules of another site are fetched with CORS. It says nothing about anybody.
      if (elsewhere) {
        void reply
          .header('access-control-allow-origin', '*')
          .header('cross-origin-resource-policy', 'cross-origin')
      }
      return reply
        .type('text/javascript; charset=utf-8')
        .header('cache-control', 'public, max-age=3600')
        .send(script)
    })
  }
}
