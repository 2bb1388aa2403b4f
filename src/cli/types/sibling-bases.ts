import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { objectsOf } from '../../configuration/file-objects.ts'
import type { JsonObject } from '../../configuration/json.ts'
import { parseYamlFile } from '../../configuration/yaml-files.ts'
import type { Bases } from '../../workshop/bases.ts'
import { readTypeFolder } from './folder.ts'

/** Folders beside the type that are looked into. */
const MOST_SIBLINGS = 1_000

/** The types in the folders beside this one; read only when somebody asks, and then once. */
export function siblingBases(folder: string): Bases {
  const around = dirname(resolve(folder))
  let types: Promise<ReadonlyMap<string, JsonObject>> | undefined
  return {
    async find(name) {
      types ??= typesIn(around)
      return (await types).get(name)
    },
    next: `put its folder beside this one, into ${around}`,
  }
}

/** By name. What is no type, or cannot be read, is passed over: its own check says what is wrong. */
async function typesIn(around: string): Promise<ReadonlyMap<string, JsonObject>> {
  const found = new Map<string, JsonObject>()
  const entries = await readdir(around, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).slice(0, MOST_SIBLINGS)
  for (const { name } of folders) {
    const object = await typeIn(join(around, name))
    if (object !== undefined) found.set(object.slug, object.document)
  }
  return found
}

async function typeIn(folder: string) {
  const files = await readTypeFolder(folder).catch(() => [])
  // As a configuration has them: only there a file type.yaml is a device type.
  const own = files.map(({ path, text }) => ({ path: `device-types/${path}`, text }))
  const source = own.find(({ path }) => path === 'device-types/type.yaml')
  const parsed = source && parseYamlFile(source.path, source.text)
  if (parsed?.ok !== true) return undefined
  const asked = { organisation: 'check', mistakes: [], files: own, extendedLater: true }
  return objectsOf(parsed.file, asked).at(0)
}
