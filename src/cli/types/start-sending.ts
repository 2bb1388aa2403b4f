import {
  issuedConnectionToken,
  revokedConnectionToken,
} from '../../api/connection-token-view.ts'
import { systemClock } from '../../clock.ts'
import type { TypeOf } from '../../devices/device-type.ts'
import type { Vector } from '../../devices/vector.ts'
import { Problem } from '../../domain/problem.ts'
import type { VectorFile } from '../../workshop/type-files.ts'
import { withLocalService } from '../local-service.ts'
import { settings } from '../settings.ts'
import type { Start } from './simulate.ts'
import { simulateHttp } from './simulate-http.ts'
import type { SpeakingSimulation } from './simulate-mqtt.ts'
import { addressOf } from './simulation-plan.ts'

type Sender = TypeOf<'http'> | TypeOf<'lorawan'>

/** A device that sends over HTTP, to our own service or to where `--address` says. */
export async function startSending(
  type: Sender,
  vectors: readonly VectorFile[],
  start: Start,
): Promise<SpeakingSimulation> {
  const { options, terminal } = start
  const address = addressOf(options.at)
  const like = messagesOf(type, vectors, options)
  if (type.protocol === 'lorawan' && address['devEui'] === undefined) throw noEui()
  const { device } = options
  const common = { type, like, device, address, clock: systemClock }
  if (options.address !== undefined) {
    const token = terminal.env['SOURCE_TOKEN']
    if (token === undefined || token === '') throw noToken()
    const format = String(address['via'] ?? formatOf(type))
    return simulateHttp({ ...common, url: options.address, token, format })
  }
  const { url, token, format, end } = await ownDoor(start)
  const simulation = simulateHttp({ ...common, url, token, format })
  return { ...simulation, [Symbol.asyncDispose]: end }
}

/** A token of the connection that lasts as long as the simulation. */
async function ownDoor({ options, command, terminal }: Start) {
  const { connection, organisation } = options
  if (connection === undefined) throw noConnection()
  const config = settings(command, terminal)
  const whose = { connection, ...(organisation !== undefined && { organisation }) }
  const { id, ...issued } = await withLocalService(config, (service) =>
    service.post('/connection-tokens-issue', whose, issuedConnectionToken),
  )
  return {
    ...issued,
    end: async (): Promise<void> => {
      await withLocalService(config, (service) =>
        service.post(
          '/connection-tokens-revoke',
          { ...whose, token: id },
          revokedConnectionToken,
        ),
      )
    },
  }
}

function formatOf(type: Sender): string {
  if (type.protocol === 'http') return type.http.format
  return type.lorawan.envelopes[0] ?? 'chirpstack4'
}

/** The vectors that are sent. Throws Problem invalid or not_found. */
function messagesOf(
  type: Sender,
  vectors: readonly VectorFile[],
  { vector: wanted, set, fault }: Start['options'],
): readonly Vector[] {
  const good = vectors.filter(({ vector }) => isGood(vector))
  const chosen =
    wanted === undefined
      ? good
      : good.filter(
          ({ path, vector }) => path === `vectors/${wanted}.json` || vector.name === wanted,
        )
  const bytes = chosen.some(({ vector }) => vector.payloadHex !== undefined)
  const changes = [...set, ...fault.filter((one) => !one.startsWith('silent@'))]
  if (type.protocol === 'lorawan' && bytes && changes.length > 0) throw onlyVectors(changes)
  if (chosen.length > 0) return chosen.map(({ vector }) => vector)
  throw new Problem({
    kind: 'not_found',
    what:
      wanted === undefined
        ? 'the type has no vector that could be sent'
        : `the type has no good vector ${wanted}`,
    where: wanted === undefined ? 'vectors' : '--vector',
    next: `it has ${good.map(({ path }) => path.replace(/^vectors\/|\.json$/g, '')).join(', ') || 'none; write one'}`,
  })
}

function isGood({ expect, payloadText }: Vector): boolean {
  return expect.problems.length === 0 && payloadText === undefined
}

function onlyVectors(changes: readonly string[]): Problem {
  return new Problem({
    kind: 'invalid',
    what: `${changes.join(', ')}: values cannot be made into the bytes of this device`,
    where: '--set, --fault',
    why: 'its codec makes values of bytes, and not the other way round',
    next: 'choose what it says with --vector, or send nothing any more with --fault silent@30s',
  })
}

function noEui(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'which device is it?',
    where: '--at',
    next: 'give its EUI as devices.yaml has it: --at devEui=24e124136b502217',
  })
}

function noToken(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'there is no token for the connection',
    where: 'SOURCE_TOKEN',
    next: 'put what gatuvakt connections token issue says into the variable SOURCE_TOKEN',
  })
}

function noConnection(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'where shall it be sent to?',
    where: '--connection',
    next: 'name a connection with protocol: http, or an --address',
  })
}
