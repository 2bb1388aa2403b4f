import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Problem } from '../domain/problem.ts'

/** Plain files of a backup: copied, summed and brought to the disk. */

/** A backup holds secrets: only its owner may read it. */
const ownerOnly = 0o600
const ownerFolder = 0o700
const chunkBytes = 1_048_576

export interface Sum {
  readonly bytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

/** Length and SHA-256 of a file. */
export async function fileSum(file: string, stop: AbortSignal): Promise<Sum> {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = createReadStream(file, { highWaterMark: chunkBytes, signal: stop })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Copies a file that does not exist yet, through to the disk, and sums what it copied. */
export async function copyDurably(
  from: string,
  to: string,
  stop: AbortSignal,
): Promise<Sum> {
  await makeFolder(dirname(to))
  const hash = createHash('sha256')
  let bytes = 0
  await using target = await open(to, 'wx', ownerOnly)
  const stream = createReadStream(from, { highWaterMark: chunkBytes, signal: stop })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
    await target.writeFile(chunk)
  }
  await target.sync()
  return { bytes, sha256: hash.digest('hex') }
}

export async function writeDurably(file: string, text: string): Promise<void> {
  await using target = await open(file, 'w', ownerOnly)
  await target.writeFile(text)
  await target.sync()
}

/** Brings a file that somebody else wrote to the disk, for its owner's eyes alone. */
export async function syncFile(file: string): Promise<void> {
  await using handle = await open(file, 'r+')
  await handle.chmod(ownerOnly)
  await handle.sync()
}

/** Only then do new names in the folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}

/** Resolves to the topmost folder that was made; undefined when it was there. */
export function makeFolder(folder: string): Promise<string | undefined> {
  return mkdir(folder, { recursive: true, mode: ownerFolder })
}

/** What a folder holds; nothing when it does not exist. */
export async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Throws a Problem when the folder holds anything but what is named. */
export async function refuseFull(
  folder: string,
  what: string,
  but: readonly string[] = [],
): Promise<void> {
  const entries = (await entriesOf(folder)).filter((name) => !but.includes(name))
  if (entries.length === 0) return
  throw new Problem({
    kind: 'conflict',
    what: `${what} is not empty`,
    where: folder,
    why: `it holds ${entries.slice(0, 5).join(', ')}${entries.length > 5 ? ' …' : ''}`,
    next: 'name an empty folder, or one that does not exist yet',
  })
}

/** Files below a folder as paths relative to it, in order; those with a dot in front are unfinished. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  if ((await entriesOf(folder)).length === 0) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted()
}
