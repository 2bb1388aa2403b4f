import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ConfigurationText } from '../../configuration/parse.ts'
import { Problem } from '../../domain/problem.ts'

/** Throws Problem conflict when there is anything in the folder: what a person wrote is not written over. */
export async function refuseFull(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  if (names.length === 0) return
  throw new Problem({
    kind: 'conflict',
    what: `${folder} is not empty`,
    why: 'a new type never writes over what is there',
    next: 'name another folder, or remove this one',
  })
}

/** Writes the files; one that has appeared meanwhile stays and is a Problem conflict. */
export async function writeFolder(
  folder: string,
  files: readonly ConfigurationText[],
): Promise<void> {
  for (const { path, text } of files) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' }).catch((error: unknown) => {
      throw new Problem(
        {
          kind: 'conflict',
          what: `${file} cannot be written`,
          why: error instanceof Error ? error.message : String(error),
          next: 'name another folder',
        },
        { cause: error },
      )
    })
  }
}
