import type { IClientOptions } from 'mqtt'
import { SECOND } from '../../domain/time.ts'
import type { ExternalBroker } from './config.ts'

/** What we say in CONNECT, and how long we wait for CONNACK. */
export function connectOptions(config: ExternalBroker, clientId: string): IClientOptions {
  const { protocolVersion, username, password, keepalive, sessionExpiry, limits } = config
  return {
    clientId,
    clean: false,
    protocolVersion,
    keepalive: keepalive / SECOND,
    connectTimeout: limits.answerWithin / 1_000,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(protocolVersion === 5 && {
      properties: {
        receiveMaximum: limits.window,
        sessionExpiryInterval: Math.floor(sessionExpiry / SECOND),
        maximumPacketSize: limits.packetBytes,
      },
    }),
  }
}
