import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secretAnswer } from '../../src/api/local/answers.ts'
import { socketPath } from '../../src/api/local/socket-path.ts'
import { closed, connectDevice } from '../support/mqtt.ts'
import { until } from '../support/until.ts'
import { freePorts, serve, type ServiceProcess } from '../support/process.ts'
import { openDesk, rig, type Desk } from './run.ts'

describe('commands beside a service that runs', () => {
  let desk: Desk
  let service: ServiceProcess
  let ports: { readonly http: number; readonly mqtt: number }

  beforeAll(async () => {
    desk = await openDesk()
    ports = await freePorts()
    service = serve(desk.data, ports)
    await service.ready
  })
  afterAll(async () => {
    service.child.kill('SIGKILL')
    await service.ended
    await desk[Symbol.asyncDispose]()
  })

  it('work through it: what they change is in force at once', async () => {
    const applied = await desk.run('apply', rig)
    expect(applied).toMatchObject({
      code: 0,
      out: expect.stringContaining('now version 1'),
    })
    const { out } = await desk.run(
      'device',
      'credential',
      'waterworks',
      'rig-now',
      '--json',
    )
    const { username, secret, topics } = secretAnswer.parse(JSON.parse(out))
    const client = await connectDevice(ports.mqtt, username, {
      password: secret,
      clientId: 'rig-now',
    })
    await client.publishAsync(topics[0] ?? '', '{"ts":"2026-11-20T12:00:00Z"}', { qos: 1 })
    await client.endAsync()
    expect(await metric('gatuvakt_ingest_messages_total')).toBe(1)
  })

  it('make links that lead to it', async () => {
    const init = ['init', '--organisation', 'lund', '--name', 'Lund', '--email']
    const { out } = await desk.run(...init, 'ada@lund.example')
    const link = new URL(out.split('\n').at(-1) ?? '')
    expect(link.port).toBe(String(ports.http))
    const set = () =>
      fetch(`http://127.0.0.1:${ports.http}/api/v1/password`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: link.origin,
          'sec-fetch-site': 'same-origin',
        },
        body: JSON.stringify({ token: link.hash.slice(1), password: 'a long one for Ada' }),
      })
    const [first, second] = [await set(), await set()]
    expect(first.ok).toBe(true)
    expect(second.status).toBeGreaterThanOrEqual(400)
  })

  it.each([
    ['address', ['--email', 'ada'], 'admin.email'],
    ['language', ['--email', 'ada@lund.example', '--language', 'fi'], 'admin.language'],
    ['zone', ['--email', 'ada@lund.example', '--timezone', 'Mars/Base'], 'time zone'],
  ])('refuse a wrong %s by name', async (_, wrong, text) => {
    const make = ['init', '--organisation', 'malmo', '--name', 'Malmö']
    const { code, err } = await desk.run(...make, ...wrong)
    expect(code).toBe(3)
    expect(err).toContain(text)
  })

  it('are refused by it in the same words and with the same codes', async () => {
    expect(await desk.run('device', 'credential', 'waterworks', 'rig-9')).toMatchObject({
      code: 4,
      err: expect.stringContaining('rig-9'),
    })
    expect(await desk.run('sim', '--fault', 'lamp-17:dark')).toMatchObject({ code: 5 })
    expect(await desk.run('apply', rig, '--take', 'both')).toMatchObject({
      code: 3,
      err: expect.stringContaining('take: '),
    })
  })

  it('send a recording over the network as its device would', async () => {
    const csv = await desk.file(
      'rig.csv',
      `datetime;Flow\n${[1, 2, 3].map((second) => `2020-03-09 10:14:3${second};32,5`).join('\n')}\n`,
    )
    const before = await metric('gatuvakt_ingest_messages_total')
    const replay = [
      'sim',
      'replay',
      csv,
      '--organisation',
      'waterworks',
      '--device',
      'rig-now',
    ]
    const { code, out, err } = await desk.runWith(
      { env: { GATUVAKT_MQTT__PORT: String(ports.mqtt) } },
      ...replay,
      '--map',
      'flow=Flow',
      '--speed',
      '1000',
      '--json',
    )
    expect({ code, out, err }).toEqual({ code: 0, out: '{"acknowledged":3}', err: '' })
    expect(await metric('gatuvakt_ingest_messages_total')).toBe(before + 3)
  })

  it('say that no broker is there when the port is another', async () => {
    const csv = await desk.file('one.csv', 'datetime,Flow\n2020-03-09 10:14:33,1\n')
    const replay = [
      'sim',
      'replay',
      csv,
      '--organisation',
      'waterworks',
      '--device',
      'rig-now',
    ]
    const { mqtt } = await freePorts()
    const { code, err } = await desk.runWith(
      { env: { GATUVAKT_MQTT__PORT: String(mqtt) } },
      ...replay,
      '--map',
      'flow=Flow',
    )
    expect(code).toBe(5)
    expect(err).toContain(`the broker at mqtt://127.0.0.1:${mqtt}`)
  })

  it('start the parts themselves when it was killed, though its socket file is left', async () => {
    const device = await connectedDevice()
    service.child.kill('SIGKILL')
    await service.ended
    await closed(device)
    expect(existsSync(socketPath(desk.data))).toBe(true)
    expect(await desk.run('apply', rig)).toMatchObject({
      code: 0,
      out: 'waterworks: nothing to change',
    })
  })

  async function connectedDevice() {
    const { out } = await desk.run(
      'device',
      'credential',
      'waterworks',
      'rig-now',
      '--json',
    )
    const { username, secret } = secretAnswer.parse(JSON.parse(out))
    return connectDevice(ports.mqtt, username, { password: secret, clientId: 'rig-now' })
  }

  /** Sum of a counter of the service. */
  async function metric(name: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${ports.http}/metrics`)
    const lines = (await answer.text()).split('\n')
    return lines
      .filter((line) => line.startsWith(name))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
})

it('says that the service ended when it ends before it answers', async () => {
  await using desk = await openDesk()
  await mkdir(desk.data)
  // What a service that is killed in the middle of a command looks like from outside.
  const dying = createServer((request, response) => {
    if (request.url === '/status') response.end('{}')
    else request.socket.destroy()
  })
  dying.listen(socketPath(desk.data))
  await once(dying, 'listening')
  const { code, err } = await desk.run('device', 'credential', 'waterworks', 'rig-now')
  dying.close()
  await until(() => !dying.listening)
  expect(code).toBe(5)
  expect(err).toContain('the service ended before it answered')
})
