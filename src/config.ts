import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { externalBroker } from './adapters/mqtt-external/config.ts'
import { mqttLimits, mqttTls } from './adapters/mqtt/config.ts'
import { duration } from './domain/duration.ts'
import { slug } from './domain/ids.ts'
import { Problem } from './domain/problem.ts'
import { roles, type Role } from './roles.ts'

/** A whole number from a flag, a variable or the file. */
function whole(least: number, most: number) {
  return z.coerce.number().int().min(least).max(most)
}

const httpUrl = z.url({ protocol: /^https?$/ })
const port = z.coerce.number().int().min(0).max(65_535)
const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((text) => text === 'true'),
])

/** Everything that can be set about the process. Environment names are GATUVAKT_ and the path, joined by two underscores. */
const schema = z
  .strictObject({
    /** Folder of the databases, the log, the mails; made if missing. */
    data: z.string().min(1).default('./data'),
    /** What this process does; left out: everything. */
    roles: z
      .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
      .pipe(z.array(z.enum(roles)).min(1))
      .default([...roles]),
    http: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: port.default(8080),
        /** What people type; goes into mails and links. */
        baseUrl: z.url({ protocol: /^https?$/ }).optional(),
        /** Networks whose X-Forwarded-* is believed, as CIDR. */
        trustProxy: z
          .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
          .default([]),
        /** Serve /metrics to other machines than this one. */
        publicMetrics: flag.default(false),
      })
      .prefault({}),
    mqtt: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: port.default(1883),
        tls: mqttTls.optional(),
        limits: mqttLimits.prefault({}),
      })
      .prefault({}),
    /** Passwords and keys that connections of the configuration name, so that it holds none itself. */
    secrets: z.record(slug, z.string().min(1).max(4_096)).default({}),
    /** Calls to programs of others. */
    webhooks: z
      .strictObject({
        /** Networks that are called although they are not public, as CIDR: a gateway in the house. */
        allow: z
          .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
          .default([]),
      })
      .prefault({}),
    /** MQTT brokers of others that we listen to, by the name of the connection. */
    brokers: z.record(slug.regex(/^(?!(?:import|mqtt)$)/), externalBroker).default({}),
    /** How raw messages are kept until everybody behind the log has had them. */
    readingLog: z
      .strictObject({
        /** The first message of a commit waits no longer than this. */
        commitWithin: duration.prefault('5ms'),
        /** Messages that go into one commit at most. */
        commitRecords: whole(1, 20_000).default(2_000),
        /** Messages older than this go, unless somebody still needs them. */
        maxAge: duration.prefault('30d'),
        /** The oldest messages go when the log holds more bytes, unless somebody still needs them. */
        maxBytes: whole(1_048_576, 2 ** 50).default(16 * 1024 ** 3),
        /** `strict` refuses a log that acknowledges before its disk has the message. */
        durability: z.enum(['strict', 'relaxed']).default('strict'),
      })
      .prefault({}),
    nats: z
      .strictObject({
        /** nats://… ; with it the reading log is a JetStream stream instead of a file. */
        url: z
          .string()
          .regex(/^(?:nats|tls):\/\//)
          .optional(),
        /** http://… of the monitors of all servers, asked at the start whether they sync every message. */
        monitorUrl: z
          .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
          .pipe(z.array(httpUrl))
          .default([]),
        user: z.string().optional(),
        password: z.string().optional(),
        /** Name of the stream; one installation, one stream. */
        stream: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,60}$/)
          .default('gatuvakt'),
        replicas: whole(1, 5).default(1),
      })
      .prefault({}),
    /** Where history is kept. */
    readingStore: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('duckdb') }),
        z.strictObject({
          kind: z.literal('influx1'),
          url: httpUrl,
          database: z.string().min(1).default('gatuvakt'),
          username: z.string().optional(),
          password: z.string().optional(),
        }),
        z.strictObject({
          kind: z.literal('influx2'),
          url: httpUrl,
          organisation: z.string().min(1),
          bucket: z.string().min(1).default('gatuvakt'),
          token: z.string().min(1),
        }),
      ])
      .prefault({ kind: 'duckdb' }),
    database: z
      .strictObject({
        /** postgres://… ; left out: SQLite in the data folder. */
        url: z.string().startsWith('postgres').optional(),
      })
      .prefault({}),
    mail: z
      .strictObject({
        /** smtp://… or smtps://… ; left out: .eml files in the data folder. */
        url: z
          .string()
          .regex(/^smtps?:\/\//)
          .optional(),
        from: z.string().default('Gatuvakt <no-reply@gatuvakt.invalid>'),
      })
      .prefault({}),
    log: z
      .strictObject({
        level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
      })
      .prefault({}),
  })
  .superRefine((config, context) => {
    for (const message of sharedTroubles(config)) {
      context.addIssue({ code: 'custom', path: ['roles'], message })
    }
  })
export type Config = z.infer<typeof schema>

/** Why a process with only some of the roles could not work together with the others. */
function sharedTroubles(config: {
  readonly roles: readonly Role[]
  readonly nats: { readonly url?: string | undefined }
  readonly database: { readonly url?: string | undefined }
  readonly readingStore: { readonly kind: string }
}): readonly string[] {
  const does = new Set(config.roles)
  if (roles.every((role) => does.has(role))) return []
  const troubles: string[] = []
  if (config.nats.url === undefined)
    troubles.push('several processes share a reading log in NATS: set nats.url')
  if (config.database.url === undefined)
    troubles.push('several processes share a PostgreSQL database: set database.url')
  if (config.readingStore.kind === 'duckdb' && does.has('api') !== does.has('projector'))
    troubles.push(
      'one process holds the DuckDB file: give api and projector to the same one, or keep history in InfluxDB',
    )
  return troubles
}

type Tree = Record<string, unknown>

const prefix = 'GATUVAKT_'

/**
 * Reads the configuration of the process: flags beat the environment, the environment beats
 * `gatuvakt.yaml`, that beats the defaults. `…_FILE` names a file with the value, for secrets.
 * Throws Problem invalid that names every mistake.
 */
export function readConfig(sources: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly flags: Tree
  readonly file?: string
}): Config {
  // Without a prototype, so that no name of a setting can reach it.
  const tree: Tree = { __proto__: null }
  if (sources.file !== undefined) merge(tree, readYaml(sources.file))
  for (const [name, value] of Object.entries(sources.env)) {
    if (value === undefined || !name.startsWith(prefix)) continue
    set(tree, name.slice(prefix.length), value)
  }
  merge(tree, sources.flags)
  const parsed = schema.safeParse(tree)
  if (parsed.success) return { ...parsed.data, data: resolve(parsed.data.data) }
  throw new Problem({
    kind: 'invalid',
    what: 'the configuration of the process is not valid',
    why: parsed.error.issues
      .map(({ path, message }) => `${path.join('.') || 'top level'}: ${message}`)
      .join('; '),
    next: 'correct the flags, the GATUVAKT_… variables or gatuvakt.yaml',
  })
}

function readYaml(file: string): Tree {
  try {
    const value: unknown = parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 })
    if (value === null || isTree(value)) return value ?? {}
    throw new Error('settings are names with values, not a list or a single value')
  } catch (error) {
    throw new Problem(
      {
        kind: 'invalid',
        what: `${file} cannot be read`,
        why: error instanceof Error ? error.message : String(error),
        next: 'correct or remove the file',
      },
      { cause: error },
    )
  }
}

function set(tree: Tree, name: string, value: string): void {
  const fromFile = name.endsWith('_FILE')
  const path = (fromFile ? name.slice(0, -'_FILE'.length) : name).split('__').map(camel)
  const leaf = path.pop()
  if (leaf === undefined) return
  let branch = tree
  for (const step of path) {
    const next = branch[step]
    const child: Tree = isTree(next) ? next : {}
    branch[step] = child
    branch = child
  }
  branch[leaf] = fromFile ? readSecret(name, value) : value
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new Problem(
      {
        kind: 'invalid',
        what: `${prefix}${name} names a file that cannot be read`,
        where: file,
        why: error instanceof Error ? error.message : String(error),
        next: 'correct the path, or who may read the file',
      },
      { cause: error },
    )
  }
}

/** BASE_URL → baseUrl */
function camel(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function merge(into: Tree, from: Tree): void {
  for (const [key, value] of Object.entries(from)) {
    if (value === undefined) continue
    const known = into[key]
    if (isTree(value) && isTree(known)) merge(known, value)
    else into[key] = value
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
