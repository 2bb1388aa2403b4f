import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const asksAtOnce = 100

/** Takes the oldest letters (`.eml`) of a folder away, so that no more than `most` stay. */
export async function forgetOldestFiles(folder: string, most: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'))
  if (names.length <= most) return
  const files: { readonly path: string; readonly writtenMs: number }[] = []
  for (let from = 0; from < names.length; from += asksAtOnce) {
    const some = names.slice(from, from + asksAtOnce).map(async (name) => {
      const path = join(folder, name)
      // Another process may have taken it away meanwhile.
      const written = await stat(path).catch(unlessGone)
      return written && { path, writtenMs: written.mtimeMs }
    })
    for (const file of await Promise.all(some)) if (file) files.push(file)
  }
  const oldest = files.toSorted((a, b) => a.writtenMs - b.writtenMs)
  for (const { path } of oldest.slice(0, Math.max(0, files.length - most)))
    await rm(path, { force: true })
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
