import { X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Random } from '../../domain/clock.ts'
import type { Opcua } from './library.ts'

/** Who we are to every server: the certificate that their administrators must trust. */
export interface Identity {
  readonly applicationUri: string
  readonly certificateFile: string
  readonly privateKeyFile: string
  /** SHA-256, to be compared with what the server's administrator sees. */
  readonly fingerprint: string
}

interface IdentityParts {
  readonly opcua: Opcua
  readonly random: Random
  readonly clock: Clock
}

const applicationName = 'Gatuvakt'
const validDays = 3_650
const making = new Map<string, Promise<Identity>>()

/**
 * Our application certificate in this folder, made at the first call and kept: 2048 bits, ten years.
 * Connections that ask at the same time get the same one.
 */
export async function ownIdentity(folder: string, parts: IdentityParts): Promise<Identity> {
  const running = making.get(folder)
  if (running !== undefined) return running
  const made = makeOrRead(folder, parts)
  making.set(folder, made)
  try {
    return await made
  } finally {
    making.delete(folder)
  }
}

async function makeOrRead(
  folder: string,
  { opcua, random, clock }: IdentityParts,
): Promise<Identity> {
  const certificateFile = join(folder, 'gatuvakt.pem')
  const privateKeyFile = join(folder, 'own', 'private', 'private_key.pem')
  const known = await read(certificateFile)
  if (known === undefined) {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o700)
    const store = new opcua.OPCUACertificateManager({
      rootFolder: folder,
      keySize: 2048,
      disableFileWatchers: true,
    })
    try {
      await store.initialize()
      const name = Buffer.from(random.bytes(8)).toString('hex')
      await store.createSelfSignedCertificate({
        applicationUri: `urn:gatuvakt:${name}`,
        dns: ['gatuvakt'],
        ip: [],
        subject: `CN=${applicationName}`,
        startDate: new Date(clock.now() / 1_000 - 86_400_000),
        validity: validDays,
        outputFile: certificateFile,
      })
    } finally {
      await store.dispose()
    }
  }
  const certificate = known ?? (await read(certificateFile))
  const applicationUri = /URI:([^,\s]+)/.exec(certificate?.subjectAltName ?? '')?.[1]
  if (certificate === undefined || applicationUri === undefined) {
    throw new Error(
      `${certificateFile} is no application certificate: move it and ${privateKeyFile} away, and a new one is made; servers must then trust that one`,
    )
  }
  const fingerprint = certificate.fingerprint256.toLowerCase()
  return { applicationUri, certificateFile, privateKeyFile, fingerprint }
}

async function read(file: string): Promise<X509Certificate | undefined> {
  try {
    return new X509Certificate(await readFile(file))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return undefined
    throw new Error(`${file} cannot be read as a certificate`, { cause: error })
  }
}
