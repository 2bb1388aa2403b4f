import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'

const sources = join(import.meta.dirname, '..', 'console')
const built = join(import.meta.dirname, '..', '..', 'dist', 'console', 'index.html')

/** Is there no built console yet, or is one of its sources newer? Without sources it stays as it is. */
export function consoleIsStale(): boolean {
  const files = globSync(join(sources, '**', '*.*'))
  const made = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return files.some((file) => statSync(file).mtimeMs > made)
}

/** Builds the console from its sources; rejects with what is wrong in them. */
export async function buildConsole(): Promise<void> {
  // Only here: the service itself runs without its build tools.
  const { build } = await import('vite')
  await build({ configFile: join(sources, 'vite.config.ts'), logLevel: 'error' })
}
