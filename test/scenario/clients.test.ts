import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { assetDetailView } from '../../src/api/views.ts'
import { lamp } from '../support/devices-say.ts'
import { startService, type TestService } from '../support/service.ts'
import { describeWithService, type Service } from '../support/services.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { patience } from '../support/until.ts'

const run = promisify(execFile)
const bounded = { timeout: patience }

let folder: TemporaryFolder
let service: TestService
let port: string

beforeAll(async () => {
  folder = await temporaryFolder()
  service = await startService({ folder: folder.path, clock: new VirtualClock() })
  ;({ port } = new URL(service.app.addresses.mqtt))
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** What a device's own program sends. */
interface Publication {
  readonly username: string
  readonly secret: string
  readonly topic: string
  readonly payload: string
}

/** Publishes with QoS 1 and resolves with what the program wrote; rejects when it failed. */
type Publish = (publication: Publication) => Promise<string>

/** The newest power of a lamp, as people see it. */
async function powerOf(asset: string): Promise<unknown> {
  await service.settle()
  const staff = await service.logIn('regler@strandkoping.example')
  const { points } = assetDetailView.parse((await staff.get(`/assets/${asset}`)).body)
  return points?.find(({ role }) => role === 'power')?.last?.value
}

function publicationOf(
  credential: Omit<Publication, 'payload'>,
  power: number,
): Publication {
  const said = { ...lamp(service.clock.now(), 'lit'), p: power * 10 }
  return { ...credential, payload: JSON.stringify(said) }
}

async function expectUnderstood(publish: Publish, device: string): Promise<void> {
  const credential = await service.credential(device)
  expect(await publish(publicationOf(credential, 71))).toContain('acknowledged')
  expect(await powerOf(device)).toBe(71)
  // With another device's topic there is no acknowledgement, and neither with a wrong secret.
  const { topic } = await service.credential('lamp-9')
  const foreign = publicationOf({ ...credential, topic }, 72)
  await expect(publish(foreign)).rejects.toThrow(/Command failed|no PUBACK/)
  const guessed = publicationOf({ ...credential, secret: 'guessed' }, 73)
  await expect(publish(guessed)).rejects.toThrow(/Command failed|no PUBACK/)
  expect(await powerOf(device)).toBe(71)
  expect(await powerOf('lamp-9')).toBeUndefined()
}

async function findMosquitto(): Promise<Service<Publish>> {
  const found = await run('mosquitto_pub', ['--help']).then(
    () => true,
    // It answers --help with an exit code of its own.
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 1,
  )
  if (!found) return { kind: 'missing', why: 'mosquitto_pub is not on the path' }
  return { kind: 'there', start: async () => publishWithMosquitto }
}

async function publishWithMosquitto(publication: Publication): Promise<string> {
  const { username, secret, topic, payload } = publication
  const { stdout } = await run(
    'mosquitto_pub',
    `-d -h 127.0.0.1 -p ${port} -V mqttv311 -q 1 -i vendor-firmware`
      .split(' ')
      .concat('-u', username, '-P', secret, '-t', topic, '-m', payload),
    bounded,
  )
  if (!/received PUBACK/.test(stdout)) throw new Error(`no PUBACK: ${stdout}`)
  return `acknowledged: ${stdout}`
}

/** Speaks with the versions 1 and 2 of the library, which are made in two ways. */
const pahoProgram = `
import sys
import paho.mqtt.client as mqtt

port, username, secret, topic, payload = sys.argv[1:]
kinds = getattr(mqtt, "CallbackAPIVersion", None)
client = mqtt.Client(kinds.VERSION1) if kinds else mqtt.Client()
client.username_pw_set(username, secret)
outcome = []

def connected(client, userdata, flags, code):
    if code != 0:
        outcome.append("refused")
        client.disconnect()
    else:
        client.publish(topic, payload, qos=1)

def published(client, userdata, mid):
    outcome.append("acknowledged")
    client.disconnect()

def disconnected(client, userdata, code):
    if not outcome:
        outcome.append("dropped")
    client.disconnect()

client.on_connect = connected
client.on_publish = published
client.on_disconnect = disconnected
client.connect("127.0.0.1", int(port), 30)
while not outcome:
    client.loop(0.1)
print(outcome[0])
sys.exit(0 if outcome[0] == "acknowledged" else 1)
`

async function findPaho(): Promise<Service<Publish>> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const there = await run(python, ['-c', 'import paho.mqtt.client']).then(
      () => true,
      () => false,
    )
    if (there) return { kind: 'there', start: async () => publishWithPaho(python) }
  }
  return { kind: 'missing', why: 'no python3 here has paho-mqtt' }
}

function publishWithPaho(python: string): Publish {
  return async ({ username, secret, topic, payload }) => {
    const words = ['-c', pahoProgram, port, username, secret, topic, payload]
    return (await run(python, words, bounded)).stdout
  }
}

describeWithService('mosquitto_pub', await findMosquitto(), (start) => {
  let publish: Publish
  beforeAll(async () => {
    publish = await start()
  })

  it('acknowledges what the command publishes, once it is allowed to', async () => {
    await expectUnderstood(publish, 'lamp-11')
  })
})

describeWithService('paho', await findPaho(), (start) => {
  let publish: Publish
  beforeAll(async () => {
    publish = await start()
  })

  it('acknowledges what a Python program publishes, once it is allowed to', async () => {
    await expectUnderstood(publish, 'lamp-12')
  })
})
