import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { loadOpcua } from '../../../src/adapters/opcua/library.ts'
import { readEnvelope, readFrames, writeFrames, type Frame } from './frames.ts'
import { startRecorder, startReplay } from './recorder.ts'
import { serverIdentity, startListening, startTestServer, type Listening } from './town.ts'
import { until } from '../../support/until.ts'

const file = join(import.meta.dirname, 'recorded', 'session.txt')
const settings = {
  security: {
    policy: 'None',
    mode: 'None',
    insecure: { accept: true, expires: '2200-01-01' },
  },
}
const publishRequest = '826'

/** What was said, without the times of the day: values, then conditions, each in their order. */
function saidOf(listening: Listening): unknown[] {
  const messages = listening.messages()
  const values = messages.flatMap((message) => message.values ?? [])
  const events = messages.flatMap((message) => message.events ?? [])
  return [
    ...values.map(({ path, value, status, standing }) => ({
      path,
      value,
      status,
      standing,
    })),
    ...events.map(({ condition, active }) => ({ condition, active })),
  ]
}

/** A session in which values change, one goes bad and a condition comes and goes. */
async function record(): Promise<{ frames: readonly Frame[]; said: unknown[] }> {
  const { MessageSecurityMode, SecurityPolicy, StatusCodes, DataType } = await loadOpcua()
  await using server = await startTestServer({
    // Somebody may run this in many years.
    identity: await serverIdentity('recorded', { days: 36_500 }),
    options: {
      securityPolicies: [SecurityPolicy.None],
      securityModes: [MessageSecurityMode.None],
    },
  })
  server.space.set('level', 1.5)
  server.space.set('starts', 7)
  await using recorder = await startRecorder(server.port)
  await using listening = await startListening({ port: recorder.port, settings })
  const last = async (point: string) => (await listening.said(point)).at(-1)
  await until(async () => (await last('fault'))?.raw === false)
  await until(async () => (await last('level'))?.raw === 1.5)
  server.space.set('level', 2.25)
  await until(async () => (await last('level'))?.raw === 2.25)
  server.space
    .variable('level')
    ?.setValueFromSource(
      { dataType: DataType.Double, value: 3 },
      StatusCodes.BadSensorFailure,
    )
  await until(async () => (await last('level'))?.quality === 'bad')
  server.space.set('fault', true)
  await until(async () => (await last('fault'))?.raw === true)
  server.space.set('fault', false)
  await until(async () => (await last('fault'))?.raw === false)
  server.space.set('level', 2.5)
  await until(async () => (await last('level'))?.raw === 2.5)
  // Until the last of it is acknowledged.
  const acknowledged = async () => (await acknowledgements(recorder.frames)).length
  const stored = listening.stored.length
  await until(async () => (await acknowledged()) >= Math.min(stored, 6))
  return { frames: [...recorder.frames], said: saidOf(listening) }
}

/** Numbers of the messages that were acknowledged, in their order. */
async function acknowledgements(frames: readonly Frame[]): Promise<number[]> {
  const { BinaryStream, PublishRequest } = await loadOpcua()
  const all: number[] = []
  for (const { to, bytes } of frames) {
    if (to === 'us') continue
    const { service, bodyAt } = readEnvelope(bytes)
    if (service !== publishRequest) continue
    const request = new PublishRequest()
    request.decode(new BinaryStream(Buffer.from(bytes.subarray(bodyAt + 4))))
    for (const one of request.subscriptionAcknowledgements ?? [])
      all.push(one.sequenceNumber)
  }
  return all
}

/** What was asked for, but for news, whose number is a matter of time. */
function questions(frames: readonly Frame[]): string[] {
  return frames
    .filter(({ to }) => to === 'server')
    .map(({ connection, bytes }) => `${connection} ${readEnvelope(bytes).service}`)
    .filter((one) => !one.endsWith(` ${publishRequest}`))
    .filter((one) => !one.endsWith(' CLO'))
}

it('says of recorded bytes what was said when they were recorded', async () => {
  if (process.env['RECORD'] === 'yes') {
    const { frames, said } = await record()
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, writeFrames(frames))
    writeFileSync(file.replace('.txt', '.json'), `${JSON.stringify(said, null, 2)}\n`)
  }
  const frames = readFrames(readFileSync(file, 'utf8'))
  const said: unknown = JSON.parse(readFileSync(file.replace('.txt', '.json'), 'utf8'))
  await using replay = await startReplay(frames)
  await using listening = await startListening({ port: replay.port, settings })
  await until(() => JSON.stringify(saidOf(listening)) === JSON.stringify(said))
  const wanted = await acknowledgements(frames)
  // The last of them wait for a question that nobody asks any more.
  await until(
    async () => (await acknowledgements(replay.frames)).length >= wanted.length - 3,
  )
  const sent = await acknowledgements(replay.frames)
  // All that came at once become durable in any order; none is acknowledged twice.
  expect(wanted).toEqual(expect.arrayContaining(sent))
  expect(new Set(sent).size).toBe(sent.length)
  expect(questions(replay.frames)).toEqual(questions(frames))
})
