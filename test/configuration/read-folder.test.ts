import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mistakeText } from '../../src/configuration/mistake.ts'
import { readConfiguration } from '../../src/configuration/parse.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { town } from './town.ts'

async function write(
  folder: string,
  files: Record<string, string | Uint8Array>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

describe('the folder of an organisation', () => {
  it('is read in one order, without what is not configuration', async () => {
    await using folder = await temporaryFolder()
    const north = join(folder.path, 'north')
    await write(north, {
      ...town,
      'README.md': '# North',
      '.hidden.yaml': 'x',
      'notes.txt': 'x',
      'device-types/acme-slc/vectors/lit.json': '{}',
      'package.json': '{}',
    })
    await symlink(join(north, 'users.yaml'), join(north, 'link.yaml'))
    const { organisation, files } = await readFolder(north)
    expect(organisation).toBe('north')
    expect(files.map(({ path }) => path)).toEqual(
      [...Object.keys(town), 'device-types/acme-slc/vectors/lit.json'].toSorted(),
    )
  })

  it.each([
    ['a name that is no slug', 'North', {}, /cannot be an organisation's slug/],
    [
      'a file that would be passed over',
      'north',
      { 'a.yml': 'units: {}' },
      /a\.yml would be passed over/,
    ],
    [
      'bytes that are no text',
      'north',
      { 'a.yaml': Uint8Array.of(0xff, 0xfe) },
      /is not UTF-8/,
    ],
    [
      'a file without end',
      'north',
      { 'a.yaml': ' '.repeat(5_000_000) },
      /larger than 4 MiB/,
    ],
  ])('is refused for %s', async (_, name, files, what) => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, name))
    await write(join(folder.path, name), files)
    await expect(readFolder(join(folder.path, name))).rejects.toThrow(what)
  })

  it('is refused when it is not there', async () => {
    await using folder = await temporaryFolder()
    await expect(readFolder(join(folder.path, 'north'))).rejects.toThrow(/cannot be read/)
  })
})

it.each(['strandkoping', 'gront', 'fjordvik'])(
  'the demo configuration of %s has no mistakes',
  async (name) => {
    const parsed = await readConfiguration(
      await readFolder(join(import.meta.dirname, '../../config/demo', name)),
    )
    expect((parsed.ok ? parsed.warnings : parsed.mistakes).map(mistakeText)).toEqual([])
  },
)
