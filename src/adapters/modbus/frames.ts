/** Frames of Modbus as bytes, checked to the last one. Pure. */

/** A question to a unit. Only reading: nothing here can write to a device. */
export interface Ask {
  readonly unit: number
  readonly functionCode: 1 | 2 | 3 | 4
  readonly address: number
  /** Bits or registers. */
  readonly count: number
}

/** What the bytes that came so far are, as an answer to one question. */
export type Framed =
  | { readonly kind: 'more' }
  /** Unit, function code and data; exactly what was asked for, or an exception. */
  | { readonly kind: 'answer'; readonly adu: Buffer }
  /** Whatever follows on this connection cannot be trusted. */
  | { readonly kind: 'odd'; readonly why: string }

const headerBytes = 6
const more: Framed = { kind: 'more' }

/** The function codes that read; there are no others here. */
export function isReading(code: number | undefined): code is Ask['functionCode'] {
  return code === 1 || code === 2 || code === 3 || code === 4
}

/** Bytes of data that the answer must have. */
export function dataBytes({ functionCode, count }: Ask): number {
  return functionCode <= 2 ? Math.ceil(count / 8) : count * 2
}

/** Unit and question of Modbus TCP, behind its header. */
export function frameTcp(adu: Uint8Array, transaction: number): Buffer {
  const frame = Buffer.alloc(headerBytes + adu.length)
  frame.writeUInt16BE(transaction, 0)
  frame.writeUInt16BE(adu.length, 4)
  frame.set(adu, headerBytes)
  return frame
}

/** Unit and question of a serial line, with its checksum. */
export function frameRtu(adu: Uint8Array): Buffer {
  const frame = Buffer.alloc(adu.length + 2)
  frame.set(adu)
  frame.writeUInt16LE(crc16(adu), adu.length)
  return frame
}

/** Is this the answer of Modbus TCP to the question with this number? */
export function readTcp(bytes: Buffer, ask: Ask, transaction: number): Framed {
  if (bytes.length >= 2 && bytes.readUInt16BE(0) !== transaction) {
    return odd(`transaction ${bytes.readUInt16BE(0)} instead of ${transaction}`)
  }
  if (bytes.length >= 4 && bytes.readUInt16BE(2) !== 0) return odd('not Modbus TCP')
  if (bytes.length < headerBytes) return more
  const length = bytes.readUInt16BE(4)
  const longest = 3 + dataBytes(ask)
  if (length < 3 || length > longest) {
    return odd(`a length of ${length}, ${longest} fits`)
  }
  const adu = bytes.subarray(headerBytes, headerBytes + length)
  const wrong = wrongStart(adu, ask)
  if (wrong !== undefined) return odd(wrong)
  if (bytes.length < headerBytes + length) return more
  if (bytes.length > headerBytes + length) return odd('more than one answer')
  return isWhole(adu, ask) ? { kind: 'answer', adu } : odd(`a length of ${length}`)
}

/** Is this the answer of a serial line? It bears no number, so only silence before it is proof. */
export function readRtu(bytes: Buffer, ask: Ask): Framed {
  const wrong = wrongStart(bytes, ask)
  if (wrong !== undefined) return odd(wrong)
  if (bytes.length < 2) return more
  const length = isException(bytes, ask) ? 3 : 3 + dataBytes(ask)
  if (bytes.length < length + 2) return more
  if (bytes.length > length + 2) return odd('more than one answer')
  const adu = bytes.subarray(0, length)
  if (bytes.readUInt16LE(length) !== crc16(adu)) return odd('a wrong checksum')
  return { kind: 'answer', adu }
}

/** The checksum of serial lines: CRC-16 with the polynomial 0xA001, from 0xFFFF. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
    }
  }
  return crc
}

/** As much as is there is looked at, so that an answer of somebody else is not waited for. */
function wrongStart(adu: Buffer, ask: Ask): string | undefined {
  const [unit, code, bytes] = adu
  if (unit !== undefined && unit !== ask.unit) return `unit ${unit} instead of ${ask.unit}`
  if (code === undefined || isException(adu, ask)) return undefined
  if (code !== ask.functionCode) {
    return `function code ${code} instead of ${ask.functionCode}`
  }
  if (bytes !== undefined && bytes !== dataBytes(ask)) {
    return `${bytes} bytes of data instead of ${dataBytes(ask)}`
  }
  return undefined
}

function isException(adu: Buffer, ask: Ask): boolean {
  return adu[1] === (ask.functionCode | 0x80)
}

function isWhole(adu: Buffer, ask: Ask): boolean {
  return adu.length === (isException(adu, ask) ? 3 : 3 + dataBytes(ask))
}

function odd(why: string): Framed {
  return { kind: 'odd', why }
}
