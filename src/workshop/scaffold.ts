import type { ConfigurationText } from '../configuration/parse.ts'
import type { DeviceType } from '../devices/device-type.ts'
import { vector, vectorMessages } from '../devices/vector.ts'
import { Problem } from '../domain/problem.ts'
import { toIso } from '../domain/time.ts'
import { decodeMessage } from './decode-message.ts'
import { expectation } from './run-vectors.ts'
import { checkTypeFiles } from './type-files.ts'

/** A message to make a vector of. */
export interface VectorSeed {
  /** File name without `.json`. */
  readonly file: string
  /** What it shows. */
  readonly name: string
  readonly payload: Uint8Array
  /** Bytes as a LoRaWAN device sends them, on this port; every network server wraps them anew. */
  readonly fPort?: number
  readonly topic?: string
  /** µs. */
  readonly at: Parameters<typeof toIso>[0]
}

export interface Scaffold {
  readonly typeText: string
  readonly seeds: readonly VectorSeed[]
  /** Lines about where it all comes from, for the README. */
  readonly origin: readonly string[]
}

/**
 * The files of a new type: what the type makes of the seeds becomes what its vectors expect, so they
 * hold from the start and keep a later change honest. Throws Problem when the text is no type.
 */
export async function scaffold({
  typeText,
  seeds,
  origin,
}: Scaffold): Promise<readonly ConfigurationText[]> {
  const file = { path: 'type.yaml', text: typeText }
  const { read, mistakes } = await checkTypeFiles([file])
  if (read === undefined) throw unsound(mistakes[0]?.what ?? 'it cannot be read')
  const vectors: ConfigurationText[] = []
  for (const seed of seeds) {
    vectors.push({
      path: `vectors/${seed.file}.json`,
      text: await vectorText(read.type, seed),
    })
  }
  return [file, ...vectors, { path: 'README.md', text: readme(read.type, origin) }]
}

async function vectorText(type: DeviceType, seed: VectorSeed): Promise<string> {
  const { name, payload, fPort, topic = '', at } = seed
  const written =
    fPort === undefined
      ? asWritten(payload)
      : { payloadHex: Buffer.from(payload).toString('hex'), fPort }
  const head = { name, ingest: toIso(at), ...written }
  const draft = vector.parse({ ...head, expect: { readings: {} } })
  const [message] = vectorMessages(type, draft)
  const decoding = await decodeMessage(type, {
    payload: message?.payload ?? payload,
    ingest: at,
    topic,
  })
  return `${JSON.stringify({ ...head, expect: expectation(decoding) }, null, 2)}\n`
}

/** As JSON where it is JSON that comes back the same, else as text. */
function asWritten(payload: Uint8Array): { payload: unknown } | { payloadText: string } {
  const text = new TextDecoder().decode(payload)
  try {
    const payload: unknown = JSON.parse(text)
    return { payload }
  } catch {
    return { payloadText: text }
  }
}

/** Half of a message: what a broken line or a full buffer leaves of it. */
export function halfOf(payload: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(payload)
  return new TextEncoder().encode(text.slice(0, Math.max(1, Math.floor(text.length / 2))))
}

function readme(type: DeviceType, origin: readonly string[]): string {
  return `${[
    `# ${type.type}`,
    '',
    type.description,
    '',
    ...origin,
    '',
    '- `type.yaml` says where each value stands in a message and what it means.',
    '- `vectors/` holds messages with what must come out of them; they run on every check and apply.',
    '',
    'Next:',
    '',
    '1. Read every line of `type.yaml`: names, units, ranges and the names of states are guesses.',
    '2. `gatuvakt types check .` says what is wrong, and where.',
    '3. `gatuvakt types test . --update` shows what your changes do to the vectors.',
    '4. `gatuvakt types try . --device <slug>` shows a live message, and which alarm would come.',
    '5. `gatuvakt types apply .` brings it into force.',
  ].join('\n')}\n`
}

function unsound(why: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'no device type could be made of this',
    why,
    next: 'give another name with --type, or start from a template without --sniff',
  })
}
