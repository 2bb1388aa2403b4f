import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findMosquitto, type Mosquitto } from '../support/mosquitto.ts'
import { describeWithService } from '../support/services.ts'
import { openDesk, type Desk } from './run.ts'

describeWithService('mosquitto', findMosquitto(), (start) => {
  let broker: Mosquitto
  let desk: Desk
  beforeAll(async () => {
    broker = await (await start())()
    desk = await openDesk()
  })
  afterAll(async () => {
    await desk[Symbol.asyncDispose]()
    await broker[Symbol.asyncDispose]()
  })

  it('types new --sniff makes a type of what a real broker passes on', async () => {
    const url = `mqtt://127.0.0.1:${broker.port}`
    const lamp = await connectAsync(url, { clientId: 'lamp' })
    // Kept by the broker, so that it is heard whenever we begin to listen.
    for (const [topic, message] of Object.entries({
      'lights/lamp-1/status': { ts: 1_795_194_000, p: 62.1, on: true },
      'lights/lamp-2/status': { ts: 1_795_194_010, p: 0, on: false },
      'lights/lamp-3/other': { version: '1.2' },
      'heating/1': { t: 21.5 },
    })) {
      await lamp.publishAsync(topic, JSON.stringify(message), { qos: 1, retain: true })
    }
    await lamp.publishAsync('lights/lamp-4/status', 'no JSON', { qos: 1, retain: true })
    await lamp.endAsync()
    const folder = join(desk.folder, 'slc')
    const sniff = ['--sniff', url, '--topic', 'lights/#', '--for', '1s', '--group', '1']
    const made = await desk.run('types', 'new', folder, '--from', 'mqtt', ...sniff)
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringContaining('heard: 1  2 messages on 2 topics such as lights/lamp-'),
    })
    expect(made.out).toContain('heard: 2  1 message on 1 topic such as lights/lamp-3/other')
    expect(made.out).toContain('heard: 1 message that is not JSON')
    const text = await readFile(join(folder, 'type.yaml'), 'utf8')
    expect(text).toContain("topic: 'lights/{device}/status'")
    expect(text).toContain('p: { path: $.p, unit: W')
    expect(text).not.toContain('heating')
    expect(await desk.run('types', 'check', folder)).toMatchObject({ code: 0 })
    expect(await desk.run('types', 'test', folder)).toMatchObject({ code: 0 })
  })

  it('says when nothing is heard, and when nobody answers', async () => {
    const sniff = [
      'types',
      'new',
      join(desk.folder, 'none'),
      '--from',
      'mqtt',
      '--for',
      '1s',
    ]
    const url = `mqtt://127.0.0.1:${broker.port}`
    expect(await desk.run(...sniff, '--sniff', url, '--topic', 'silence/#')).toMatchObject({
      code: 4,
      err: expect.stringContaining('nothing was heard on silence/#'),
    })
    expect(await desk.run(...sniff, '--sniff', 'mqtt://127.0.0.1:1')).toMatchObject({
      code: 5,
      err: expect.stringContaining('cannot be reached'),
    })
  })
})
