import { join } from 'node:path'

/** Where the built console stands. */
export const consoleFolder = join(import.meta.dirname, '..', '..', 'dist', 'console')

/** Builds the console from its sources; rejects with what is wrong in them. */
export async function buildConsole(): Promise<void> {
  // Only here: the service itself runs without its build tools.
  const { build } = await import('vite')
  await build({
    configFile: join(import.meta.dirname, '..', 'console', 'vite.config.ts'),
    logLevel: 'error',
  })
}
