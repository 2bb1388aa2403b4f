import { isReading, type Ask } from './frames.ts'

/** A frame that came, without its framing. */
export interface Question {
  readonly transaction: number
  readonly unit: number
  readonly functionCode: number
  /** Undefined when it is not a question that reads. */
  readonly ask: Ask | undefined
}

/** Cuts the bytes of a connection into questions. */
export type Split = (chunk: Buffer) => readonly Question[]

/** Questions of Modbus TCP. */
export function splitTcp(): Split {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const questions: Question[] = []
    while (rest.length >= 8 && rest.length >= 6 + rest.readUInt16BE(4)) {
      const length = Math.max(rest.readUInt16BE(4), 2)
      questions.push(questionOf(rest.subarray(6, 6 + length), rest.readUInt16BE(0)))
      rest = rest.subarray(6 + length)
    }
    return questions
  }
}

/** Questions that read have eight bytes; a serial line has nothing else to split them by. */
export function splitRtu(): Split {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const questions: Question[] = []
    while (rest.length >= 8) {
      questions.push(questionOf(rest.subarray(0, 6), 0))
      rest = rest.subarray(8)
    }
    return questions
  }
}

function questionOf(adu: Buffer, transaction: number): Question {
  const unit = adu.readUInt8(0)
  const functionCode = adu.readUInt8(1)
  const ask =
    isReading(functionCode) && adu.length === 6
      ? { unit, functionCode, address: adu.readUInt16BE(2), count: adu.readUInt16BE(4) }
      : undefined
  return { transaction, unit, functionCode, ask }
}
