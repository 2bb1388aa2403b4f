import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readConfiguration } from '../../src/configuration/parse.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'

const folder = join(import.meta.dirname, '../../config/demo/fjordvik')

it('a type of a folder without vectors is taken, with a note that says why it should have some', async () => {
  const all = await readFolder(folder)
  const type = 'device-types/nordlys-slc-4'
  const files = all.files.filter(({ path }) => !path.startsWith(`${type}/vectors/`))
  const read = await readConfiguration({ ...all, files })
  expect(read).toMatchObject({ ok: true })
  expect(read.ok ? read.warnings : []).toContainEqual(
    expect.objectContaining({
      file: `${type}/type.yaml`,
      what: 'the type has no vectors',
      next: expect.stringContaining('vectors/normal.json'),
    }),
  )
  const whole = await readConfiguration(all)
  expect(whole.ok ? whole.warnings : whole.mistakes).toEqual([])
})
