import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Problem } from '../domain/problem.ts'
import { fileSum, syncFolder, writeDurably } from './files.ts'

/** Raised whenever an older program could not restore what this one writes. */
export const FORMAT = 1
const name = 'manifest.json'

/** A path below the backup's folder: no way up, no way out. */
const insidePath = z
  .string()
  .max(500)
  .regex(
    /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!.*\\)\P{Cc}+$/u,
    'a path inside the backup',
  )

const position = z.strictObject({
  epoch: z.string(),
  partition: z.int(),
  sequence: z.int(),
  index: z.int(),
})

const manifest = z.strictObject({
  format: z.literal(FORMAT),
  /** Of the program that made it. */
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  created: z.iso.datetime(),
  log: z.strictObject({
    epoch: z.string(),
    /** The newest record in the backup; null while nothing has been heard. */
    head: position.nullable(),
    /** When its oldest commit was made: history can be built anew from there. */
    since: z.iso.datetime().nullable(),
  }),
  /** Whether the history of readings is in it. */
  history: z.boolean(),
  files: z
    .array(
      z.strictObject({
        path: insidePath,
        bytes: z.int().min(0),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(10_000_000),
})
export type Manifest = z.infer<typeof manifest>
export type BackedUpFile = Manifest['files'][number]

/** Writes it whole or not at all: a folder without it is no backup. */
export async function writeManifest(folder: string, content: Manifest): Promise<void> {
  const unfinished = join(folder, `${name}.unfinished`)
  await writeDurably(unfinished, `${JSON.stringify(content, null, 2)}\n`)
  await rename(unfinished, join(folder, name))
  await syncFolder(folder)
}

/**
 * Reads what a backup says of itself. Throws a Problem for a folder that is no finished backup, and
 * for one that a newer version made.
 */
export async function readManifest(folder: string, version: string): Promise<Manifest> {
  const raw = await readRaw(folder)
  const made = z.looseObject({ format: z.int(), version: z.string() }).safeParse(raw)
  if (made.success && isNewer(made.data, version)) {
    throw new Problem({
      kind: 'conflict',
      what: 'the backup was made by a newer version of this program',
      where: folder,
      why: `version ${made.data.version}, format ${made.data.format}; this is version ${version}, format ${FORMAT}`,
      next: 'restore it with the version that made it, or a newer one',
    })
  }
  const parsed = manifest.safeParse(raw)
  if (parsed.success) return parsed.data
  throw new Problem({
    kind: 'invalid',
    what: `${join(folder, name)} does not say what a backup says of itself`,
    why: z.prettifyError(parsed.error),
    next: 'take another backup: somebody has changed this one',
  })
}

async function readRaw(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8'))
  } catch (error) {
    throw new Problem(
      {
        kind: 'invalid',
        what: `${folder} is not a backup that was finished`,
        why: `its ${name}, which is written last, cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        next: 'take another backup',
      },
      { cause: error },
    )
  }
}

function isNewer(
  made: { readonly format: number; readonly version: string },
  version: string,
): boolean {
  if (made.format !== FORMAT) return made.format > FORMAT
  const theirs = numbers(made.version)
  const ours = numbers(version)
  const differs = theirs.findIndex((part, index) => part !== ours[index])
  return differs !== -1 && (theirs[differs] ?? 0) > (ours[differs] ?? 0)
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number)
}

/** Throws a Problem that names every file which is missing or not what the manifest says. */
export async function checkFiles(
  folder: string,
  { files }: Manifest,
  parts: { readonly progress: (bytes: number) => void; readonly stop: AbortSignal },
): Promise<void> {
  const wrong: string[] = []
  let done = 0
  for (const file of files) {
    const reason = await whatIsWrong(folder, file, parts.stop)
    if (reason !== undefined) wrong.push(`${file.path}: ${reason}`)
    parts.progress((done += file.bytes))
  }
  if (wrong.length === 0) return
  throw new Problem({
    kind: 'invalid',
    what: `${wrong.length} of ${files.length} files of the backup are damaged`,
    where: folder,
    why: wrong.slice(0, 20).join('; '),
    next: 'take another backup: nothing was restored from this one',
  })
}

async function whatIsWrong(
  folder: string,
  file: BackedUpFile,
  stop: AbortSignal,
): Promise<string | undefined> {
  try {
    const { bytes, sha256 } = await fileSum(join(folder, file.path), stop)
    if (bytes !== file.bytes) return `${bytes} bytes instead of ${file.bytes}`
    return sha256 === file.sha256 ? undefined : 'the checksum does not match'
  } catch (error) {
    stop.throwIfAborted()
    return error instanceof Error ? error.message : String(error)
  }
}
