import type { Dirent } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { OrganisationId } from '../domain/ids.ts'
import type { PhotoSize } from './photos.ts'

/** For the owner's eyes alone. */
const ownerOnly = 0o600
const ownerFolder = 0o700
const UNFINISHED = '.new'
const nameOf = /^(?<id>[0-9a-f]{32})(?:\.small)?\.jpg(?:\.new)?$/

/** Files of photos: one folder an organisation, two files a photo. */
export interface PhotoFiles {
  /** Whole and on the disk once it resolves, or not there. */
  write(
    organisation: OrganisationId,
    id: string,
    made: { readonly full: Uint8Array; readonly small: Uint8Array },
  ): Promise<void>
  /** Undefined when it is not there. */
  read(
    organisation: OrganisationId,
    id: string,
    size: PhotoSize,
  ): Promise<Uint8Array | undefined>
  /** Removed on the disk once it resolves; those that are gone already are fine. */
  remove(organisation: OrganisationId, ids: readonly string[]): Promise<void>
  exists(organisation: OrganisationId, id: string): Promise<boolean>
  /**
   * Ids of which any file is older than `before` (ms since 1970), one after another, so that a
   * folder of any size is walked in little memory.
   */
  olderThan(organisation: OrganisationId, before: number): AsyncGenerator<string>
}

export function photoFiles(folder: string): PhotoFiles {
  const home = (organisation: OrganisationId): string => join(folder, organisation)
  return {
    async write(organisation, id, { full, small }) {
      const place = home(organisation)
      await mkdir(place, { recursive: true, mode: ownerFolder })
      await writeWhole(join(place, fileName(id, 'small')), small)
      await writeWhole(join(place, fileName(id, 'full')), full)
      await syncFolder(place)
      // The organisation's folder itself may be new.
      await syncFolder(folder)
    },
    async read(organisation, id, size) {
      if (!isPhotoId(id)) return undefined
      return await readFile(join(home(organisation), fileName(id, size))).catch(ifThere)
    },
    async remove(organisation, ids) {
      const place = home(organisation)
      for (const id of ids.filter((one) => isPhotoId(one))) {
        for (const size of ['full', 'small'] as const) {
          const file = join(place, fileName(id, size))
          await rm(file, { force: true })
          await rm(`${file}${UNFINISHED}`, { force: true })
        }
      }
      if (ids.length > 0) await syncFolder(place).catch(ifThere)
    },
    async exists(organisation, id) {
      const found = await stat(join(home(organisation), fileName(id, 'full'))).catch(
        ifThere,
      )
      return found !== undefined
    },
    olderThan: (organisation, before) => olderThan(home(organisation), before),
  }
}

/** What this program gives as an id; nothing else becomes part of a path. */
export function isPhotoId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}

async function* olderThan(place: string, before: number): AsyncGenerator<string> {
  const entries: Dirent[] =
    (await readdir(place, { withFileTypes: true }).catch(ifThere)) ?? []
  for (const entry of entries) {
    const id = nameOf.exec(entry.name)?.groups?.['id']
    if (id === undefined || !entry.isFile()) continue
    const facts = await stat(join(place, entry.name)).catch(ifThere)
    if (facts !== undefined && facts.mtimeMs < before) yield id
  }
}

function fileName(id: string, size: PhotoSize): string {
  return size === 'full' ? `${id}.jpg` : `${id}.small.jpg`
}

/** Under another name until all of it is on the disk. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${file}${UNFINISHED}`
  {
    await using target = await open(unfinished, 'w', ownerOnly)
    await target.writeFile(bytes)
    await target.sync()
  }
  await rename(unfinished, file)
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}

function ifThere(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
