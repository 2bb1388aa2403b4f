/** aedes alone: takes everything, keeps nothing, acknowledges at once. Prints its port. */

import { createServer } from 'node:net'
import { Aedes } from 'aedes'

const broker = await Aedes.createBroker()
const server = createServer({ noDelay: true }, (socket) => void broker.handle(socket))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object')
    process.stdout.write(`${address.port}\n`)
})
