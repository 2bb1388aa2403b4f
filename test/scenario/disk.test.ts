import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { accessSync, constants } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { connectAsync, type MqttClient } from 'mqtt'
import { systemClock } from '../../src/clock.ts'
import { lamp } from '../support/devices-say.ts'
import { prepareFolder } from '../support/prepared.ts'
import { freePorts, serve, type ServiceProcess } from '../support/process.ts'
import { eventually, strandkoping } from '../support/service.ts'
import { describeWithService, type Service } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { patience } from '../support/until.ts'

/** How much every fsync is slowed down, in ms. */
const slowed = 400

function strace(): Service<string> {
  try {
    accessSync('/usr/bin/strace', constants.X_OK)
    return { kind: 'there', start: () => Promise.resolve('/usr/bin/strace') }
  } catch {
    return { kind: 'missing', why: '/usr/bin/strace is not there (Debian: strace)' }
  }
}

describeWithService('strace', strace(), (start) => {
  describe('a disk that does not do as it is told', () => {
    it('sees no acknowledgement at all when fsync fails, and the service ends', async () => {
      await using scene = await running()
      await using tracer = await trace(scene.service, await start(), ':error=EIO')
      expect(tracer.attached).toBe(true)
      let acknowledged = 0
      const publishing = scene
        .publish()
        .then(() => (acknowledged += 1))
        .catch(() => undefined)
      const ended = await Promise.race([scene.service.ended, wait(patience, 'still there')])
      await Promise.race([publishing, wait(200)])
      expect(acknowledged).toBe(0)
      expect(ended).toBe('SIGKILL')
      expect(scene.service.said()).toContain('gatuvakt: ')
    })

    it('waits with every acknowledgement for a slow fsync', async () => {
      await using scene = await running()
      const before = await timed(() => scene.publish())
      await using tracer = await trace(
        scene.service,
        await start(),
        `:delay_enter=${slowed * 1_000}`,
      )
      expect(tracer.attached).toBe(true)
      for (let count = 0; count < 3; count += 1) {
        const took = await timed(() => scene.publish())
        expect(took, `with a fast disk it took ${before} ms`).toBeGreaterThanOrEqual(slowed)
      }
    })
  })
})

interface Scene extends AsyncDisposable {
  readonly service: ServiceProcess
  /** Resolves with the PUBACK. */
  publish(): Promise<void>
}

/** The real program, ready, with one lamp connected. */
async function running(): Promise<Scene> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  const { secrets } = await prepareFolder(folder.path, ['lamp-1'])
  const credential = secrets.get('lamp-1')
  const ports = await freePorts()
  const service = serve(folder.path, ports)
  starting.defer(async () => {
    service.child.kill('SIGKILL')
    await service.ended
  })
  await service.ready
  const client: MqttClient = await connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, {
    clientId: 'lamp-1',
    username: credential?.username ?? '',
    password: credential?.secret ?? '',
    protocolVersion: 4,
    reconnectPeriod: 0,
  })
  client.on('error', () => client.end(true))
  starting.defer(() => client.endAsync(true))
  // The store must be at rest, or it is its fsync that fails and not the log's.
  await eventually(
    async () => (await fetch(`http://127.0.0.1:${ports.http}/metrics`)).text(),
    (text) => /commits_behind\{consumer="projector"\} 0\b/.test(text),
  )
  const stack = starting.move()
  return {
    service,
    publish: async () => {
      const message = JSON.stringify(lamp(systemClock.now(), 'lit'))
      await client.publishAsync(`lights/${strandkoping}/lamp-1/status`, message, { qos: 1 })
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Attaches to every thread of the service and spoils its fsyncs. */
async function trace(
  service: ServiceProcess,
  program: string,
  spoil: string,
): Promise<AsyncDisposable & { readonly attached: boolean }> {
  const inject = `inject=fsync,fdatasync${spoil}`
  const tracer = spawn(
    program,
    ['-f', '-e', 'trace=fsync,fdatasync', '-e', inject, '-p', String(service.child.pid)],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const attached = await new Promise<boolean>((resolve) => {
    tracer.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString('utf8').includes('attached')) resolve(true)
    })
    tracer.on('exit', () => resolve(false))
  })
  return {
    attached,
    async [Symbol.asyncDispose]() {
      if (tracer.exitCode !== null || tracer.signalCode !== null) return
      tracer.kill('SIGKILL')
      await once(tracer, 'exit')
    },
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
