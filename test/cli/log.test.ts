import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logStatusAnswer } from '../../src/api/local/ingest-answers.ts'
import { openDesk, rig, startListening, type Desk } from './run.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  await desk.run('apply', rig)
})
afterAll(() => desk[Symbol.asyncDispose]())

describe('gatuvakt log', () => {
  it('status tells what the log holds and how far everybody is', async () => {
    const { code, out } = await desk.run('log', 'status', '--json')
    expect(code).toBe(0)
    const status = logStatusAnswer.parse(JSON.parse(out))
    expect(status.head).toBeGreaterThan(0)
    expect(status.readers.map(({ name }) => name).toSorted()).toEqual([
      'detector',
      'live',
      'projector',
    ])
    expect(status.history).toMatchObject({ state: 'closed', lastError: null })
    const text = (await desk.run('log', 'status')).out
    expect(text).toMatch(/^log {7}[0-9a-f]{32}, up to commit \d+, since 20/)
    expect(text).toMatch(/^projector (has read everything|\d+ commits behind)$/m)
  })

  it('adopt says that there is nothing to do, and refuses while a service runs', async () => {
    expect(await desk.run('log', 'adopt')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to do: all follow this log'),
    })
    await using _ = await startListening(desk.data)
    expect(await desk.run('log', 'adopt', '--yes')).toMatchObject({
      code: 3,
      err: expect.stringContaining('a service runs on this data folder'),
    })
  })

  it('adopt makes a service start again whose log is gone, and shows it first', async () => {
    for (const end of ['', '-wal', '-shm']) {
      await rm(join(desk.data, `log.sqlite${end}`), { force: true })
    }
    const refused = await desk.run('serve', '--http-port', '0', '--mqtt-port', '0')
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('gatuvakt log adopt')

    const shown = await desk.run('log', 'adopt')
    expect(shown.code).toBe(0)
    expect(shown.out).toMatch(
      /^alarms {4}was at commit \d+ of log [0-9a-f]{32}: reads on behind/m,
    )
    expect(shown.out).toContain('put into force again: version 1 of waterworks')
    expect(shown.out).toContain('nothing was changed; gatuvakt log adopt --yes does it')
    expect((await desk.run('log', 'status')).code).toBe(3)

    const done = await desk.run('log', 'adopt', '--yes', '--json')
    expect(done.code).toBe(0)
    expect(JSON.parse(done.out)).toMatchObject({ done: true, needed: true })
    expect(await desk.run('log', 'status')).toMatchObject({ code: 0 })
    expect((await desk.run('log', 'adopt')).out).toContain('nothing to do')
  })

  it('adopt says that there is no data folder', async () => {
    await using empty = await openDesk()
    expect(await empty.run('log', 'adopt')).toMatchObject({
      code: 4,
      err: expect.stringContaining('there is no data folder'),
    })
  })
})
