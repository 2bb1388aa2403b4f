/** One message of the connection protocol, without security. */
export interface Frame {
  readonly connection: number
  readonly to: 'server' | 'us'
  readonly bytes: Uint8Array
}

/** What a request asks for, and how its answer finds it again. */
export interface Envelope {
  /** `HEL`, `OPN`, `CLO`, or the number of the message's encoding. */
  readonly service: string
  /** Where the request's number stands; undefined before the secure channel is open. */
  readonly requestAt: number | undefined
  /** Where the body begins, its type included. */
  readonly bodyAt: number
}

/** Cuts a stream into messages: each has its length at byte 4. */
export function createCutter(): (chunk: Uint8Array) => Uint8Array[] {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const whole: Uint8Array[] = []
    while (rest.length >= 8 && rest.length >= rest.readUInt32LE(4)) {
      const length = rest.readUInt32LE(4)
      whole.push(Uint8Array.from(rest.subarray(0, length)))
      rest = rest.subarray(length)
    }
    return whole
  }
}

export function readEnvelope(bytes: Uint8Array): Envelope {
  const buffer = Buffer.from(bytes)
  const kind = buffer.toString('latin1', 0, 3)
  if (kind === 'HEL' || kind === 'ACK')
    return { service: 'HEL', requestAt: undefined, bodyAt: 8 }
  if (buffer[3] !== 'F'.charCodeAt(0)) throw new Error('a message in several chunks')
  // Policy, certificate and fingerprint, each with its length, where -1 means none.
  let at = 12
  const fields = kind === 'OPN' ? 3 : 0
  for (let field = 0; field < fields; field += 1) {
    at += 4 + Math.max(buffer.readInt32LE(at), 0)
  }
  // The channel's token, in messages that are not about the channel itself.
  if (kind !== 'OPN') at += 4
  const bodyAt = at + 8
  const service = kind === 'MSG' ? String(buffer.readUInt16LE(bodyAt + 2)) : kind
  return { service, requestAt: at + 4, bodyAt }
}

/** Where a request names its handle: behind its type, the session's token and a time. */
export function handleOfRequest(bytes: Uint8Array, bodyAt: number): number {
  const buffer = Buffer.from(bytes)
  const token = bodyAt + 4
  const fixed = [2, 4, 7, 0, 19, 0][buffer[token] ?? 0] ?? 0
  const length = fixed > 0 ? fixed : 7 + Math.max(buffer.readInt32LE(token + 3), 0)
  return buffer.readUInt32LE(token + length + 8)
}

/** The recorded answer to another request of the same kind. */
export function answerTo(
  answer: Uint8Array,
  request: { readonly id: number; readonly handle: number },
): Uint8Array {
  const buffer = Buffer.from(answer)
  const { requestAt, bodyAt } = readEnvelope(answer)
  if (requestAt === undefined) return buffer
  buffer.writeUInt32LE(request.id, requestAt)
  // Behind the type and a time.
  buffer.writeUInt32LE(request.handle, bodyAt + 12)
  return buffer
}

/** One message a line: `0 > 48454c…`; `>` is to the server. */
export function writeFrames(frames: readonly Frame[]): string {
  return frames
    .map(({ connection, to, bytes }) => {
      const hex = Buffer.from(bytes).toString('hex')
      return `${connection} ${to === 'server' ? '>' : '<'} ${hex}\n`
    })
    .join('')
}

export function readFrames(text: string): Frame[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [connection = '', way = '', hex = ''] = line.split(' ')
      const to = way === '>' ? 'server' : 'us'
      return { connection: Number(connection), to, bytes: Buffer.from(hex, 'hex') }
    })
}
