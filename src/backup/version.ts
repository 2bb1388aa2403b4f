import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** The version of this program, as it was released. */
export function programVersion(): string {
  const file = join(import.meta.dirname, '..', '..', 'package.json')
  const { version } = z
    .looseObject({ version: z.string() })
    .parse(JSON.parse(readFileSync(file, 'utf8')))
  return version
}
