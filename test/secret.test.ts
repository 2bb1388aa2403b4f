import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { systemRandom } from '../src/random.ts'
import { installationSecret } from '../src/secret.ts'
import { refusalOf } from './support/problems.ts'
import { temporaryFolder } from './support/temporary.ts'

let file = ''

beforeEach(async () => {
  const folder = await temporaryFolder()
  file = join(folder.path, 'secret.key')
  return () => folder[Symbol.asyncDispose]()
})

it('is made once, and stays the same', async () => {
  const made = await installationSecret(file, systemRandom)
  expect(made).toHaveLength(32)
  expect(await installationSecret(file, systemRandom)).toEqual(made)
})

it('is for the eyes of its owner alone', async () => {
  await installationSecret(file, systemRandom)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

it('is refused when it was damaged, and left as it is', async () => {
  await writeFile(file, 'short')
  expect(await refusalOf(installationSecret(file, systemRandom))).toMatchObject({
    kind: 'invalid',
    what: `${file} holds 5 bytes instead of 32`,
    next: expect.stringContaining('backup'),
  })
  expect(await readFile(file, 'utf8')).toBe('short')
})

it('says why it cannot be made', async () => {
  const nowhere = join(file, 'secret.key')
  await expect(installationSecret(nowhere, systemRandom)).rejects.toThrow('ENOENT')
})
