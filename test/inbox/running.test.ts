import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inboxListView, type InboxGroupView } from '../../src/api/inbox-view.ts'
import { startApp, type App } from '../../src/app.ts'
import { systemClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { systemRandom } from '../../src/random.ts'
import { openDesk, type Desk } from '../cli/run.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { findMosquitto, type Mosquitto } from '../support/mosquitto.ts'
import { eventually } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'

const lund = organisationId.parse('lund')
const config = join(import.meta.dirname, '../../config')
const topicOf = (device: string): string => `lights/lund/${device}/status`
const devEui = '24e124713b412345'

const field = `
connections:
  meters: { protocol: http, format: json, identity: { path: $.logger } }
  lora: { protocol: http, format: chirpstack4 }
assets:
  lamp-1: { name: Lamp 1, type: Streetlight }
  lamp-2: { name: Lamp 2, type: Streetlight }
  well-1: { name: Well 1, type: Well }
  bin-1: { name: Bin 1, type: WasteContainer }
devices:
  lamp-1: { type: nordlys/slc-4@1.0.0, asset: lamp-1 }
`
const registered = `
  lamp-2: { type: nordlys/slc-4@1.0.0, asset: lamp-2 }
  logger-1: { type: brunn/tryck-1@1.0.0, asset: well-1, connection: meters, address: { id: BT-1 } }
  bin-1: { type: milesight/em310-udl@1.0.0, asset: bin-1, connection: lora, address: { devEui: ${devEui} } }
`

describeWithService('mosquitto', findMosquitto(), (start) => {
  let broker: Mosquitto
  let desk: Desk
  let service: App
  let folder: string
  beforeAll(async () => {
    broker = await (await start())()
    desk = await openDesk()
    folder = join(desk.folder, 'lund')
    const types = join(folder, 'device-types')
    await mkdir(types, { recursive: true })
    for (const name of ['types/brunn-tryck-1', 'types/milesight-em310-udl'])
      await cp(join(config, name), join(types, name.replace('/', '-')), { recursive: true })
    const lamp = 'demo/strandkoping/device-types/nordlys-slc-4'
    await cp(join(config, lamp), join(types, 'lamp'), { recursive: true })
    await desk.run(
      'init',
      '--organisation',
      'lund',
      '--name',
      'Lund',
      '--email',
      'a@b.example',
    )
    await desk.file('lund/field.yaml', field)
    await desk.run('apply', folder)
    const brokers = {
      lights: { organisation: 'lund', url: `mqtt://127.0.0.1:${broker.port}` },
    }
    const flags = { data: desk.data, http: { port: 0 }, mqtt: { port: 0 }, brokers }
    service = await startApp({
      config: readConfig({ env: {}, flags }),
      clock: systemClock,
      random: systemRandom,
      logger: quietLogger(),
      listen: true,
    })
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await desk[Symbol.asyncDispose]()
    await broker[Symbol.asyncDispose]()
  })

  const inbox = async (): Promise<readonly InboxGroupView[]> => {
    const { out } = await desk.run('inbox', 'list', '--json')
    return inboxListView.parse(JSON.parse(out)).groups
  }
  const post = async (connection: string, rest: string, body: object): Promise<number> => {
    const { token } = await service.identity.issueSourceToken(lund, connection)
    const url = `${service.addresses.http}/ingest/v1/lund/${connection}${rest}`
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }))
      .status
  }

  it('a sender is in the inbox while it is a stranger, and no longer when it is a device', async () => {
    const lamps = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      clientId: 'lamps',
    })
    // Our side subscribes some time after the start.
    await eventually(
      async () => {
        await lamps.publishAsync(topicOf('lamp-2'), '{"ts":1795194000,"p":621}', { qos: 1 })
        return inbox()
      },
      (groups) => groups.length > 0,
    )
    await lamps.endAsync()
    expect(await post('meters', '', { logger: 'BT-1', values: { level_mm: 1 } })).toBe(200)
    const uplink = { deviceInfo: { devEui: devEui.toUpperCase() }, fPort: 85, data: 'AXVk' }
    expect(await post('lora', '?event=up', uplink)).toBe(200)

    const groups = await eventually(inbox, (found) => found.length === 3)
    const named = groups.map(({ connection, identity }) => `${connection} ${identity}`)
    expect(named.toSorted()).toEqual([
      `lights ${topicOf('lamp-2')}`,
      `lora ${devEui}`,
      'meters BT-1',
    ])
    expect(groups.find(({ identity }) => identity === 'BT-1')?.sample.text).toBe(
      '{"logger":"BT-1","values":{"level_mm":1}}',
    )

    await desk.file('lund/field.yaml', `${field.trimEnd()}${registered}`)
    expect(await desk.run('apply', folder)).toMatchObject({ code: 0 })
    expect(await inbox()).toEqual([])
    expect(await desk.run('inbox', 'list')).toMatchObject({
      out: 'the inbox is empty: everybody who talks is a device',
    })
    expect((await desk.run('inbox', 'list', '--all')).out).toContain('meters  BT-1')
  })
})
