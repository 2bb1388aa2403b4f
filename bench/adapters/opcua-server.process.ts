import type { DataValue } from 'node-opcua'
import { loadOpcua } from '../../src/adapters/opcua/library.ts'
import {
  makeServerIdentity,
  startServer,
} from '../../src/adapters/opcua/simulated-server.ts'
import { readCertificateFile } from '../../src/adapters/opcua/trust.ts'
import { STATIONS, VALUES, type ServerCount } from './opcua-town.ts'

/**
 * A server with every value of the bench in a process of its own: `node opcua-server.process.ts FOLDER`.
 * Every value changes once a second, spread over the second, as far as the processor suffices. Prints
 * its port and fingerprint; answers `count` with what it counted, and `rest` the same: from then on
 * nothing changes.
 */
const [folder = ''] = process.argv.slice(2)
const opcua = await loadOpcua()
const identity = await makeServerIdentity({ opcua, folder, now: new Date() })
const { fingerprint } = await readCertificateFile(identity.certificateFile)
const server = await startServer(opcua, identity, { port: 0 })
const space = server.engine.addressSpace
if (space === null) throw new Error('no address space')
const namespace = space.registerNamespace('urn:bench')
const objects = space.rootFolder.objects
const stations = Array.from({ length: STATIONS }, (_, index) =>
  namespace.addObject({ browseName: `Station${index}`, organizedBy: objects }),
)
const variables = stations.flatMap((station) =>
  Array.from({ length: VALUES }, (_, index) =>
    namespace.addVariable({
      browseName: `Value${index}`,
      componentOf: station,
      dataType: opcua.DataType.Double,
      minimumSamplingInterval: 100,
    }),
  ),
)
const counted: ServerCount = { changed: 0, sampled: 0, sum: 0 }
countSamples()

const tickMs = 50
const began = performance.now()
let set = 0
const changing = setInterval(() => {
  // By the clock and not by ticks, which come late when there is much to do.
  const due = Math.floor(((performance.now() - began) / 1_000) * variables.length)
  set = Math.max(set, due - variables.length)
  for (; set < due; set += 1) {
    counted.changed += 1
    variables[set % variables.length]?.setValueFromSource({
      dataType: opcua.DataType.Double,
      value: set,
    })
  }
}, tickMs)
await server.start()
process.stdout.write(JSON.stringify({ port: server.endpoints[0]?.port ?? 0, fingerprint }))
process.on('message', (message) => {
  if (message === 'rest') clearInterval(changing)
  process.send?.(counted)
})

/** What the server puts into the queue of an item is what a client must get: counted right there. */
function countSamples(): void {
  const item: unknown = Reflect.get(opcua.MonitoredItem, 'prototype')
  const name = '_enqueue_value'
  const enqueue: unknown = Reflect.get(Object(item), name)
  if (typeof enqueue !== 'function') throw new Error(`no ${name} in this node-opcua`)
  Reflect.set(Object(item), name, function counting(this: unknown, data: DataValue) {
    counted.sampled += 1
    counted.sum += Number(data.value.value ?? 0)
    return enqueue.call(this, data)
  })
}
