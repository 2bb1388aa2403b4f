import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, it } from 'vitest'
import { startField, topicOf } from '../../support/mqtt.ts'
import { describeWithService, type Service } from '../../support/services.ts'

/** Publishes lines with Mosquitto's own client; resolves with its exit code. */
type Publish = (
  port: number,
  options: {
    readonly qos: number
    readonly lines: readonly string[]
    readonly more?: readonly string[]
  },
) => Promise<number | null>

function findMosquittoPub(): Service<Publish> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const command = folders.map((folder) => join(folder, 'mosquitto_pub')).find(existsSync)
  if (command === undefined) {
    return { kind: 'missing', why: 'mosquitto_pub is not installed (mosquitto-clients)' }
  }
  const publish: Publish = async (port, { qos, lines, more = [] }) => {
    const user = ['-u', 'lamp-17', '-P', 'right', '-V', 'mqttv311']
    const to = ['-h', '127.0.0.1', '-p', `${port}`, '-t', topicOf('lamp-17')]
    const process = spawn(command, [...to, ...user, '-q', `${qos}`, '-l', ...more], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    process.stdin.on('error', () => undefined)
    process.stdin.end(lines.map((line) => `${line}\n`).join(''))
    const { promise, resolve } = Promise.withResolvers<number | null>()
    process.once('exit', resolve)
    return await promise
  }
  return { kind: 'there', start: async () => publish }
}

describeWithService('mosquitto_pub', findMosquittoPub(), (start) => {
  it.each([1, 2])('every line with QoS %i is stored once and in order', async (qos) => {
    const publish = await start()
    await using field = await startField()
    const lines = Array.from({ length: 400 }, (_, index) => `{"p":${index}}`)
    expect(await publish(field.port, { qos, lines })).toBe(0)
    const stored = field.stored.map(({ payload }) => Buffer.from(payload).toString())
    expect(stored).toEqual(lines)
  })

  it('a wrong secret and MQTT 5 are refused with a code it understands', async () => {
    const publish = await start()
    await using field = await startField()
    const lines = ['m']
    expect(await publish(field.port, { qos: 1, lines, more: ['-P', 'wrong'] })).not.toBe(0)
    expect(await publish(field.port, { qos: 1, lines, more: ['-V', 'mqttv5'] })).not.toBe(0)
    expect(field.stored).toEqual([])
    expect(field.refusals.map(({ reason }) => reason)).toContain('bad_credentials')
    expect(field.refusals.map(({ reason }) => reason)).toContain('protocol_version')
  })
})
