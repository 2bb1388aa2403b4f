import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { durationUs, SECOND } from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { findMosquitto, type StartMosquitto } from '../../support/mosquitto.ts'
import { startField } from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'
import { describeWithService } from '../../support/services.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import {
  listenTo,
  publish,
  startListening,
  untilState,
  type Listening,
} from './listening.ts'
import { wayTo } from './way.ts'

const run = promisify(execFile)

/** It says that somebody else has its client id. */
const noticed = ({ adapter }: Listening): boolean =>
  adapter.health().detail.includes('our client id gatuvakt-strandkoping-region')

describeWithService('mosquitto: the connection', findMosquitto(), (start) => {
  let startMosquitto: StartMosquitto
  beforeAll(async () => {
    startMosquitto = await start()
  })

  it('starts without the broker, says so, and hears it when it comes', async () => {
    await using broker = await startMosquitto()
    await broker.stop()
    await using ear = await startListening({ port: broker.port })
    expect(ear.adapter.health().state).toBe('connecting')
    const away = await untilState(ear, 'offline')
    expect(away.detail).toBe(
      `127.0.0.1:${broker.port}: connect ECONNREFUSED 127.0.0.1:${broker.port}`,
    )
    await broker.start()
    const there = await untilState(ear, 'online')
    expect(there).toMatchObject({ detail: '0 messages wait for the log', pending: 0 })
    expect(there.since).toBeGreaterThan(away.since ?? Infinity)
    expect(ear.reasons()).toEqual([])
  })

  it.each([4, 5] as const)(
    'v%i: a wrong password is named, and tried again only after half a minute or more',
    async (protocolVersion) => {
      await using folder = await temporaryFolder()
      const passwords = join(folder.path, 'passwords')
      await run('mosquitto_passwd', ['-b', '-c', passwords, 'gatuvakt', 'right'])
      const settings = ['allow_anonymous false', `password_file ${passwords}`]
      await using broker = await startMosquitto({ settings })
      const clock = createManualClock()
      await using ear = await startListening({
        port: broker.port,
        clock,
        settings: { username: 'gatuvakt', password: 'wrong', protocolVersion },
        limits: { firstRetry: '1s', longestRetry: '60s' },
      })
      const { detail } = await untilState(ear, 'offline')
      expect(detail).toMatch(
        protocolVersion === 4
          ? /does not let this user connect: check user name, password/
          : /does not let this user connect: check user name, password/,
      )
      expect(ear.refusals).toHaveLength(1)
      await until(() => clock.pending() === 1)
      clock.advance(durationUs(29 * SECOND))
      expect(clock.pending()).toBe(1)
      expect(ear.refusals).toHaveLength(1)
      clock.advance(durationUs(31 * SECOND))
      await until(() => ear.refusals.length === 2)
      expect(ear.refusals.map(({ reason }) => reason)).toEqual([
        'broker_refused',
        'broker_refused',
      ])
      // The same again with the right one.
      await using allowed = await listenTo({
        port: broker.port,
        settings: { username: 'gatuvakt', password: 'right', protocolVersion },
      })
      expect(allowed.refusals).toEqual([])
    },
  )

  it.each([4, 5] as const)(
    'v%i: two instances with one client id are told so, and do not wear the broker down',
    async (protocolVersion) => {
      // This Mosquitto names the reason in no version of MQTT; a newer one does in MQTT 5.
      await using broker = await startMosquitto()
      await using way = await wayTo(broker.port)
      const options = { port: way.port, settings: { protocolVersion } }
      await using one = await startListening(options)
      await using other = await startListening(options)
      await until(() => noticed(one) && noticed(other))
      // Now each waits 200 to 400 ms; without that there were hundreds of connections.
      expect(way.connections).toBeLessThan(30)
      for (const ear of [one, other]) {
        expect(ear.adapter.health().state).toBe('degraded')
        expect(ear.reasons()).toContain('client_id_in_use')
      }
      // The notice stays until a connection has lived for a while.
      await one[Symbol.asyncDispose]()
      await publish(broker.port, ['for the other'])
      await until(() => other.texts().includes('for the other'))
      expect(other.adapter.health().state).toBe('degraded')
    },
  )

  it('a broker that comes and goes is called unstable once, until it has held for a while', async () => {
    await using broker = await startMosquitto()
    await using way = await wayTo(broker.port)
    await using ear = await listenTo({
      port: way.port,
      limits: {
        unstableAfter: 3,
        calmAfter: '2s',
        firstRetry: '20ms',
        longestRetry: '20ms',
      },
    })
    for (const round of [1, 2, 3, 4]) {
      await until(() => way.came(0x90).length === round)
      const turnedAway = way.turnedAway
      way.open(false)
      way.cut()
      await until(() => way.turnedAway > turnedAway)
      way.open(true)
    }
    await until(() => way.came(0x90).length === 5)
    expect(ear.adapter.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringMatching(
        /^the broker is unstable: [34] connections lost within 2 s; the last: /,
      ),
    })
    expect(ear.refusals.map(({ reason }) => reason)).toEqual(['broker_unstable'])
    expect((await untilState(ear, 'online')).detail).toBe('0 messages wait for the log')
    expect(way.connections).toBe(5)
  })

  it('a broker that stands still is noticed by the keepalive, and heard again after', async () => {
    await using broker = await startMosquitto()
    await using ear = await listenTo({
      port: broker.port,
      settings: { keepalive: '1s' },
      limits: { answerWithin: '1s' },
    })
    broker.signal('SIGSTOP')
    expect((await untilState(ear, 'offline')).detail).toContain('Keepalive timeout')
    broker.signal('SIGCONT')
    await untilState(ear, 'online')
    await publish(broker.port, ['after'])
    await until(() => ear.stored.length === 1)
    expect(ear.reasons()).toEqual([])
  })
})

it('a broker without MQTT 5 is named', async () => {
  await using field = await startField()
  await using ear = await startListening({
    port: field.port,
    settings: { username: 'lamp-17', password: 'right' },
  })
  const { detail } = await untilState(ear, 'offline')
  expect(detail).toBe(
    `127.0.0.1:${field.port} does not speak this version of MQTT: set protocolVersion (4 is MQTT 3.1.1)`,
  )
})
