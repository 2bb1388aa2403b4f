import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createConnection } from 'node:net'
import { promisify } from 'node:util'
import { connectAsync } from 'mqtt'
import { expect, it } from 'vitest'
import { freePorts } from '../support/process.ts'
import { describeWithService, type Service } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { deployWithSecrets, text } from './files.ts'

const run = promisify(execFile)

it('nats.conf makes JetStream sync every message before it is acknowledged', () => {
  const bare = text('deploy/nats.conf').replaceAll(/#.*$/gm, '')
  const block = /\bjetstream\s*\{([^{}]*)\}/.exec(bare)?.[1] ?? ''
  expect(block).toMatch(/^\s*sync_interval:\s*always\s*$/m)
  expect(block).toMatch(/^\s*store_dir:\s*\/data\s*$/m)
  expect(bare.match(/sync_interval/g)).toHaveLength(1)
})

describeWithService('nats', findProgram('nats-server'), (start) => {
  it('takes nats.conf with the user that deploy/make-secrets made', async () => {
    const program = await start()
    await using folder = await temporaryFolder()
    const deploy = await deployWithSecrets(folder.path)
    await mkdir(join(folder.path, 'etc/nats'), { recursive: true })
    await mkdir(join(folder.path, 'run/secrets'), { recursive: true })
    const auth = await readFile(join(deploy, 'secrets/nats-auth'), 'utf8')
    await writeFile(join(folder.path, 'run/secrets/nats-auth'), auth)
    const file = join(folder.path, 'etc/nats/nats.conf')
    const check = async (conf: string) => {
      await writeFile(file, conf)
      return run(program, ['-t', '-c', file])
    }
    const { stdout: version } = await run(program, ['--version'])
    const whole = text('deploy/nats.conf')
    // Servers before 2.10 do not know that field; there the rest is checked without it.
    const old = /v2\.[0-9]\./.test(version)
    const known = old ? whole.replace(/^.*sync_interval.*$/m, '') : whole
    const { stdout, stderr } = await check(known)
    expect(`${stdout}${stderr}`).toContain('is valid')
    await expect(check(known.replace('store_dir', 'store_dirr'))).rejects.toThrow(
      'store_dirr',
    )
    await expect(check(known.replace('nats-auth', 'nobody'))).rejects.toThrow('nobody')
  })
})

describeWithService('mosquitto', findProgram('mosquitto'), (start) => {
  it('takes mosquitto.conf: Gatuvakt hears every device, a device speaks for itself alone', async () => {
    const program = await start()
    await using folder = await temporaryFolder()
    const deploy = await deployWithSecrets(folder.path)
    const { mqtt: port } = await freePorts()
    const device = await passwordLine(join(folder.path, 'device'), 'lamp-17', 'of lamp 17')
    const passwords = join(folder.path, 'passwords')
    const made = await readFile(join(deploy, 'secrets/mosquitto-passwords'), 'utf8')
    await writeFile(passwords, `${made}${device}`)
    const conf = text('deploy/mosquitto.conf')
      .replace('listener 1883', `listener ${port} 127.0.0.1`)
      .replace('/run/secrets/mosquitto-passwords', passwords)
      .replace('/mosquitto/config/acl', join(deploy, 'mosquitto.acl'))
      .replace('/mosquitto/data/', `${folder.path}/`)
    const file = join(folder.path, 'mosquitto.conf')
    await writeFile(file, `${conf}\nuser root\n`)
    const server = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    await using stopping = new AsyncDisposableStack()
    stopping.defer(() => stop(server))
    await listening(server, port)

    const url = `mqtt://127.0.0.1:${port}`
    const connect = (username: string, password: string) =>
      connectAsync(url, { reconnectPeriod: 0, username, password }, false)
    await expect(connectAsync(url, { reconnectPeriod: 0 }, false)).rejects.toThrow(
      'Not authorized',
    )
    await expect(connect('gatuvakt', 'guessed')).rejects.toThrow('Not authorized')
    const secret = async (name: string) =>
      (await readFile(join(deploy, 'secrets', name), 'utf8')).trim()
    const gatuvakt = await connect('gatuvakt', await secret('mosquitto-password'))
    stopping.defer(() => gatuvakt.endAsync(true))
    const heard: string[] = []
    gatuvakt.on('message', (topic) => heard.push(topic))
    await gatuvakt.subscribeAsync('lights/#', { qos: 1 })
    const lamp = await connect('lamp-17', 'of lamp 17')
    stopping.defer(() => lamp.endAsync(true))
    await lamp.publishAsync('lights/strandkoping/lamp-18/status', '{}', { qos: 1 })
    await lamp.publishAsync('lights/strandkoping/lamp-17/status', '{}', { qos: 1 })
    await expect.poll(() => heard).toEqual(['lights/strandkoping/lamp-17/status'])

    const health = await connect('health', await secret('mosquitto-health'))
    stopping.defer(() => health.endAsync(true))
    const alive = new Promise<string>((resolve) => health.on('message', resolve))
    await health.subscribeAsync('$SYS/broker/uptime')
    expect(await alive).toBe('$SYS/broker/uptime')
  })
})

function findProgram(name: string): Service<string> {
  const found = [`/usr/sbin/${name}`, `/usr/local/sbin/${name}`, `/usr/bin/${name}`].find(
    (path) => existsSync(path),
  )
  if (found === undefined) return { kind: 'missing', why: `${name} was not found` }
  return { kind: 'there', start: () => Promise.resolve(found) }
}

async function passwordLine(file: string, user: string, password: string): Promise<string> {
  await run('mosquitto_passwd', ['-b', '-c', file, user, password])
  return readFile(file, 'utf8')
}

/** Resolves when the port answers; rejects with what the server said when it ends before. */
async function listening(server: ChildProcess, port: number): Promise<void> {
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  await expect.poll(() => answers(port)).toBe(true)
  expect({ ended: server.exitCode, said }).toMatchObject({ ended: null })
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  await ended
}
