import type { MqttClient } from 'mqtt'
import { expect } from 'vitest'
import { assetDetailView, ingestProblemListView } from '../../src/api/views.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { connectDevice } from '../support/mqtt.ts'
import {
  eventually,
  fjordvik,
  startService,
  type Person,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

type Problems = ReturnType<typeof ingestProblemListView.parse>['problems']

/** A running service that everything hostile is thrown at. */
export interface Besieged extends AsyncDisposable {
  readonly service: TestService
  /** Where the broker listens. */
  readonly port: number
  /** Every line the service logged. */
  readonly logged: readonly string[]
  /** How often a reason was counted. */
  counted(reason: string): Promise<number>
  /** What an integrator is shown, once it fits. */
  problems(fits?: (problems: Problems) => boolean, who?: Person): Promise<Problems>
  /** Connected as a device of ours that proved who it is. */
  device(name: string): Promise<MqttClient & { readonly topic: string }>
  /** The newest value of a role, as people see it. */
  last(asset: string, role: string): Promise<unknown>
  /** A good device is still acknowledged, and what it says is stored. */
  expectWell(): Promise<void>
}

export async function openBesieged(): Promise<Besieged> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const logged: string[] = []
  const service = opening.use(
    await startService({
      folder: folder.path,
      clock: new VirtualClock(),
      also: fjordvik,
      hearLog: (line) => logged.push(line),
    }),
  )
  const integrator = await service.logIn('regler@strandkoping.example')
  const port = Number(new URL(service.app.addresses.mqtt).port)
  let power = 100
  const last: Besieged['last'] = async (asset, role) => {
    await service.settle()
    const { body } = await integrator.get(`/assets/${asset}`)
    return assetDetailView.parse(body).points?.find((point) => point.role === role)?.last
  }
  const stack = opening.move()
  return {
    service,
    port,
    logged,
    last,
    counted: (reason) => counted(service, reason),
    problems: (fits = () => true, who = integrator) =>
      eventually(() => readProblems(service, who), fits),
    async device(name) {
      const { username, secret, topic } = await service.credential(name)
      const options = { password: secret, clientId: name }
      return Object.assign(await connectDevice(port, username, options), { topic })
    },
    async expectWell() {
      service.pass(durationUs(5 * SECOND))
      power += 1
      await service.say('lamp-2', { ...lamp(service.clock.now(), 'lit'), p: power * 10 })
      expect(await last('lamp-2', 'power')).toMatchObject({ value: power, quality: 'good' })
      expect((await fetch(`${service.http}/readyz`)).status).toBe(200)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function counted({ http }: TestService, reason: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text()
  const line = `gatuvakt_ingest_refused_total\\{reason="${reason}"\\} (\\d+)`
  return Number(new RegExp(`^${line}$`, 'm').exec(text)?.[1] ?? 0)
}

/** Problems are written down once a second. */
async function readProblems(service: TestService, who: Person): Promise<Problems> {
  service.pass(durationUs(2 * SECOND))
  const { body } = await who.get('/ingest/problems?limit=500')
  return ingestProblemListView.parse(body).problems
}
