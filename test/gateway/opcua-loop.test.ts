import pino from 'pino'
import { expect, it, vi } from 'vitest'
import { createAlarms } from '../../src/alarms/create-alarms.ts'
import { systemClock } from '../../src/clock.ts'
import { activeConfiguration } from '../../src/configuration/activate.ts'
import { createDecoder } from '../../src/devices/decode.ts'
import type { PointId } from '../../src/domain/ids.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import { acknowledgeAtSource } from '../../src/gateway/acknowledge-at-source.ts'
import {
  acknowledgedAtSource,
  takenAtSource,
} from '../../src/gateway/acknowledged-at-source.ts'
import { startAcknowledgements } from '../../src/gateway/acknowledgements.ts'
import { createDetector } from '../../src/rules/engine.ts'
import { startNetwork } from '../adapters/opcua/proxy.ts'
import { startListening, startTestServer, stationType } from '../adapters/opcua/town.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { patience } from '../support/until.ts'

/**
 * Everything between an OPC UA server and the life-cycle, with the parts of the service: the adapter, the
 * decoder, the detector, the alarms in a database, and what carries acknowledgements both ways.
 */

const alarm = {
  name: { sv: 'Fel på pump', nb: 'Feil på pumpe', en: 'Pump faulty' },
  priority: 2,
  faultClass: 'pump_fault',
}
const name = 'pumpwerk/station-ua@1.0.0'
const points = { fault: { condition: 'p:Pump1/Fault', kind: 'state', alarm } }
const root = '/0:Objects/p:Stations/p:harbour'
const waiting = { timeout: patience, interval: 20 }

function configure() {
  const documents = [
    [
      'deviceType',
      name,
      {
        type: name,
        protocol: 'opcua',
        description: 'Pumping station',
        interval: '60s',
        opcua: {
          namespaces: { p: 'urn:pumpwerk:station' },
          subscription: { publishing: '50ms', keepAlive: 3, lifetime: 60 },
        },
        points,
      },
    ],
    ['asset', 'station', { name: 'Station', type: 'PumpStation' }],
    ['connection', 'plc', { protocol: 'opcua', endpoint: 'opc.tcp://127.0.0.1:4840' }],
    [
      'device',
      'device-1',
      { type: name, asset: 'station', connection: 'plc', address: { root } },
    ],
  ] as const
  return activeConfiguration({
    organisation: north,
    version: 1,
    objects: documents.map(([kind, slug, document]) => ({
      kind,
      id: slug,
      slug,
      document,
      since: 1,
    })),
    points: new Map([
      ['device-1 fault', 1 as PointId],
      ['device-1 fault.acked', 2 as PointId],
    ]),
  })
}

async function startStation() {
  await using starting = new AsyncDisposableStack()
  const configuration = configure()
  const devices = configuration.connections[0]?.devices ?? []
  const server = starting.use(
    await startTestServer({ type: stationType({ points }), root }),
  )
  const network = starting.use(await startNetwork(server.port))
  const database = starting.use(await openTestDatabase())
  const rules = configuration.ruleFacts
  const alarms = createAlarms({
    database,
    clock: systemClock,
    rules: async () => (rule) => rules.get(rule),
    effects: {
      announce: (work, news) => acknowledgeAtSource(work, news, configuration),
      confirm: async () => 'case',
      cleared: async () => undefined,
      gathered: async () => undefined,
    },
  })
  const decode = createDecoder(configuration.decode)
  const detector = createDetector(north)
  const start = { epoch: 'test', partition: 0, sequence: 0, index: 0 }
  const ingest = systemClock.now()
  detector.step({ kind: 'activation', position: start, ingest, rules: configuration.rules })
  let sequence = 0

  /** What the engine does with one record: judge, take it to the alarms, then hear of the source. */
  async function take(envelope: Envelope): Promise<void> {
    sequence += 1
    const { device, ingest } = envelope
    const { readings } = await decode(envelope)
    const decoded = { position: { ...start, sequence }, device, ingest, readings }
    const said = detector.step({ kind: 'readings', decoded })
    await alarms.take(north, said, (rule) => rules.get(rule))
    for (const taken of takenAtSource(configuration, [decoded])) {
      await acknowledgedAtSource(
        { database, acknowledge: (...order) => alarms.acknowledge(...order) },
        north,
        taken,
      )
    }
  }

  let before: Promise<void> = Promise.resolve()
  const listening = starting.use(
    await startListening({
      port: network.port,
      trust: [server.fingerprint],
      devices,
      append: (envelope) => {
        before = before.then(() => take(envelope))
        return before
      },
    }),
  )
  starting.use(
    startAcknowledgements({
      database,
      clock: systemClock,
      logger: pino({ level: 'silent' }),
      organisations: () => [north],
      source: () => (taken) => listening.adapter.acknowledgeAlarm(taken),
    }),
  )
  const stack = starting.move()
  return {
    server,
    network,
    alarms,
    /** The one alarm there is, once it is so. */
    until: (wanted: Record<string, unknown>) =>
      vi.waitFor(async () => {
        const [one] = await alarms.list(north, { which: 'all', limit: 10 })
        expect(one).toMatchObject(wanted)
        if (one === undefined) throw new Error('no alarm')
        return one
      }, waiting),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

it('an alarm of an OPC UA server lives here as there, and is acknowledged in both places', async () => {
  await using station = await startStation()
  const { server, alarms, network } = station

  server.space.set('fault', true)
  const raised = await station.until({ state: 'unacknowledged' })
  expect(server.space.acknowledgement('fault')?.acknowledged).toBe(false)

  // Acknowledged here: the server is told, with the comment.
  await alarms.acknowledge(north, raised.id, {
    actor: 'ada',
    raise: raised.raise,
    comment: 'on our way',
  })
  await vi.waitFor(() => {
    expect(server.space.acknowledgement('fault')).toEqual({
      acknowledged: true,
      comment: 'on our way',
    })
  }, waiting)
  server.space.set('fault', false)
  await station.until({ state: 'normal' })

  // Acknowledged at the station: here too, by the device.
  server.space.set('fault', true)
  await station.until({ state: 'unacknowledged' })
  expect(server.space.set('fault.acked', true)).toBeUndefined()
  const seen = await station.until({ state: 'acknowledged' })
  const journal = await alarms.journal(north, seen.id)
  expect(journal.at(-1)).toMatchObject({ actor: 'device:device-1' })

  // Over while nobody could tell us: not listed when we are back, so it is over here too.
  network.fault('stall')
  server.space.set('fault', false)
  network.cut()
  network.fault('none')
  await station.until({ state: 'normal' })
})
