import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import type { Service } from './services.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** The machine's own Chromium, without the sandbox that root cannot have and without calls home. */
export function findChromium(): Service<Browser> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const path = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => isProgram(file))
  if (path === undefined) {
    return { kind: 'missing', why: `no ${names.join(', ')} on the PATH (Debian: chromium)` }
  }
  return {
    kind: 'there',
    start: () =>
      chromium.launch({
        executablePath: path,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      }),
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
