import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectionListView } from '../../src/api/connection-view.ts'
import { inboxListView } from '../../src/api/inbox-view.ts'
import { typeApplyView, typeListView, typeTryView } from '../../src/api/type-view.ts'
import type { App } from '../../src/app.ts'
import { systemClock } from '../../src/clock.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { startInbox } from '../../src/inbox/inbox.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { demo, openDesk, startListening, type Desk } from './run.ts'

const lamp = join(demo, 'device-types/nordlys-slc-4')

describe('gatuvakt types, with simulated devices', () => {
  it('makes types of what a Modbus device and an OPC UA server show of themselves', async () => {
    await using desk = await openDesk()
    const stop = new AbortController()
    const running: Promise<unknown>[] = []
    const serve = async (folder: string, ...options: string[]): Promise<string> => {
      const { promise, resolve } = Promise.withResolvers<string>()
      const quiet = { stop: stop.signal, out: (text: string) => resolve(text) }
      running.push(desk.runWith(quiet, 'types', 'simulate', folder, ...options))
      return (await promise).replace(/^.* on /, '')
    }
    const [plc, scada] = ['plc', 'scada'].map((name) => join(desk.folder, name))
    await desk.run('types', 'new', plc ?? '', '--from', 'modbus')
    await desk.run('types', 'new', scada ?? '', '--from', 'opcua')
    const where = await serve(
      plc ?? '',
      '--address',
      'tcp://127.0.0.1:0',
      '--set',
      'level=2.5',
    )
    const tcp = `tcp://${where.split(' ')[0]}`
    const look = join(desk.folder, 'look')
    const scan = [
      'types',
      'new',
      look,
      '--from',
      'modbus',
      '--scan',
      tcp,
      '--range',
      '0-20',
    ]
    expect(await desk.run(...scan)).toMatchObject({ code: 0 })
    expect(await desk.run('types', 'check', look)).toMatchObject({ code: 0 })
    expect(await readFile(join(look, 'type.yaml'), 'utf8')).toContain('uint16 250')

    const root = '/0:Objects/p:Station1'
    const at = ['--at', `root=${root}`, '--set', 'level=2.5']
    const opc = await serve(scada ?? '', '--address', 'opc.tcp://127.0.0.1:0', ...at)
    const seen = join(desk.folder, 'seen')
    const probe = [
      'types',
      'new',
      seen,
      '--from',
      'opcua',
      '--probe',
      opc.split(' ')[0] ?? '',
    ]
    const from = ['--root', root, '--namespace', 'p=urn:example:station']
    expect(await desk.run(...probe, ...from)).toMatchObject({ code: 0 })
    expect(await desk.run('types', 'check', seen)).toMatchObject({ code: 0 })
    const text = await readFile(join(seen, 'type.yaml'), 'utf8')
    expect(text).toContain("namespaces: { p: 'urn:example:station' }")
    expect(text).toContain('wetWell.level:')

    // What the simulator has to say of the level, and what a wrong path is told.
    const address = ['--address', opc.split(' ')[0] ?? '', '--at', `root=${root}`]
    const asked = await desk.run('types', 'try', scada ?? '', ...address, '--json')
    expect(asked).toMatchObject({ code: 0, err: '' })
    const view = typeTryView.parse(JSON.parse(asked.out))
    expect(view.points.find(({ point }) => point === 'level')).toMatchObject({
      value: 2.5,
      quality: 'good',
    })
    const file = join(scada ?? '', 'type.yaml')
    const right = await readFile(file, 'utf8')
    await writeFile(file, right.replace('p:WetWell/p:Level', 'p:WetWel/p:Level'))
    expect(await desk.run('types', 'try', scada ?? '', ...address)).toMatchObject({
      code: 3,
      out: expect.stringMatching(
        /\? The server has no node for points\.level[^]*did you mean p:WetWell\?/,
      ),
    })
    await writeFile(file, right)
    const trusted = await desk.run(
      'types',
      'try',
      scada ?? '',
      ...address,
      '--trust',
      'ab'.repeat(32),
    )
    expect(trusted.code).not.toBe(0)
    expect(trusted.err).toContain('SHA-256')
    stop.abort()
    await Promise.all(running)
  })
})

describe('gatuvakt types, with a service', () => {
  const strandkoping = organisationId.parse('strandkoping')
  let desk: Desk
  let service: App
  let own: string
  beforeAll(async () => {
    desk = await openDesk()
    service = await startListening(desk.data)
    await desk.run('apply', demo)
    own = join(desk.folder, 'lamp')
    const { cp } = await import('node:fs/promises')
    await cp(lamp, own, { recursive: true })
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await desk[Symbol.asyncDispose]()
  })

  it('lists types, applies one by itself, and brings its earlier text back', async () => {
    const listed = await desk.run('types', 'list', '--json')
    expect(typeListView.parse(JSON.parse(listed.out)).types).toMatchObject([
      { type: 'brunn/station-3@1.0.0', texts: 1 },
      { type: 'nordlys/cabinet-2@1.0.0' },
      { type: 'nordlys/slc-4@1.0.0', protocol: 'mqtt', devices: expect.any(Number) },
    ])
    expect(await desk.run('types', 'apply', own)).toMatchObject({
      code: 0,
      out: 'strandkoping: nothing to change',
    })
    const file = join(own, 'type.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('interval: 60s', 'interval: 90s'))
    const dry = await desk.run('types', 'apply', own, '--dry-run')
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('dry run') })
    const applied = await desk.run('types', 'apply', own)
    expect(applied).toMatchObject({
      code: 0,
      out: expect.stringContaining('now version 2'),
    })
    expect((await service.configurations.current(strandkoping))?.version).toBe(2)
    const activated = await service.database
      .read(strandkoping)
      .selectFrom('configuration_version')
      .select('activated_sequence')
      .where('version', '=', 2)
      .executeTakeFirstOrThrow()
    expect(activated.activated_sequence).not.toBeNull()
    const back = await desk.run('types', 'rollback', 'nordlys/slc-4@1.0.0', '--json')
    expect(typeApplyView.parse(JSON.parse(back.out))).toMatchObject({ version: 3 })
    expect((await desk.run('types', 'list')).out).toContain('since version 3')
    const again = await desk.run('types', 'rollback', 'nordlys/slc-4@1.0.0', '--to', '2')
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('now version 4') })
    expect(await desk.run('types', 'rollback', 'acme/none@1.0.0')).toMatchObject({
      code: 4,
    })
    expect(
      await desk.run('types', 'rollback', 'nordlys/slc-4@1.0.0', '--to', '99'),
    ).toMatchObject({
      code: 4,
      err: expect.stringContaining('1, 2, 3, 4'.split(', ').toReversed().join(', ')),
    })
  })

  it('refuses to apply a type with a mistake', async () => {
    const file = join(own, 'type.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('unit: W,', 'unti: W,'))
    expect(await desk.run('types', 'apply', own)).toMatchObject({
      code: 3,
      out: expect.stringContaining('type.yaml:'),
    })
    await writeFile(file, text)
  })

  it('is a device over MQTT, and tries its last message with the rules of its asset', async () => {
    const mqtt = new URL(service.addresses.mqtt)
    const env = { env: { GATUVAKT_MQTT__PORT: mqtt.port } }
    const speak = ['types', 'simulate', own, '--device', 'lamp-17', '--organisation']
    const said = await desk.runWith(
      env,
      ...speak,
      'strandkoping',
      '--set',
      'missing=62',
      'dimming=100',
      '--rate',
      '20/s',
      '--for',
      '300ms',
    )
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining('/lamp-17/status') })
    await service.settled()
    const tried = await desk.run('types', 'try', own, '--device', 'lamp-17', '--json')
    const view = typeTryView.parse(JSON.parse(tried.out))
    expect(view).toMatchObject({
      device: 'lamp-17',
      message: { from: 'device' },
      problems: [],
    })
    expect(view.points.find(({ point }) => point === 'missing')).toMatchObject({
      value: 62,
    })
    expect(view.alarms).toMatchObject([{ role: 'missing' }])
    expect((await desk.run('types', 'try', own, '--device', 'lamp-17')).out).toContain(
      'alarm: ',
    )
    expect(await desk.run('types', 'try', own, '--device', 'lamp-9999')).toMatchObject({
      code: 4,
    })
    expect(await desk.run('types', 'try', own, '--device', 'lamp-18')).toMatchObject({
      code: 4,
      err: expect.stringContaining('nothing was heard'),
    })
  })

  it('shows the inbox and dismisses from it', async () => {
    const { database } = service
    await using inbox = startInbox({ database, clock: systemClock, logger: quietLogger() })
    const sample = new TextEncoder().encode('{"p": 1}')
    inbox.note({
      organisation: strandkoping,
      connection: 'mqtt',
      identity: 'lamp-99',
      sample,
    })
    await inbox.flush()
    const listed = await desk.run('inbox', 'list', '--json')
    const [group] = inboxListView.parse(JSON.parse(listed.out)).groups
    expect(group).toMatchObject({ identity: 'lamp-99', sample: { text: '{"p": 1}' } })
    const id = group?.id ?? ''
    expect((await desk.run('inbox', 'list')).out).toContain('mqtt  lamp-99: 1 message')
    expect((await desk.run('inbox', 'show', id)).out).toContain('calls itself  lamp-99')
    expect(await desk.run('inbox', 'dismiss', id)).toMatchObject({ code: 0 })
    expect((await desk.run('inbox', 'list')).out).toContain('the inbox is empty')
    expect((await desk.run('inbox', 'list', '--all')).out).toContain('lamp-99')
    expect(await desk.run('inbox', 'show', '0'.repeat(32))).toMatchObject({ code: 4 })
    expect(await desk.run('inbox', 'list', '--organisation', 'nobody')).toMatchObject({
      code: 4,
    })
  })

  it('lists the connections, and says when one is not there', async () => {
    const { code, out } = await desk.run('connections', 'list', '--json')
    expect(code).toBe(0)
    connectionListView.parse(JSON.parse(out))
    expect(await desk.run('connections', 'show', 'line-99')).toMatchObject({ code: 4 })
  })
})
