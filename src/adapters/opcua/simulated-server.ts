import { join } from 'node:path'
import type { OPCUAServer, OPCUAServerOptions } from 'node-opcua'
import type { Opcua } from './library.ts'

/** Who a server is: its certificate and key. */
export interface ServerIdentity {
  readonly folder: string
  readonly certificateFile: string
  readonly applicationUri: string
}

export interface CertificateOrder {
  readonly opcua: Opcua
  readonly folder: string
  readonly now: Date
  /** Days; may lie in the past for an expired one. */
  readonly from?: number
  readonly days?: number
  readonly name?: string
}

/** Makes a certificate for a server, and in the same folder the key if there is none yet. */
export async function makeServerIdentity(order: CertificateOrder): Promise<ServerIdentity> {
  const { opcua, folder, now, from = -1, days = 365, name = 'simulator' } = order
  const store = new opcua.OPCUACertificateManager({
    rootFolder: folder,
    keySize: 2048,
    disableFileWatchers: true,
  })
  const certificateFile = join(folder, `${name}.pem`)
  const applicationUri = `urn:gatuvakt:${name}`
  try {
    await store.initialize()
    await store.createSelfSignedCertificate({
      applicationUri,
      dns: ['localhost'],
      ip: ['127.0.0.1'],
      subject: `CN=${name}`,
      startDate: new Date(now.getTime() + from * 86_400_000),
      validity: days,
      outputFile: certificateFile,
    })
  } finally {
    await store.dispose()
  }
  return { folder, certificateFile, applicationUri }
}

/** A running server of the library, accepting any client certificate; for simulations and tests. */
export async function startServer(
  opcua: Opcua,
  identity: ServerIdentity,
  options: OPCUAServerOptions,
): Promise<OPCUAServer> {
  const store = new opcua.OPCUACertificateManager({
    rootFolder: identity.folder,
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  })
  await store.initialize()
  const server = new opcua.OPCUAServer({
    hostname: '127.0.0.1',
    serverCertificateManager: store,
    userCertificateManager: store,
    certificateFile: identity.certificateFile,
    privateKeyFile: join(identity.folder, 'own', 'private', 'private_key.pem'),
    serverInfo: { applicationUri: identity.applicationUri },
    registerServerMethod: opcua.RegisterServerMethod.HIDDEN,
    nodesets: [opcua.nodesets.standard],
    ...options,
  })
  await server.initialize()
  return server
}
