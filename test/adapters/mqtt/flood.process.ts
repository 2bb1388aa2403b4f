/**
 * Floods a broker from a process of its own: `port connections`. Every connection logs in as
 * `lamp-<n>` and then sends messages with QoS 0, as many as its socket takes, until it is killed.
 */

import { connect, type Socket } from 'node:net'
import { connectPacket, publishPacket, topicOf } from '../../support/packets.ts'

const [port = 0, connections = 0] = process.argv.slice(2).map(Number)

for (let index = 0; index < connections; index += 1) {
  const name = `lamp-${index}`
  const message = publishPacket(topicOf(name), '{"ts":1795176000,"p":823,"st":1,"f":0}')
  const flood = Buffer.concat(Array.from({ length: 500 }, () => message))
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.write(connectPacket({ username: name }))
  socket.once('data', () => pour(socket, flood))
  socket.on('error', (error) => {
    throw error
  })
}

function pour(socket: Socket, flood: Buffer): void {
  while (socket.write(flood));
  socket.once('drain', () => pour(socket, flood))
}
