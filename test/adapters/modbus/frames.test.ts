import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  crc16,
  dataBytes,
  frameRtu,
  frameTcp,
  readRtu,
  readTcp,
  type Ask,
} from '../../../src/adapters/modbus/frames.ts'

const asks: fc.Arbitrary<Ask> = fc.record({
  unit: fc.integer({ min: 0, max: 255 }),
  functionCode: fc.constantFrom<Ask['functionCode']>(1, 2, 3, 4),
  address: fc.integer({ min: 0, max: 65_535 }),
  count: fc.integer({ min: 1, max: 125 }),
})
const transaction = 4_711

function answerTo(ask: Ask): Buffer {
  const data = Buffer.alloc(dataBytes(ask), 0xa5)
  return Buffer.concat([Buffer.from([ask.unit, ask.functionCode, data.length]), data])
}

describe('an answer', () => {
  test('is known when its last byte is there, and not before', () => {
    fc.assert(
      fc.property(asks, (ask) => {
        const adu = answerTo(ask)
        const tcp = frameTcp(adu, transaction)
        const rtu = frameRtu(adu)
        expect(readTcp(tcp, ask, transaction)).toEqual({ kind: 'answer', adu })
        expect(readRtu(rtu, ask)).toEqual({ kind: 'answer', adu })
        for (let at = 0; at < tcp.length; at += 1) {
          expect(readTcp(tcp.subarray(0, at), ask, transaction).kind).toBe('more')
        }
        for (let at = 0; at < rtu.length; at += 1) {
          expect(readRtu(rtu.subarray(0, at), ask).kind).toBe('more')
        }
      }),
    )
  })
  test('of a serial line with one wrong bit is never taken', () => {
    fc.assert(
      fc.property(asks, fc.nat(), (ask, bit) => {
        const frame = frameRtu(answerTo(ask))
        const at = (bit >> 3) % frame.length
        frame[at] = (frame[at] ?? 0) ^ (1 << (bit & 7))
        expect(readRtu(frame, ask).kind).not.toBe('answer')
      }),
    )
  })
  test('of anybody is an answer, odd or not whole, and never an exception of ours', () => {
    fc.assert(
      fc.property(asks, fc.uint8Array({ maxLength: 300 }), (ask, bytes) => {
        expect(readTcp(Buffer.from(bytes), ask, transaction).kind).not.toBe('answer')
        expect(['more', 'odd']).toContain(readRtu(Buffer.from(bytes), ask).kind)
      }),
    )
  })
  test('never makes us keep more than was asked for', () => {
    fc.assert(
      fc.property(asks, (ask) => {
        const long = Buffer.concat([frameRtu(answerTo(ask)), Buffer.alloc(1)])
        expect(readRtu(long, ask).kind).toBe('odd')
      }),
    )
  })
})

test('the checksum is the one of the Modbus specification', () => {
  expect(frameRtu(Buffer.from('01030000000a', 'hex')).toString('hex')).toBe(
    '01030000000ac5cd',
  )
  expect(crc16(Buffer.from('0207', 'hex'))).toBe(0x1241)
})
