import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDesk, type Desk } from './run.ts'

const config = join(import.meta.dirname, '../../config')
const folders = ['types', 'demo/strandkoping/device-types'].flatMap((folder) =>
  readdirSync(join(config, folder)).map((name) => `${folder}/${name}`),
)

describe('every type that is shipped', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk[Symbol.asyncDispose]())

  it.each(folders)('%s passes the check, and its vectors hold', async (folder) => {
    const path = join(config, folder)
    expect(await desk.run('types', 'check', path)).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing wrong'),
    })
    expect(await desk.run('types', 'test', path)).toMatchObject({ code: 0, err: '' })
  })
})
