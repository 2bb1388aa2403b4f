import { globSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts'

const kept = join(import.meta.dirname, 'released')

/** What the release itself saw in its folder before it ended. */
const expected = z.object({
  stoppedAt: z.string(),
  email: z.string(),
  password: z.string(),
  cookie: z.string(),
  device: z.object({
    name: z.string(),
    username: z.string(),
    secret: z.string(),
    topic: z.string(),
  }),
  readings: z.record(z.string(), z.object({ count: z.int(), sum: z.number() })),
  openAlarms: z.array(z.looseObject({ id: z.string(), asset: z.string() })),
  cases: z.array(z.looseObject({ id: z.string(), number: z.string() })),
  journal: z.array(z.string()),
  deliveries: z.array(z.object({ id: z.string(), delivered_at: z.int() })),
})
export type Expected = z.infer<typeof expected>

/** Every data folder that is kept, as `0.1.0/stopped`. */
export const releasedFolders = globSync('*/*/expected.json', { cwd: kept })
  .map((path) => dirname(path))
  .toSorted()

/** A copy of a data folder as the release left it. */
export async function releasedFolder(
  name: string,
): Promise<TemporaryFolder & { readonly expected: Expected }> {
  const from = join(kept, name)
  const folder = await temporaryFolder()
  for (const path of globSync('**/*.gz', { cwd: from })) {
    const target = join(folder.path, path.slice(0, -'.gz'.length))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, gunzipSync(await readFile(join(from, path))), { mode: 0o600 })
  }
  const text = await readFile(join(from, 'expected.json'), 'utf8')
  return {
    path: folder.path,
    expected: expected.parse(JSON.parse(text)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
