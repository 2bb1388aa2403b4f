import { loadOpcua } from '../../src/adapters/opcua/library.ts'
import {
  makeServerIdentity,
  startServer,
} from '../../src/adapters/opcua/simulated-server.ts'
import { readCertificateFile } from '../../src/adapters/opcua/trust.ts'
import { STATIONS, VALUES } from './opcua-town.ts'

/**
 * A server with every value of the bench in a process of its own: `node opcua-server.process.ts FOLDER`.
 * Every value changes once a second, spread over the second. Prints its port and fingerprint.
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
const slices = 20
let round = 0
setInterval(() => {
  round += 1
  const slice = round % slices
  for (let at = slice; at < variables.length; at += slices) {
    variables[at]?.setValueFromSource({
      dataType: opcua.DataType.Double,
      value: round + at / 7,
    })
  }
}, 1_000 / slices)
await server.start()
process.stdout.write(JSON.stringify({ port: server.endpoints[0]?.port ?? 0, fingerprint }))
