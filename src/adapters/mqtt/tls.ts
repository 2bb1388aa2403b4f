import { readFile } from 'node:fs/promises'
import { createServer, type TLSSocket, type Server } from 'node:tls'
import type { Logger } from 'pino'
import type { Clock } from '../../domain/clock.ts'
import { every } from '../../domain/every.ts'
import { MINUTE, MS } from '../../domain/time.ts'
import type { MqttConfig, MqttTls } from './config.ts'

/** A socket behind TLS, and whom its certificate names. */
export interface SecureSocket {
  readonly socket: TLSSocket
  /** Common name of the certificate, when one of our authority was shown. */
  readonly certified: string | undefined
}

export interface SecureParts {
  readonly tls: MqttTls
  readonly limits: Pick<MqttConfig['limits'], 'connectWithin'>
  readonly clock: Clock
  readonly log: Logger
  readonly connected: (secure: SecureSocket) => void
}

export interface SecureServer extends AsyncDisposable {
  readonly server: Server
}

/**
 * A server for TLS 1.2 and later, not listening yet. Its files are looked at once a minute: a renewed
 * certificate needs no restart, and one that cannot be read leaves the one before in force. Rejects
 * when they cannot be read or used at the start.
 */
export async function createSecureServer(parts: SecureParts): Promise<SecureServer> {
  const { tls, limits, clock, log, connected } = parts
  let files = await readFiles(tls)
  const server = createServer({
    ...files,
    minVersion: 'TLSv1.2',
    // Who shows a certificate is judged by it; who shows none must know a secret.
    requestCert: tls.clientCa !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: limits.connectWithin / MS,
    noDelay: true,
    keepAlive: true,
  })
  server.on('secureConnection', (socket) => {
    const certified = certifiedName(socket)
    if (certified === '') {
      log.warn(
        { address: socket.remoteAddress, why: String(socket.authorizationError) },
        refused,
      )
      socket.destroy()
    } else connected({ socket, certified })
  })
  server.on('tlsClientError', (error, socket) => {
    log.debug({ err: error, address: socket.remoteAddress }, 'a TLS handshake failed')
  })
  const renewal = every(
    MINUTE,
    clock,
    async () => {
      const now = await readFiles(tls)
      if (same(files, now)) return
      server.setSecureContext(now)
      files = now
      log.info('the certificate of the MQTT broker was renewed')
    },
    (error) =>
      log.error({ err: error }, 'the certificate of the MQTT broker is not renewed'),
  )
  return { server, [Symbol.asyncDispose]: () => renewal[Symbol.asyncDispose]() }
}

const refused = 'a client certificate was refused'

interface Files {
  readonly cert: string
  readonly key: string
  readonly ca?: string
}

async function readFiles({ certificate, key, clientCa }: MqttTls): Promise<Files> {
  return {
    cert: await readFile(certificate, 'utf8'),
    key: await readFile(key, 'utf8'),
    ...(clientCa !== undefined && { ca: await readFile(clientCa, 'utf8') }),
  }
}

function same(one: Files, other: Files): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca
}

/** Undefined when no certificate was shown; an empty name for one that is not to be believed. */
function certifiedName(socket: TLSSocket): string | undefined {
  const { subject } = socket.getPeerCertificate() as { subject?: { CN?: unknown } }
  if (subject === undefined) return undefined
  const name: unknown = subject.CN
  const believed = socket.authorized && typeof name === 'string' && name.length <= 200
  return believed ? name : ''
}
