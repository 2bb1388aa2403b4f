import { readFile } from 'node:fs/promises'
import { connect as connectPlain, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { Problem } from '../../domain/problem.ts'
import { endpointOf, type ExternalBroker } from './config.ts'

/**
 * How to open the socket to a broker; the files of TLS are read now. The certificate of the broker
 * is always checked: there is no way to switch that off. Throws Problem invalid for a file that
 * cannot be read.
 */
export async function prepareDial(
  config: Pick<ExternalBroker, 'url' | 'tls'>,
): Promise<() => Duplex> {
  const { host, port, secure } = endpointOf(config)
  if (!secure) return () => connectPlain({ host, port, noDelay: true })
  const { ca, certificate, key, servername = host } = config.tls ?? {}
  const files = {
    ...(ca !== undefined && { ca: await read('ca', ca) }),
    ...(certificate !== undefined && { cert: await read('certificate', certificate) }),
    ...(key !== undefined && { key: await read('key', key) }),
  }
  const name = isIP(servername) === 0 ? { servername } : {}
  return () => {
    const socket = connectTls({ host, port, ...name, ...files, minVersion: 'TLSv1.2' })
    socket.setNoDelay(true)
    return socket
  }
}

async function read(setting: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new Problem(
      {
        kind: 'invalid',
        what: `the file of tls.${setting} cannot be read: ${file}`,
        where: `tls.${setting}`,
        why: error instanceof Error ? error.message : String(error),
        next: 'correct the path, or who may read the file',
      },
      { cause: error },
    )
  }
}
