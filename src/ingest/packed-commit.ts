/**
 * One commit as one blob: directory · records · the same directory again.
 *
 *   directory: 'GVLC' · format u32 · count u32 · count × (length u32, CRC32 of the record u32)
 *              · CRC32 of all that
 *
 * A flipped bit in a record loses that record; one in a directory loses nothing, for the other copy
 * still stands. Only when both are unreadable is the whole commit lost.
 */

import { crc32 } from 'node:zlib'
import { CodecError, decodeRecord } from './log-codec.ts'
import type { LogRecord } from '../domain/log-record.ts'

const magic = 0x47_56_4c_43
const format = 1
const headBytes = 12
const entryBytes = 8

/** Records of a commit end to end, and where each ends. */
export interface LooseRecords {
  readonly bytes: Buffer
  readonly lengths: Uint32Array
}

/** One record of a commit, or why it cannot be read. */
export type Unpacked =
  | { readonly ok: true; readonly index: number; readonly record: LogRecord }
  | { readonly ok: false; readonly index: number; readonly reason: string }

/** Makes the blob of one commit. */
export function packCommit({ bytes, lengths }: LooseRecords): Buffer {
  const directory = makeDirectory(bytes, lengths)
  return Buffer.concat([directory, bytes, directory])
}

/**
 * Reads the records of a blob from index `first` up to, not including, `end`; `count` is how many
 * the commit was written with. Throws CodecError when nothing of it can be trusted.
 */
export function unpackCommit(
  packed: Buffer,
  count: number,
  { first, end }: { readonly first: number; readonly end: number },
): readonly Unpacked[] {
  const size = directoryBytes(count)
  const directory =
    readDirectory(packed.subarray(0, size), count) ??
    readDirectory(packed.subarray(Math.max(0, packed.length - size)), count)
  if (directory === undefined)
    throw new CodecError('both directories of the commit are damaged')
  const unpacked: Unpacked[] = []
  let at = size
  for (let index = 0; index < Math.min(count, end); index++) {
    const entry = headBytes + index * entryBytes
    const length = directory.readUInt32BE(entry)
    if (index >= first) {
      // The second directory bounds the records: a torn blob must not lend its bytes to a record.
      const bytes = packed.subarray(at, Math.min(at + length, packed.length - size))
      unpacked.push(unpackRecord(bytes, index, directory.readUInt32BE(entry + 4)))
    }
    at += length
  }
  return unpacked
}

function unpackRecord(bytes: Buffer, index: number, sum: number): Unpacked {
  if (crc32(bytes) !== sum)
    return { ok: false, index, reason: 'the checksum does not match' }
  try {
    return { ok: true, index, record: decodeRecord(bytes) }
  } catch (error) {
    if (error instanceof CodecError) return { ok: false, index, reason: error.message }
    throw error
  }
}

function makeDirectory(bytes: Buffer, lengths: Uint32Array): Buffer {
  const directory = Buffer.allocUnsafe(directoryBytes(lengths.length))
  directory.writeUInt32BE(magic, 0)
  directory.writeUInt32BE(format, 4)
  directory.writeUInt32BE(lengths.length, 8)
  let at = 0
  let entry = headBytes
  for (const length of lengths) {
    directory.writeUInt32BE(length, entry)
    directory.writeUInt32BE(crc32(bytes.subarray(at, at + length)), entry + 4)
    at += length
    entry += entryBytes
  }
  directory.writeUInt32BE(crc32(directory.subarray(0, entry)), entry)
  return directory
}

/** The directory when its checksum, format and count hold; else undefined. */
function readDirectory(bytes: Buffer, count: number): Buffer | undefined {
  const sumAt = directoryBytes(count) - 4
  if (count < 1 || bytes.length !== sumAt + 4) return undefined
  if (bytes.readUInt32BE(0) !== magic || bytes.readUInt32BE(4) !== format) return undefined
  if (bytes.readUInt32BE(8) !== count) return undefined
  return crc32(bytes.subarray(0, sumAt)) === bytes.readUInt32BE(sumAt) ? bytes : undefined
}

function directoryBytes(count: number): number {
  return headBytes + count * entryBytes + 4
}
