import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadEngine } from '../../src/devices/sandbox/engine.ts'
import { createRunner } from '../../src/devices/sandbox/run-job.ts'
import { createDecoder } from '../../src/devices/decode.ts'
import { deviceType } from '../../src/devices/device-type.ts'
import { vector, vectorMessages } from '../../src/devices/vector.ts'
import { organisationId, type PointId } from '../../src/domain/ids.ts'
import type { Envelope } from '../../src/domain/log-record.ts'

const folder = join(import.meta.dirname, '../../config/types/lykta-lw-9')
/** The bytes of `vectors/status.json`. */
const STATUS = '026D6400'
const WARM_UP = 500
const MESSAGES = 3_000
/** As many as a batch of the log brings at once. */
const TOGETHER = 100

export interface CodecFigures {
  /** A message of a batch, as the reading log gives them to those who read it. */
  readonly codecWarmMs: number
  /** A message that comes alone: mostly the way to the sandbox's thread and back, which sleeps meanwhile. */
  readonly codecAloneMs: number
  /** The codec alone, on the thread that measures: what the sandbox itself takes. */
  readonly codecInSandboxMs: number
}

/** Decodes uplinks of a luminaire with a JavaScript codec, from the envelope of its network server. */
export async function codecs(): Promise<CodecFigures> {
  const document = z.record(z.string(), z.unknown()).parse(await yaml('type.yaml'))
  const codecSource = await readFile(join(folder, 'codec.js'), 'utf8')
  const type = deviceType.parse({ ...document, codecSource })
  const status = vector.parse(await yaml('vectors/status.json'))
  const [message] = vectorMessages(type, status)
  if (message === undefined) throw new Error('the vector holds no message')
  const points = new Map(
    Object.keys(type.points).map((key, index) => [key, (index + 1) as PointId]),
  )
  const decode = createDecoder({
    version: 1,
    devices: new Map([['lamp', { type, points, params: status.params ?? {} }]]),
  })
  const envelope: Envelope = {
    kind: 'envelope',
    organisation: organisationId.parse('bench'),
    connection: 'lns',
    device: 'lamp',
    topic: '',
    payload: message.payload,
    ingest: status.ingest,
    retained: false,
  }
  async function one(): Promise<void> {
    const { readings, problems } = await decode(envelope)
    if (problems.length > 0 || readings.length === 0)
      throw new Error('the luminaire is not understood')
  }
  for (let n = 0; n < WARM_UP; n++) await one()
  const alone = performance.now()
  for (let n = 0; n < MESSAGES; n++) await one()
  const together = performance.now()
  for (let n = 0; n < MESSAGES; n += TOGETHER)
    await Promise.all(Array.from({ length: TOGETHER }, () => one()))
  const end = performance.now()
  return {
    codecWarmMs: (end - together) / MESSAGES,
    codecAloneMs: (together - alone) / MESSAGES,
    codecInSandboxMs: await inSandbox(codecSource),
  }
}

/** The codec with the bytes of its vector, in an engine on this thread. */
async function inSandbox(codec: string): Promise<number> {
  const file = new URL(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))
  const run = createRunner(await loadEngine(await readFile(file)))
  const job = {
    uplink: { bytes: Uint8Array.fromHex(STATUS), fPort: 10 },
    params: {},
    envelope: {},
    now: 0,
  }
  const one = async (): Promise<void> => {
    const outcome = await run({ codec, points: {} }, job)
    if (!outcome.ok) throw new Error(`the codec failed: ${outcome.detail}`)
  }
  for (let n = 0; n < WARM_UP; n++) await one()
  const began = performance.now()
  for (let n = 0; n < MESSAGES; n++) await one()
  return (performance.now() - began) / MESSAGES
}

async function yaml(file: string): Promise<unknown> {
  return parse(await readFile(join(folder, file), 'utf8'))
}
