import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { openDesk, rig, startListening, type Desk } from './run.ts'

let desk: Desk
let service: App
const rows = 25
beforeAll(async () => {
  desk = await openDesk()
  service = await startListening(desk.data)
  await desk.run('apply', rig)
  const lines = Array.from({ length: rows }, (_, second) => {
    return `2026-03-01 12:00:${String(second).padStart(2, '0')};32,5`
  })
  const csv = await desk.file('rig.csv', `datetime;Flow\n${lines.join('\n')}\n`)
  const rigThen = [
    '--organisation',
    'waterworks',
    '--device',
    'rig-then',
    '--map',
    'flow=Flow',
  ]
  await desk.run('import', 'readings', csv, ...rigThen)
  await service.settled()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await desk[Symbol.asyncDispose]()
})

describe('gatuvakt replay', () => {
  const ofRig = ['replay', '--device-type', 'example/water-rig']

  it('counts on a dry run and writes nothing', async () => {
    const { code, out } = await desk.run(...ofRig, '--since', '1h', '--dry-run')
    expect(code).toBe(0)
    expect(out).toBe(
      `${rows} messages, ${rows} decoded, 0 still not understood\n${rows} readings would be written (dry run)`,
    )
  })

  it('writes what a mended device type says of the past', async () => {
    const folder = join(desk.folder, 'waterworks')
    await cp(rig, folder, { recursive: true })
    for (const name of ['rig.yaml', 'device-types/example-water-rig/type.yaml']) {
      const file = join(folder, name)
      const text = await readFile(file, 'utf8')
      await writeFile(file, text.replaceAll('water-rig@1.0.0', 'water-rig@1.0.1'))
    }
    expect((await desk.run('apply', folder)).code).toBe(0)
    const gone = await desk.run(
      'replay',
      '--device-type',
      'example/water-rig@1.0.0',
      '--since',
      '1h',
    )
    expect(gone).toMatchObject({ code: 4, err: expect.stringContaining('water-rig@1.0.1') })
    const { code, out, err } = await desk.run(
      'replay',
      '--device-type',
      'example/water-rig@1.0.1',
      '--since',
      '300d',
      '--organisation',
      'waterworks',
      '--json',
    )
    expect(code).toBe(0)
    expect(err).toContain('note: the log reaches back to 20')
    expect(JSON.parse(out)).toMatchObject({
      complete: true,
      envelopes: rows,
      decoded: rows,
      stillBad: 0,
      readings: rows,
      quarantined: 0,
    })
  })

  it('takes times with their zone, and refuses others by name', async () => {
    const since = new Date(Date.now() - 3_600_000).toISOString()
    const until = new Date(Date.now() - 1_800_000).toISOString()
    expect(await desk.run(...ofRig, '--since', since, '--until', until)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^0 messages/),
    })
    for (const wrong of ['yesterday', '2026-11-20', '2026-11-20T12:00:00']) {
      expect(await desk.run(...ofRig, '--since', wrong)).toMatchObject({
        code: 3,
        err: expect.stringContaining('where: --since'),
      })
    }
  })
})
