import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import modbusSerial from 'modbus-serial'
import { describe, expect, test } from 'vitest'
import { frameRtu } from '../../../src/adapters/modbus/frames.ts'

/**
 * What modbus-serial 8.0.25 does. The first half is what we lean on; the second is why nothing reaches
 * it that was not checked. Read its index.js and ports/ again before a new version.
 */

class FakePort extends EventEmitter {
  isOpen = true
  readonly written: Buffer[] = []
  open(done: () => void): void {
    done()
  }
  write(frame: Buffer): void {
    this.written.push(Buffer.from(frame))
  }
}

type Client = InstanceType<typeof modbusSerial.default>

function clientOn(port: FakePort): Client {
  const client = new modbusSerial.default(port)
  client.open()
  return client
}

interface Outcome {
  readonly error: (Error & { modbusCode?: number }) | null
  readonly data: string | undefined
}

function ask(client: Client, unit: number, address: number, count = 1): Promise<Outcome> {
  return new Promise((resolve) => {
    client.writeFC3(unit, address, count, (error, result) =>
      resolve({ error, data: result?.buffer.toString('hex') }),
    )
  })
}

describe('modbus-serial, as we use it', () => {
  test('is the version these tests were written for', () => {
    const file = new URL(
      '../../../node_modules/modbus-serial/package.json',
      import.meta.url,
    )
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    expect(version).toBe('8.0.25')
  })
  test('speaks through any port, in frames of a serial line with a checksum', () => {
    const port = new FakePort()
    void ask(clientOn(port), 17, 0x6b, 3)
    expect(port.written[0]).toEqual(frameRtu(Buffer.from('1103006b0003', 'hex')))
  })
  test('takes the unit with the question', () => {
    const port = new FakePort()
    const client = clientOn(port)
    void ask(client, 1, 0)
    void ask(client, 2, 0)
    expect(port.written.map(([unit]) => unit)).toEqual([1, 2])
  })
  test('gives the bytes of the answer', async () => {
    const port = new FakePort()
    const answer = ask(clientOn(port), 1, 0, 2)
    port.emit('data', frameRtu(Buffer.from('01030400fa0001', 'hex')))
    expect(await answer).toEqual({ error: null, data: '00fa0001' })
  })
  test('gives the code of an exception', async () => {
    const port = new FakePort()
    const answer = ask(clientOn(port), 1, 0)
    port.emit('data', frameRtu(Buffer.from('018302', 'hex')))
    expect((await answer).error?.modbusCode).toBe(2)
  })
})

async function peer(answer: (socket: Socket, chunk: Buffer) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => answer(socket, chunk))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('modbus-serial, left alone', () => {
  test('gives the late answer of one register as the value of another (RTU framing)', async () => {
    let heard = 0
    const server = await peer((socket) => {
      heard += 1
      // The first question is answered when the second comes.
      if (heard === 2) socket.write(frameRtu(Buffer.from('0103020009', 'hex')))
    })
    const client = new modbusSerial.default()
    await client.connectTelnet('127.0.0.1', { port: portOf(server) })
    client.setTimeout(50)
    expect((await ask(client, 1, 9)).error?.message).toBe('Timed out')
    expect((await ask(client, 1, 20)).data).toBe('0009')
    client.destroy(() => undefined)
    server.close()
  })
  test('calls Modbus TCP what its name calls buffered RTU', async () => {
    const { promise, resolve } = Promise.withResolvers<Buffer>()
    const server = await peer((_, chunk) => resolve(chunk))
    const client = new modbusSerial.default()
    await client.connectTcpRTUBuffered('127.0.0.1', { port: portOf(server) })
    void ask(client, 1, 10)
    expect((await promise).toString('hex')).toMatch(/^0001000000060103000a0001$/)
    client.destroy(() => undefined)
    server.close()
  })
  test('waits for ever, also when its connection was destroyed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const server = await peer((socket) => {
      socket.resetAndDestroy()
      resolve()
    })
    const client = new modbusSerial.default()
    await client.connectTCP('127.0.0.1', { port: portOf(server) })
    let settled = false
    void ask(client, 1, 0).then(() => (settled = true))
    await promise
    await expect.poll(() => client.isOpen).toBe(false)
    expect(settled).toBe(false)
    server.close()
  })
  test('takes an answer of too few registers for a whole one', async () => {
    const port = new FakePort()
    const answer = ask(clientOn(port), 1, 0, 2)
    port.emit('data', frameRtu(Buffer.from('01030000fa0001', 'hex')))
    expect(await answer).toEqual({ error: null, data: '' })
  })
})
