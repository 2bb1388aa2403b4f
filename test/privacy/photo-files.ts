import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'

/** Files of photos, made old: a young one may be about to get its row, so the sweep lets it be. */
export async function photoFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, 'photos'), {
    recursive: true,
    withFileTypes: true,
  })
  const files = entries.filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name))
  const aged = await Promise.allSettled(paths.map((path) => utimes(path, 1, 1)))
  // The sweep may be taking one away at this moment; any other fault is one.
  for (const one of aged)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'ENOENT' })
  return paths
}
