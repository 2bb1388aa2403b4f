import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import type { IClientOptions } from 'mqtt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MINUTE } from '../../../src/domain/time.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import {
  connectDevice,
  login,
  startField,
  topicOf,
  type Field,
  type FieldOptions,
} from '../../support/mqtt.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary.ts'
import { until } from '../../support/until.ts'

let folder: TemporaryFolder
const file = (name: string): string => join(folder.path, name)

beforeAll(async () => {
  folder = await temporaryFolder()
  await makeCertificates(folder.path, {
    broker: 'broker',
    renewed: 'renewed',
    lamp: 'strandkoping/lamp-17',
    nobody: 'strandkoping/lamp-99',
  })
})

afterAll(() => folder[Symbol.asyncDispose]())

/** The name in its certificate is the device; only lamp-17 is one. */
function startSecure(options: FieldOptions = {}): Promise<Field> {
  return startField({
    tls: {
      port: 0,
      certificate: file('broker.crt'),
      key: file('broker.key'),
      clientCa: file('ca.crt'),
    },
    certified: async (username) =>
      username === 'strandkoping/lamp-17' ? login('lamp-17', 'right') : undefined,
    ...options,
  })
}

async function over(
  field: Field,
  { shows, ...more }: IClientOptions & { readonly shows?: string } = {},
): ReturnType<typeof connectDevice> {
  return connectDevice(field.adapter.secureAddress()?.port ?? 0, 'lamp-17', {
    protocol: 'mqtts',
    ca: await readFile(file('ca.crt')),
    ...(shows !== undefined && {
      cert: await readFile(file(`${shows}.crt`)),
      key: await readFile(file(`${shows}.key`)),
    }),
    ...more,
  })
}

it('a device speaks over TLS with its secret', async () => {
  await using field = await startSecure()
  const client = await over(field)
  await client.publishAsync(topicOf('lamp-17'), 'sealed', { qos: 1 })
  expect(field.stored.map(({ device }) => device)).toEqual(['lamp-17'])
  await client.endAsync()
})

it('a certificate of our authority is who it names, without a secret, whatever it says', async () => {
  await using field = await startSecure()
  const client = await over(field, { shows: 'lamp', username: 'lamp-1', password: 'guess' })
  await client.publishAsync(topicOf('lamp-17'), 'certified', { qos: 1 })
  expect(field.stored.map(({ device }) => device)).toEqual(['lamp-17'])
  await client.endAsync()
})

it('a certificate that names no device is refused, and said', async () => {
  await using field = await startSecure()
  await expect(over(field, { shows: 'nobody' })).rejects.toMatchObject({ code: 4 })
  expect(field.refusals.map(({ detail }) => detail)).toEqual([
    'its certificate names no device, or no credential named "strandkoping/lamp-99"',
  ])
})

it('a certificate of another authority ends the connection before a word', async () => {
  await using field = await startSecure()
  await expect(over(field, { shows: 'stranger' })).rejects.toThrow(/./)
  expect(field.refusals).toEqual([])
  expect(field.stored).toEqual([])
})

it('a secret that is wrong is refused over TLS too, and the plain port goes on', async () => {
  await using field = await startSecure()
  await expect(over(field, { password: 'wrong' })).rejects.toMatchObject({ code: 4 })
  const client = await connectDevice(field.port)
  await client.publishAsync(topicOf('lamp-17'), 'plain', { qos: 1 })
  expect(field.stored).toHaveLength(1)
  await client.endAsync()
})

it('TLS 1.1 is refused', async () => {
  await using field = await startSecure()
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connectTls({
    port: field.adapter.secureAddress()?.port ?? 0,
    host: '127.0.0.1',
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
    rejectUnauthorized: false,
  })
  socket.once('error', (error: Error & { code?: string }) =>
    resolve(error.code ?? error.message),
  )
  socket.once('secureConnect', () => resolve('connected'))
  expect(await promise).toMatch(/PROTOCOL_VERSION|ALERT/)
  socket.destroy()
})

it('a renewed certificate is taken up without a restart; a broken one changes nothing', async () => {
  const clock = createManualClock()
  await copyFile(file('broker.crt'), file('now.crt'))
  await copyFile(file('broker.key'), file('now.key'))
  const tls = { port: 0, certificate: file('now.crt'), key: file('now.key') }
  await using field = await startSecure({ clock, tls })
  const shown = async (): Promise<unknown> => {
    const port = field.adapter.secureAddress()?.port ?? 0
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }
  expect(await shown()).toBe('broker')
  await writeFile(file('now.crt'), 'half a certif')
  clock.advance(MINUTE)
  expect(await shown()).toBe('broker')
  await copyFile(file('renewed.crt'), file('now.crt'))
  await copyFile(file('renewed.key'), file('now.key'))
  await until(async () => {
    clock.advance(MINUTE)
    return (await shown()) === 'renewed'
  })
})

it('files that cannot be read stop the start, with the setting', async () => {
  const tls = { port: 0, certificate: file('lost.crt'), key: file('broker.key') }
  await expect(startSecure({ tls })).rejects.toMatchObject({
    details: { kind: 'invalid', where: 'mqtt.tls', why: expect.stringContaining('ENOENT') },
  })
})
