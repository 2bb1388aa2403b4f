import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'
import { Problem, type ProblemDetails } from '../src/domain/problem.ts'
import { temporaryFolder } from './support/temporary.ts'

/** In µs. */
const DAY = 86_400_000_000

let folder = ''

beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.path
  return () => temporary[Symbol.asyncDispose]()
})

function write(text: string, name = 'gatuvakt.yaml'): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

type Sources = Partial<Parameters<typeof readConfig>[0]>

function read(sources: Sources = {}) {
  return readConfig({ env: {}, flags: {}, ...sources })
}

function refused(sources: Sources): ProblemDetails {
  try {
    read(sources)
  } catch (error) {
    if (error instanceof Problem) return error.details
    throw error
  }
  throw new Error('expected a Problem, but it was taken')
}

describe('the settings of the process', () => {
  it('have a default each: everything stays on this machine', () => {
    const { mqtt, ...others } = read()
    expect(mqtt).toMatchObject({ host: '127.0.0.1', port: 1883 })
    expect(others).toEqual({
      data: resolve('./data'),
      roles: ['gateway', 'engine', 'projector', 'api', 'delivery'],
      http: { host: '127.0.0.1', port: 8080, trustProxy: [], publicMetrics: false },
      secrets: {},
      webhooks: { allow: [] },
      brokers: {},
      readingLog: {
        commitWithin: 5_000,
        commitRecords: 2_000,
        maxAge: 30 * DAY,
        maxBytes: 16 * 1024 ** 3,
        durability: 'strict',
      },
      nats: { monitorUrl: [], stream: 'gatuvakt', replicas: 1 },
      readingStore: { kind: 'duckdb' },
      database: {},
      mail: { from: 'Gatuvakt <no-reply@gatuvakt.invalid>' },
      log: { level: 'info' },
    })
  })

  it('give a process some of the roles only where they share a log and a database', () => {
    const servers = { nats: { url: 'nats://n' }, database: { url: 'postgres://d' } }
    expect(read({ flags: { roles: 'gateway,engine', ...servers } }).roles).toEqual([
      'gateway',
      'engine',
    ])
    expect(refused({ flags: { roles: 'gateway' } }).why).toBe(
      'roles: several processes share a reading log in NATS: set nats.url; ' +
        'roles: several processes share a PostgreSQL database: set database.url',
    )
    expect(refused({ flags: { roles: 'api', ...servers } }).why).toBe(
      'roles: one process holds the DuckDB file: give api and projector to the same one, or keep history in InfluxDB',
    )
    expect(refused({ flags: { roles: 'gateways', ...servers } }).why).toContain('roles.0')
  })

  it('are taken from flags before the environment, before the file, before the defaults', () => {
    const file = write('http: { port: 1, host: file.example }\nmqtt: { port: 11 }\n')
    const env = { GATUVAKT_HTTP__PORT: '2', GATUVAKT_MQTT__PORT: '12' }
    const flags = { http: { port: '3' } }
    expect(read({ file, env, flags })).toMatchObject({
      http: { port: 3, host: 'file.example' },
      mqtt: { port: 12, host: '127.0.0.1' },
    })
    expect(read({ file, env }).http.port).toBe(2)
    expect(read({ file }).http.port).toBe(1)
  })

  it('let a flag that was not given leave the rest as it is', () => {
    const env = { GATUVAKT_DATA: '/var/lib/gatuvakt' }
    expect(read({ env, flags: { data: undefined } }).data).toBe('/var/lib/gatuvakt')
  })

  it('have names in the environment that are their path', () => {
    const env = {
      GATUVAKT_HTTP__BASE_URL: 'https://vakt.example',
      GATUVAKT_HTTP__TRUST_PROXY: '10.0.0.0/8,fd00::/8',
      GATUVAKT_HTTP__PUBLIC_METRICS: 'true',
      GATUVAKT_LOG__LEVEL: 'debug',
      PATH: '/bin',
      GATUVAKT: 'not ours',
      GATUVAKT_DATABASE__URL: undefined,
    }
    expect(read({ env })).toMatchObject({
      http: {
        baseUrl: 'https://vakt.example',
        trustProxy: ['10.0.0.0/8', 'fd00::/8'],
        publicMetrics: true,
      },
      log: { level: 'debug' },
      database: {},
    })
  })

  it('take a secret from the file that a variable names, without its line end', () => {
    const env = { GATUVAKT_MAIL__URL_FILE: write('smtps://user:secret@mail\n', 'mail') }
    expect(read({ env }).mail.url).toBe('smtps://user:secret@mail')
  })

  it('may be an empty file', () => {
    expect(read({ file: write('# nothing yet\n') })).toEqual(read())
  })
})

describe('wrong settings', () => {
  it('are all named at once, by their path', () => {
    const file = write('http: { port: 70000, baseUrl: ftp://x }\nmqtt: { port: many }\n')
    const env = { GATUVAKT_DATABASE__URL: 'mysql://x', GATUVAKT_LOG__LEVEL: 'loud' }
    const { why, next, kind } = refused({ file, env, flags: { data: '' } })
    expect(kind).toBe('invalid')
    const named = ['data', 'http.port', 'http.baseUrl', 'mqtt.port', 'database.url']
    for (const path of [...named, 'log.level']) expect(why).toContain(`${path}: `)
    expect(next).toContain('gatuvakt.yaml')
  })

  it.each([
    ['in the file', { yaml: 'htttp: { port: 1 }\n' }, 'htttp'],
    ['deep in the file', { yaml: 'http: { prt: 1 }\n' }, 'prt'],
    ['in the environment', { env: { GATUVAKT_MAIL__SERVER: 'x' } }, 'server'],
    [
      'that would reach the inside of JavaScript',
      { yaml: '__proto__: { x: 1 }\n' },
      '__proto__',
    ],
  ])('of an unknown name are refused: %s', (_, { yaml, env }: Wrong, name) => {
    const { why } = refused({
      ...(yaml !== undefined && { file: write(yaml) }),
      ...(env !== undefined && { env }),
    })
    expect(why).toContain(name)
    expect(Object.prototype).not.toHaveProperty('x')
  })

  it('do not repeat the secret they hold', () => {
    const env = { GATUVAKT_MAIL__URL_FILE: write('http://user:hunter2@mail', 'mail') }
    expect(JSON.stringify(refused({ env }))).not.toContain('hunter2')
  })

  it.each([
    ['is not YAML', 'http: { port: 1', /flow/i],
    ['is a list', '- http\n- mqtt\n', /list/],
    ['is one word', 'http', /single value/],
    ['multiplies itself', 'a: &a [1]\nhttp: *a\n', /alias/i],
  ])('refuse a file that %s', (_, yaml, why) => {
    const file = write(yaml)
    const problem = refused({ file })
    expect(problem.what).toBe(`${file} cannot be read`)
    expect(problem.why).toMatch(why)
  })

  it('refuse a file that is not there, or is a folder', () => {
    const file = join(folder, 'away.yaml')
    expect(refused({ file })).toMatchObject({
      kind: 'invalid',
      what: `${file} cannot be read`,
    })
    mkdirSync(file)
    expect(refused({ file }).why).toMatch(/EISDIR/)
    rmSync(file, { recursive: true })
  })

  it('say which variable names a secret that cannot be read', () => {
    const env = { GATUVAKT_MAIL__URL_FILE: join(folder, 'away') }
    expect(refused({ env })).toMatchObject({
      what: 'GATUVAKT_MAIL__URL_FILE names a file that cannot be read',
      where: join(folder, 'away'),
    })
  })
})

interface Wrong {
  readonly yaml?: string
  readonly env?: Readonly<Record<string, string>>
}
